"""The workbook that the supplier answers in: written, read back, merged three ways, nothing overwritten silently."""

from partnership_lib.register.exchange.answers.account import AnswerAccount, CellVerdict
from partnership_lib.register.exchange.answers.columns import column_heading
from partnership_lib.register.exchange.answers.deciding import why
from partnership_lib.register.exchange.answers.importing import import_answers, read_answers
from partnership_lib.register.exchange.answers.merging import Outcome
from partnership_lib.register.exchange.answers.writing import export_answers

__all__ = [
    "AnswerAccount",
    "CellVerdict",
    "Outcome",
    "column_heading",
    "export_answers",
    "import_answers",
    "read_answers",
    "why",
]
