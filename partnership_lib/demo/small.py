"""The small municipality: the register that its hand-written facts make."""

from __future__ import annotations

from partnership_lib.demo.agreements import agreement_records, need_records
from partnership_lib.demo.organisations import organisations_and_people
from partnership_lib.demo.partnerships import partnership_records
from partnership_lib.demo.series import series_records
from partnership_lib.demo.shelf import read_facts, record_of
from partnership_lib.domain import Agreement, FollowUpClass, LawChange, Record, RegisterContent


def small_register(seed: int) -> RegisterContent:
    """Return the register of the small municipality, about 65 agreements of which eight are partnerships."""
    agreements = agreement_records()
    records: list[Record] = [*organisations_and_people(), *need_records(), *series_records(seed), *agreements]
    common = read_facts("small/common.toml")
    records += [record_of(LawChange, row) for row in common["law_changes"]]
    records += [record_of(FollowUpClass, row) for row in common["follow_up_classes"]]
    for agreement in agreements:
        if isinstance(agreement, Agreement) and agreement.is_partnership:
            records += partnership_records(agreement, seed)
    return RegisterContent.of(records)
