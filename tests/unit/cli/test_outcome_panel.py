"""``partnership outcome --panel``: the promised keys, the sentences, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from partnership_lib.cli import main

COLUMNS = ("--unit", "behov", "--period", "månad", "--value", "kostnad")


def _file(folder: Path, donors: int = 3, periods: int = 8, separator: str = ";", *, text: str | None = None) -> Path:
    random = np.random.default_rng(1)
    rows = [separator.join(("behov", "månad", "kostnad"))]
    for unit in range(donors + 1):
        for period in range(periods):
            value = 100.0 + 10.0 * unit + random.normal() - (20.0 if unit == 0 and period >= 6 else 0.0)
            number = f"{value:.2f}".replace(".", ",") if separator == ";" else f"{value:.2f}"
            rows.append(separator.join((f"Behov {unit}", f"2025-{period + 1:02d}", number)))
    path = folder / "panel.csv"
    path.write_bytes((text if text is not None else "\n".join(rows)).encode("cp1252"))
    return path


def _run(path: Path, *options: str, treated: str = "Behov 0", start: str = "2025-07") -> Result:
    arguments = ["outcome", "--panel", str(path), *COLUMNS, "--treated", treated, "--start", start, *options]
    return CliRunner().invoke(main, arguments)


def test_the_answer_in_json_has_the_promised_keys_and_nothing_that_json_has_not(tmp_path: Path) -> None:
    result = _run(_file(tmp_path), "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout, parse_constant=pytest.fail)
    assert set(answer["estimates"]) == {"sdid", "sc", "did", "its"}
    for found in answer["estimates"].values():
        assert found["interval"][0] <= found["effect"] <= found["interval"][1]
        assert 0.25 <= found["p_placebo"] <= 1.0
    assert answer["estimates"]["sdid"]["effect"] == pytest.approx(-20.0, abs=3.0)
    assert sum(answer["weights"]["sdid"]["units"].values()) == pytest.approx(1.0, abs=0.01)
    assert sum(answer["weights"]["did"]["periods"].values()) == pytest.approx(1.0)
    assert "Behov 0" in answer["conclusion"] and answer["verdict"] == "indistinguishable"
    assert "Med 3 jämförelseserier går fem procents felrisk inte att nå" in answer["conclusion"]
    assert answer["minimum_data"]["lacking"] == ["pre_months", "post_months", "donors"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", ("når inte upp till minimikravet", "går inte att skilja från noll", "syntetisk kontroll: ")),
        ("en", ("do not reach the working rule", "cannot be distinguished from zero", "synthetic control: ")),
    ],
)
def test_a_person_reads_what_the_data_could_show_before_what_they_show(tmp_path, language, words) -> None:
    result = _run(_file(tmp_path), "--language", language)
    assert result.exit_code == 0, result.output
    assert all(each in result.stdout for each in words)
    share = {"sv": "10\u00a0procent", "en": "10%"}[language]
    power, estimate = (result.stdout.index(each) for each in (share, words[2]))
    assert power < estimate


def test_a_comma_between_columns_is_read_too(tmp_path: Path) -> None:
    result = _run(_file(tmp_path, separator=","), "--json")
    assert json.loads(result.stdout)["estimates"]["did"]["effect"] == pytest.approx(-20.0, abs=3.0)


def test_one_series_to_compare_with_gives_estimates_that_claim_nothing(tmp_path: Path) -> None:
    result = _run(_file(tmp_path, donors=1), "--json")
    found = json.loads(result.stdout)["estimates"]["sdid"]
    assert (found["interval"], found["p_placebo"]) == ([None, None], 1.0)
    assert "enda jämförelseserie" in _run(_file(tmp_path, donors=1), "--language", "sv").stdout


def test_the_least_panel_there_can_be_gives_estimates(tmp_path: Path) -> None:
    result = _run(_file(tmp_path, donors=1, periods=3), "--json", start="2025-03")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout, parse_constant=pytest.fail)
    assert found["estimates"]["its"]["interval"] == [None, None] and found["power"] is None


def test_values_around_and_below_zero_have_effects_and_lower_stays_lower(tmp_path: Path) -> None:
    below = "\n".join(
        f"{unit},{year},{-10.0 + number * 0.1 + year % 2 - (5.0 if unit == 'A' and year > 2005 else 0.0):.1f}"
        for number, unit in enumerate("ABCD")
        for year in range(2000, 2010)
    )
    zero = "\n".join(f"{unit},{year},0" for unit in "ABCD" for year in range(2000, 2010))
    for rows, share in ((below, -0.5), (zero, 0.0)):
        path = _file(tmp_path, text=f"behov,månad,kostnad\n{rows}")
        found = json.loads(_run(path, "--json", treated="A", start="2006").stdout, parse_constant=pytest.fail)
        assert found["estimates"]["did"]["effect_share"] == pytest.approx(share, abs=0.05)
        assert found["power"] is None
        assert _run(path, "--language", "en", treated="A", start="2006").exit_code == 0


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"treated": "Behov 9"}, "Behov 9"),
        ({"start": "2026-01"}, "2025-08"),
        ({"text": ""}, "tom"),
        ({"text": "behov;månad;kostnad\nA;2025-01"}, "rad 2"),
        ({"text": 'behov,månad,kostnad\nBehov 0,2025-01,"1,234"'}, "1,234"),
        ({"text": "behov;månad;kostnad\nBehov 0;2025-01;\nB;2025-01;1"}, "Luckor"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_where_and_what_to_do(tmp_path, change, named) -> None:
    names = {name: value for name, value in change.items() if name != "text"}
    result = _run(_file(tmp_path, text=change.get("text")), "--language", "sv", **names)
    assert result.exit_code == 2 and named in result.stderr


def test_a_missing_file_and_missing_options_are_named(tmp_path: Path) -> None:
    assert "finns.csv" in _run(tmp_path / "finns.csv").stderr
    result = CliRunner().invoke(main, ["outcome", "--panel", str(_file(tmp_path)), "--language", "en"])
    assert result.exit_code == 2
    assert all(f"--{name}" in result.stderr for name in ("unit", "period", "value", "treated", "start"))
