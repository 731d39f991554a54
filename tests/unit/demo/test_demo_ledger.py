"""The invented ledger: the national specification, six years, a known truth and known defects."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections import defaultdict
from datetime import date
from decimal import Decimal
from math import exp, log
from pathlib import Path
from statistics import mean

import pytest

from partnership_lib.demo import invent_register, make_demo, write_ledger
from partnership_lib.demo.ledger_files import defects
from partnership_lib.demo.ledger_lines import ledger_lines
from partnership_lib.demo.series import months, price_index, volume
from partnership_lib.demo.shelf import read_facts
from partnership_lib.demo.spend_model import monthly_spend, true_effect
from partnership_lib.domain import Agreement, RegisterContent
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.units.dates import parse_date
from partnership_lib.units.organisation_number import is_natural_person, luhn_valid

SHIPPED = Path(__file__).parents[3] / "data" / "demo"
HEADER = (
    "kopare_id,kopare,verifikationsnummer,leverantor,leverantor_id,konto_nr,konto_text,belopp,datum,forvaltning,"
    "fakturanummer,grund,avtal,kommun_id,s_kod_nr"
)


@pytest.fixture(scope="module")
def content() -> RegisterContent:
    return invent_register()


@pytest.fixture(scope="module")
def rows_by_year() -> dict[int, list[list[str]]]:
    """Return every row of the shipped files that is no defect, without heading and totals."""
    wrong = {row["text"] for row in defects()}
    found = {}
    for path in sorted((SHIPPED / "ledger").glob("*.csv")):
        lines = path.read_text("utf-8").split("\n")[1:-1]
        good = [line for line in lines if line not in wrong and not line.startswith("Summa")]
        found[int(path.stem[-4:])] = list(csv.reader(io.StringIO("\n".join(good)), strict=True))
    return found


@pytest.fixture(scope="module")
def rows(rows_by_year) -> list[list[str]]:
    return [row for rows in rows_by_year.values() for row in rows]


def test_the_shipped_files_are_exactly_what_the_demo_makes(tmp_path):
    make_demo(tmp_path)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.csv")}
    shipped = {path.relative_to(SHIPPED): path.read_bytes() for path in SHIPPED.rglob("*.csv")}
    assert made.keys() == shipped.keys()
    assert [str(path) for path in made if made[path] != shipped[path]] == []


def test_another_seed_makes_another_ledger(tmp_path, content):
    write_ledger(content, tmp_path, seed=2)
    name = "leverantorsreskontra-2024.csv"
    assert (tmp_path / name).read_bytes() != (SHIPPED / "ledger" / name).read_bytes()


def test_taking_a_need_away_moves_no_other_line(content):
    whole = ledger_lines(content, 1)
    without = RegisterContent.of(r for r in content if getattr(r, "need_id", "") != "N-33")
    left = ledger_lines(without, 1)
    gone = [line for line in whole if line.supplier == "Tvättlinan Textilservice AB"]
    assert gone
    assert left == [line for line in whole if line not in gone]


def test_the_heading_is_the_national_specification(rows):
    for path in (SHIPPED / "ledger").glob("*.csv"):
        raw = path.read_bytes()
        assert raw.split(b"\n", 1)[0].decode() == HEADER
        assert b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf")
    assert {len(row) for row in rows} == {15}


def test_the_files_are_small_enough_to_ship():
    sizes = [path.stat().st_size for path in (SHIPPED / "ledger").glob("*.csv")]
    assert sum(sizes) <= 2_000_000 and max(sizes) < 1_000_000


def test_the_ledger_is_six_whole_years_and_every_line_stands_in_its_year(rows_by_year):
    days = [parse_date(row[8]) for rows in rows_by_year.values() for row in rows]
    assert {day.replace(day=1) for day in days} == set(months())
    assert (months()[0], months()[-1], len(months())) == (date(2020, 9, 1), date(2026, 8, 1), 72)
    assert all(row[8].startswith(str(year)) for year, rows in rows_by_year.items() for row in rows)


def test_amounts_have_a_decimal_point_and_two_decimals(rows):
    assert all(Decimal(row[7]).as_tuple().exponent == -2 and Decimal(row[7]) for row in rows)


def test_the_totals_row_is_the_sum_of_its_file(rows_by_year):
    last = (SHIPPED / "ledger" / "leverantorsreskontra-2023.csv").read_text("utf-8").split("\n")[-2]
    assert last.split(",")[0] == "Summa"
    assert Decimal(last.split(",")[7]) == sum(Decimal(row[7]) for row in rows_by_year[2023])


def test_the_defects_stand_where_the_readme_says():
    readme = (SHIPPED / "README.md").read_text("utf-8")
    for row in defects():
        lines = (SHIPPED / "ledger" / f"leverantorsreskontra-{row['year']}.csv").read_text("utf-8").split("\n")
        assert lines[row["line"] - 1] == row["text"]
        assert f"| {row['year']} | {row['line']} |" in readme
    assert len(list(defects())) == 7


def test_an_import_sets_six_lines_aside_and_its_sum_agrees_with_the_totals_row(tmp_path, rows):
    files = sorted((SHIPPED / "ledger").glob("*.csv"))
    accounts = import_ledger(files, Warehouse(tmp_path / "warehouse"))
    assert sum(account.imported.quarantined for account in accounts) == 6
    assert sum(account.imported.non_data for account in accounts) == 1
    assert sum(account.imported.accepted for account in accounts) == len(rows) + 1
    in_2023 = next(account for account in accounts if "2023" in account.file)
    assert "control_total_agrees" in {code for code, _ in in_2023.imported.notes}


def test_the_bytes_do_not_hang_on_pythons_hash_seed(tmp_path):
    program = (
        "import sys; from pathlib import Path; from partnership_lib.demo import make_demo; make_demo(Path(sys.argv[1]))"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], check=True, env={**os.environ, "PYTHONHASHSEED": "77"}
    )
    shipped = {path.relative_to(SHIPPED): path.read_bytes() for path in SHIPPED.rglob("*.csv")}
    assert all((tmp_path / path).read_bytes() == content for path, content in shipped.items())


def test_numbers_are_valid_and_some_suppliers_are_sole_traders_that_nobody_is(rows):
    numbers = {row[4] for row in rows if row[4]}
    people = {number for number in numbers if is_natural_person(number)}
    assert all(luhn_valid(number) for number in numbers)
    assert len(people) == 6
    assert all(number[6:9] == "000" or number == "9001010017" for number in people)
    for number in people:
        date(1900 + int(number[:2]), int(number[2:4]), int(number[4:6]))


def test_credit_notes_masked_suppliers_and_spend_outside_agreements_occur(content, rows):
    with_agreement = {o.name for o in content.organisations}
    assert 100 < sum(row[7].startswith("-") for row in rows) < 300
    assert any(row[3] == "[innehåller personuppgifter]" and not row[4] for row in rows)
    outside = sum(Decimal(row[7]) for row in rows if row[3] not in with_agreement)
    assert 0.02 < outside / sum(Decimal(row[7]) for row in rows) < 0.2


def test_suppliers_with_two_agreements_at_once_name_one_on_some_lines_only(content, rows):
    at_once = defaultdict(set)
    for a in content.agreements:
        if a.status_on(date(2026, 6, 1)) == "in_force":
            at_once[a.supplier_id].add(a.id)
    doubled = {supplier: ids for supplier, ids in at_once.items() if len(ids) > 1}
    assert len(doubled) == 3
    named = [row[12] for row in rows if row[12]]
    assert set(named) == set().union(*doubled.values())
    assert all(content.find(Agreement, agreement_id) for agreement_id in named)


def test_a_framework_agreement_is_near_its_ceiling(content):
    spent = sum(s.amount_ore for s in monthly_spend(content, 1) if s.agreement.id == "A-009")
    assert 0.85 < spent / content.find(Agreement, "A-009").ceiling_ore < 1


def unit_cost_change(content: RegisterContent, agreement_id: str, *, adjusted: bool = True) -> float:
    """Return the change of cost after the partnership began, over the change of the needs never consolidated."""
    paths = cost_paths(content, adjusted=adjusted)
    start = content.find(Agreement, agreement_id).start_date
    mine = [p.need_id for p in content.agreement_parts if p.agreement_id == agreement_id]
    donors = [need for need in paths if int(need[2:]) > 30]

    def log_change(needs: list[str]) -> float:
        before = [sum(paths[n].get(m, 0.0) for n in needs) for m in months() if m < start]
        after = [sum(paths[n].get(m, 0.0) for n in needs) for m in months() if m >= start]
        return log(mean(after) / mean(before))

    return exp(log_change(mine) - mean(log_change([donor]) for donor in donors)) - 1


def cost_paths(content: RegisterContent, *, adjusted: bool) -> dict[str, dict[date, float]]:
    rows = {row["id"]: row for row in read_facts("small/needs.toml")["needs"]}
    paths: dict[str, dict[date, float]] = defaultdict(dict)
    for spend in monthly_spend(content, 1):
        row, cost = rows[spend.need_id], spend.amount_ore / 100
        if adjusted:
            prices = price_index(row.get("index", "service"), 1)
            cost /= prices.get(spend.month, prices[max(prices)])
            cost /= volume(row["driver"], 1)[spend.month] if "driver" in row else 1.0
        paths[spend.need_id][spend.month] = cost
    return paths


def test_the_school_partnership_truly_saves_a_fifth(content):
    assert true_effect("A-001") == -0.20
    assert unit_cost_change(content, "A-001") == pytest.approx(-0.20, abs=0.02)


def test_the_food_partnership_saves_nothing_though_fewer_meals_look_like_a_saving(content):
    assert true_effect("A-002") == 0.0
    assert unit_cost_change(content, "A-002") == pytest.approx(0.0, abs=0.02)
    assert unit_cost_change(content, "A-002", adjusted=False) < -0.04


def test_the_youngest_partnership_has_four_months_only(content):
    start = content.find(Agreement, "A-003").start_date
    assert sum(month >= start for month in months()) == 4
