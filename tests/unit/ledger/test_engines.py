"""The same questions to DuckDB and to Spark: equal answers, to the öre."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import ibis
import pytest

from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.errors import UsageError
from partnership_lib.findings import Analysis
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.quality import ledger_quality_of
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.workspace import create_workspace, open_workspace


def java_version() -> int:
    """The main version of Java; the stub of a system without one answers nothing."""
    java = shutil.which("java")
    said = subprocess.run([java, "--version"], capture_output=True, text=True).stdout if java else ""
    found = re.match(r"\S+ (\d+)", said)
    return int(found[1]) if found else 0


NEEDS_SPARK = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or java_version() < 17,
    reason="no Spark on this machine (run.py test-all fetches it; needs Java 17 or newer)",
)


def test_the_engine_is_chosen_in_the_settings(tmp_path: Path) -> None:
    settings = create_workspace(tmp_path)
    assert open_workspace(tmp_path).settings.engine == "duckdb"
    settings.write_text(settings.read_text("utf-8").replace('engine = "duckdb"', 'engine = "abacus"'), encoding="utf-8")
    with pytest.raises(UsageError, match="settings_wrong_value") as caught:
        open_workspace(tmp_path)
    assert caught.value.values["allowed"] == "duckdb, pyspark"


def test_spark_that_is_not_installed_is_told_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, national: Any
) -> None:
    (tmp_path / "a.csv").write_text(national.file(national.row()))
    import_ledger([tmp_path / "a.csv"], Warehouse(tmp_path / "warehouse"))
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(UsageError, match="engine_missing"):
        Warehouse(tmp_path / "warehouse", "pyspark").lines()


def answers(warehouse: Warehouse) -> dict[str, Any]:
    """What a few questions of every kind come to: sums, groups, texts, dates, windows, joins with a table in memory."""
    lines = warehouse.lines()
    named = ibis.memtable({"supplier_key": ["5560360793", "id:10004007"], "kind": ["a", "b"]})
    nth = ibis.row_number().over(group_by="supplier_key", order_by=["booked_date", "line_number"])
    questions = {
        "all": lines.aggregate(lines=lines.count(), ore=lines.amount_ore.sum()),
        "months": lines.group_by(month=lines.booked_date.truncate("M").cast("date")).aggregate(
            ore=lines.amount_ore.sum(), suppliers=lines.supplier_key.nunique()
        ),
        "joined": lines.inner_join(named, "supplier_key").group_by("kind").aggregate(ore=lines.amount_ore.sum()),
        "first": lines.mutate(nth=nth).filter(lambda table: table.nth < 2).select("supplier_key", "line_number", "nth"),
        "credit": lines.filter(lines.amount_ore < 0).select("voucher_id", "amount_ore", "booked_date"),
    }
    found = {name: sorted(map(str, asked.to_pyarrow().to_pylist())) for name, asked in questions.items()}
    quality = ledger_quality_of(warehouse)
    for name in ("months", "identities"):
        frame = getattr(quality, name)
        found[name + " of the quality"] = sorted(map(str, frame.astype(str).to_dict("records")))
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
@NEEDS_SPARK
def test_spark_answers_as_duckdb_does(tmp_path: Path, national: Any) -> None:
    rows = [
        national.row(
            f"{(number * 7919) % 100_000 - 20_000}.{number % 100:02d}",
            voucher=f"V{number}",
            day=f"20{24 + number % 3}-{1 + number % 12:02d}-{1 + number % 28:02d}",
            number=("5560360793", "10004007", "", "900101-0017")[number % 4],
            supplier=f"Åkeri {number % 9} AB",
        )
        for number in range(2_000)
    ]
    (tmp_path / "a.csv").write_text(national.file(*rows), encoding="utf-8")
    import_ledger([tmp_path / "a.csv"], Warehouse(tmp_path / "warehouse"))
    spark = answers(Warehouse(tmp_path / "warehouse", "pyspark"))
    assert spark == answers(Warehouse(tmp_path / "warehouse"))
    assert len(spark["months"]) == 12


def shown(analysis: Analysis) -> list[str]:
    """Everything that an analysis says, its tables and figures too."""
    said = []
    for section in analysis.sections:
        for finding in section.findings:
            said += [repr(finding), "" if finding.table is None else finding.table.to_csv()]
        said += [repr(chart.values) + chart.frame.to_csv() for chart in section.charts]
    return said


@pytest.mark.slow
@pytest.mark.timeout(900)
@NEEDS_SPARK
def test_the_spend_report_and_the_follow_up_say_the_same_on_spark(tmp_path: Path) -> None:
    build_demo_workspace(tmp_path)
    settings = tmp_path / "partnership.toml"
    said = {}
    for engine in ("duckdb", "pyspark"):
        settings.write_text(re.sub('engine = "[a-z]+"', f'engine = "{engine}"', settings.read_text("utf-8")), "utf-8")
        workspace = open_workspace(tmp_path)
        assert workspace.settings.engine == engine
        said[engine] = shown(workspace.spend("2026-T2")) + shown(workspace.follow_up("A-052", "2026-T2"))
    assert said["pyspark"] == said["duckdb"]
    assert len(said["duckdb"]) > 100
