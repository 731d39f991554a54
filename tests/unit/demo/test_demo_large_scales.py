"""The larger scales: as many agreements and lines as promised, in the same form, deterministic."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from decimal import Decimal

import pytest

from partnership_lib.demo import invent_register, write_ledger
from partnership_lib.demo.bulk_ledger import write_bulk_ledger, year_lines
from partnership_lib.demo.bulk_register import bulk_name, bulk_records
from partnership_lib.demo.bulk_sources import sources_of, years
from partnership_lib.demo.ledger_files import HEADER
from partnership_lib.demo.places import places
from partnership_lib.domain import RegisterContent
from partnership_lib.units.organisation_number import is_natural_person, luhn_valid


@pytest.fixture(scope="module")
def smallest():
    """Return the smallest municipality of the country with its register."""
    place = places("national")[-1]
    return place, RegisterContent.of(bulk_records([place], 1))


def test_the_city_has_1100_agreements_beside_the_same_eight_partnerships():
    city, small = invent_register("city"), invent_register("small")
    assert len(city.agreements) == 1_100
    assert city.activities == small.activities
    assert sum(a.owner_id is None for a in city.agreements) > 20


def test_the_agreements_of_the_city_divide_into_classes_about_as_they_are_meant():
    city = invent_register("city")
    classes = Counter(agreement.follow_up_class_id for agreement in city.agreements)
    for each in city.follow_up_classes:
        assert classes[each.id] / len(city.agreements) == pytest.approx(each.agreement_share, abs=0.03)


def test_the_city_books_half_a_million_lines_a_year_and_tells_how_far_it_is(tmp_path):
    steps = []
    written = write_ledger(
        invent_register("city"),
        tmp_path,
        "city",
        progress=lambda done, total, label: steps.append((done, total, label)),
    )
    assert written["leverantorsreskontra-2024.csv"] == written["leverantorsreskontra-2025.csv"] == 500_000
    assert steps[-1] == (4, 4, "leverantorsreskontra-2026.csv")
    with (tmp_path / "leverantorsreskontra-2024.csv").open("rb") as file:
        assert sum(1 for _ in file) == 500_001


def test_the_country_has_290_municipalities_of_very_different_size_with_numbers_of_their_own():
    country = places("national")
    assert len({p.organisation_number for p in country}) == len({p.code for p in country}) == 290
    assert all(luhn_valid(p.organisation_number) and not is_natural_person(p.organisation_number) for p in country)
    assert country[0].lines_a_year > 10 * country[-1].lines_a_year
    assert sum(p.lines_a_year for p in country) == pytest.approx(7_250_000, abs=200)


def test_a_municipality_keeps_its_agreements_whichever_others_there_are(smallest):
    place, alone = smallest
    beside = RegisterContent.of(bulk_records([places("national")[5], place], 1))
    mine = {a.id: (a.start_date, a.end_date, a.name) for a in alone.agreements}
    assert mine.keys() < {a.id for a in beside.agreements}
    assert all(place.buyer_id != a.buyer_id or a.id in mine for a in beside.agreements)


def test_bulk_lines_are_whole_valid_and_within_the_window(smallest, tmp_path):
    place, content = smallest
    written = write_bulk_ledger(content, [place], [], tmp_path, 1)
    names = sorted(written)
    assert [name[-8:-4] for name in names] == ["2023", "2024", "2025", "2026"]
    assert written["leverantorsreskontra-2024.csv"] == place.lines_a_year
    with (tmp_path / "leverantorsreskontra-2024.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, strict=True))
    assert tuple(rows[0]) == HEADER
    assert {len(row) for row in rows} == {15}
    assert all(row[8][:4] == "2024" and Decimal(row[7]).as_tuple().exponent == -2 for row in rows[1:])
    assert all(luhn_valid(row[4]) for row in rows[1:] if row[4])
    assert len({row[2] for row in rows[1:]}) == len(rows) - 1
    assert any(is_natural_person(row[4]) for row in rows[1:] if row[4])
    assert any(row[7].startswith("-") for row in rows)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(smallest, tmp_path):
    place, content = smallest

    def digest(folder: str, seed: int) -> str:
        write_bulk_ledger(content, [place], [], tmp_path / folder, seed)
        return hashlib.sha256((tmp_path / folder / "leverantorsreskontra-2025.csv").read_bytes()).hexdigest()

    assert digest("a", 1) == digest("b", 1) != digest("c", 2)


def test_a_source_more_moves_no_line_of_the_others(smallest):
    place, content = smallest
    _, sources = next(sources_of(content, [place], 1))
    keep = {source.supplier_number for source in sources[1:]} - {sources[0].supplier_number}

    def lines(chosen):
        table = year_lines(place, chosen, years()[1], 1).to_pylist()
        return sorted((r["leverantor_id"], r["datum"], r["belopp"]) for r in table if r["leverantor_id"] in keep)

    assert lines(sources) == lines(sources[1:])


def test_supplier_names_do_not_repeat():
    assert len({bulk_name(serial) for serial in range(24_000)}) == 24_000
