"""What was promised of an agreement at award, held against what it has cost since."""

from partnership_lib.analysis.promise.beside import spend_beside
from partnership_lib.analysis.promise.document import Promise, PromisedYear, read_promise
from partnership_lib.analysis.promise.score import PromiseState, ScoredYear, bridge_to_actual, score

__all__ = [
    "Promise",
    "PromiseState",
    "PromisedYear",
    "ScoredYear",
    "bridge_to_actual",
    "read_promise",
    "score",
    "spend_beside",
]
