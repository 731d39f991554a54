"""Every column that an analyst can meet is in the data dictionary, with its type, its unit and its meaning.

``frames.toml`` and ``docs/data-dictionary.md`` change only by ``PARTNERSHIP_UPDATE_GOLDEN=1 pytest
tests/golden/test_data_dictionary.py``; a changed name or column is a line for the changelog.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest

import partnership_lib as plib
from partnership_lib import text
from partnership_lib.workspace import Workspace, dictionary

ROOM = Path(dictionary.__file__).parent
PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-dictionary.md"
UPDATE = os.environ.get("PARTNERSHIP_UPDATE_GOLDEN") == "1"
HINT = "; if it is meant: PARTNERSHIP_UPDATE_GOLDEN=1 pytest tests/golden/test_data_dictionary.py, and the changelog"
TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "date": (date,),
    "yes/no": (bool,),
    "list": (tuple, list),
    "any": (object,),
}


def _demo_frames() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo_frames", Path(__file__).with_name("demo_frames.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


demo = _demo_frames()
SOURCES: dict[str, Callable[[Workspace], Any]] = {
    "material": demo.material_frames,
    "compare": demo.comparison_frames,
    **{kind: (lambda ws, kind=kind: demo.report_frames(ws, kind)) for kind in demo.REPORTS},
}
SLOW = ("consolidation", "outcome", "compare", "comparison")
GROUPS = [pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in SOURCES]


@pytest.fixture(scope="module")
def ws(demo_folder: Path) -> Workspace:
    return plib.open(demo_folder)


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[str, ...]]:
    """What the demo showed, for the update."""
    return {}


def wrong_values(frame: pd.DataFrame, name: str) -> list[str]:
    """The columns of a frame that nobody has described, or that hold something else than is said."""
    wrong = []
    for column in map(str, frame.columns):
        told = dictionary.column_of(column, name)
        if not told.meaning:
            wrong.append(f"{column} is not described")
        elif not all(_is(value, told.type) for value in frame[column]):
            wrong.append(f"{column} is no {told.type}")
        elif column.endswith("_ore") and told.unit != "öre":
            wrong.append(f"{column} is in {told.unit}")
    return wrong


def _is(value: Any, kind: str) -> bool:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value) or value is pd.NaT:
        return True
    plain = value.item() if hasattr(value, "item") and not isinstance(value, str) else value
    if kind in ("integer", "number") and isinstance(plain, bool):
        return False
    return isinstance(plain, TYPES[kind])


@pytest.mark.timeout(900)
@pytest.mark.parametrize("group", GROUPS)
def test_every_frame_has_the_columns_that_are_declared_and_every_column_its_meaning(
    ws: Workspace, group: str, found: dict[str, tuple[str, ...]]
) -> None:
    real = dict(SOURCES[group](ws))
    wrong = {name: said for name, frame in real.items() if (said := wrong_values(frame, name))}
    assert not wrong, "describe it in partnership_lib/workspace/dictionary/columns.toml"
    columns = {name: tuple(map(str, frame.columns)) for name, frame in real.items()}
    found.update(columns)
    if UPDATE:
        return
    declared = {name: told for name, told in dictionary.frames().items() if _group_of(name) == group}
    assert columns == declared, f"the frames of {group} have changed{HINT}"


def _group_of(name: str) -> str:
    first = name.partition(".")[0]
    return first if first in SOURCES else "material"


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"colour": ["red"]}), "colour is not described"),
        (pd.DataFrame({"amount_ore": [1.5]}), "amount_ore is no integer"),
        (pd.DataFrame({"level": [1]}), "level is no text"),
        (pd.DataFrame({"present": [("Anna",)]}), "present is no yes/no"),
    ],
)
def test_a_column_that_nobody_described_or_of_another_type_is_seen(frame: pd.DataFrame, said: str) -> None:
    assert wrong_values(frame, "somewhere") == [said]


def test_every_description_has_a_type_that_there_is_and_belongs_to_a_frame() -> None:
    described = dictionary._columns()
    shown = {column for columns in dictionary.frames().values() for column in columns}
    own = {f"{name}.{column}" for name, columns in dictionary.frames().items() for column in columns}
    assert not {name for name in described if dictionary.column_of(name).type not in TYPES}
    assert not {name for name in described if name not in shown | own}, "no frame has these columns any more"


def test_every_sum_of_money_says_its_unit_in_its_name() -> None:
    for name in dictionary._columns():
        told = dictionary.column_of(name)
        ending = {"öre": "_ore", "SEK": "_sek"}.get(told.unit, "")
        assert name.endswith(ending), f"{name} is in {told.unit}"


def test_the_page_is_made_of_the_dictionary(found: dict[str, tuple[str, ...]]) -> None:
    if UPDATE:
        declared = dictionary.frames() if set(SLOW) - {_group_of(name) for name in found} else {}
        lines = [f'"{name}" = "{" ".join(columns)}"' for name, columns in sorted((declared | found).items())]
        head = "# The columns of every frame, as the demo shows them; made by tests/golden/test_data_dictionary.py.\n\n"
        (ROOM / "frames.toml").write_text(head + "[frames]\n" + "\n".join(lines) + "\n", encoding="utf-8")
        dictionary._read.cache_clear()
        PAGE.write_text(dictionary_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == dictionary_page(), f"docs/data-dictionary.md is not current{HINT}"


def dictionary_page() -> str:
    """The whole dictionary as Markdown."""
    frames = [
        f"| `{name}` | {', '.join(f'`{column}`' for column in columns)} |"
        for name, columns in dictionary.frames().items()
    ]
    named = sorted(dictionary._columns())
    columns = [_row(dictionary.column_of(name)) for name in named]
    return PAGE_TEXT.format(frames="\n".join(frames), columns="\n".join(columns))


def _row(told: dictionary.Column) -> str:
    swedish = told.swedish or (text.word("column", told.name, "sv") if "." not in told.name else "")
    shown = "" if swedish == told.name else swedish
    cells = (f"`{told.name}`", told.type, told.unit, told.meaning, shown)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


PAGE_TEXT = """# Data dictionary

What every column means, in every frame that an analyst can ask a workspace for. In a notebook the same is a frame:
`plib.dictionary()`, `plib.dictionary("follow_up.activities")`, and of any frame at hand `plib.dictionary(frame)`.
How to get the frames stands in [the analyst's page](api.md).

A column's name means the same wherever it stands. Money says its unit in its name: `_ore` is whole öre, exact; `_sek`
is kronor, modelled; both exclude VAT. A `_share` is 1 for 100 %. Frames made of the register and the ledger have
pandas' own types: `Int64` for whole numbers that may be missing, `datetime64` for days in the register. Tables of
findings hold plain Python values.

## Frames

The name says where a frame is: `follow_up.pace.pace_ages` is `ws.follow_up(…).pace["pace_ages"].table`,
`follow_up.pace.chart.list_forecast` is `ws.follow_up(…).pace.chart("list_forecast").frame`, `records.risks` is
`ws.records.risks.frame`, `ledger.by.supplier` is `ws.ledger(…).by("supplier")`, `compare.budget` is
`ws.compare(…).budget`. Listed is what the demo shows. What the name of a finding ends with may say how things are
(`…_overdue`, `…_none`); the beginning of the name is enough to ask for it. Columns that would be empty are left out of
lists of assumptions.

| frame | columns |
|---|---|
{frames}

## Columns

A name with dots is a column with a meaning of its own in one frame.

| column | type | unit | meaning | på svenska |
|---|---|---|---|---|
{columns}
"""
