"""Agreements as an OCDS 1.1 release package: what the standard has a place for, in its place; the rest beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from partnership_lib.domain import (
    Activity,
    ActivityStatus,
    Agreement,
    AgreementKind,
    AgreementStatus,
    Need,
    Organisation,
    Party,
    Person,
    RegisterContent,
)
from partnership_lib.domain.audience import agreement_view, shared_view
from partnership_lib.register.exchange.ocds.values import REST, instant, json_value, money, rest_of
from partnership_lib.units.dates import add_months
from partnership_lib.units.organisation_number import is_natural_person

MARK = "x_partnership"
"""Key of a package that says it comes from a register like ours."""

IDENTIFIER_SCHEME = "SE-BLV"

_TOLD = (
    *("organisations", "people", "needs", "agreements", "agreement_parts", "predecessors"),
    *("extension_options", "amendments", "activities"),
)
# What only other records point to, such as those who take part in meetings, is in no release.

PLACED: dict[str, frozenset[str]] = {
    "Agreement": frozenset(
        {"id", "name", "buyer_id", "supplier_id", "category", "start_date", "end_date", "signed_date"}
        | {"contract_value_ore", "ceiling_ore"}
    ),
    "AgreementPart": frozenset({"id", "agreement_id"}),
    "Amendment": frozenset({"id", "agreement_id", "decided_date", "description"}),
    "Activity": frozenset({"id", "agreement_id", "title", "due_date", "done_date"}),
    "ExtensionOption": frozenset({"agreement_id"}),
    "Predecessor": frozenset({"id", "agreement_id"}),
    "Need": frozenset(),
    "Person": frozenset({"organisation_id"}),
}
"""Fields of each record type that stand in the standard's own places."""

_CONTRACT_STATUS = {
    AgreementStatus.COMING: "pending",
    AgreementStatus.IN_FORCE: "active",
    AgreementStatus.ENDED: "terminated",
}
_MILESTONE_STATUS = {
    ActivityStatus.OPEN: "scheduled",
    ActivityStatus.OVERDUE: "notMet",
    ActivityStatus.DONE: "met",
    ActivityStatus.WITHDRAWN: "notMet",
}


@dataclass(frozen=True)
class Publication:
    """Who publishes, for whom and as of when.

    Attributes
    ----------
    ocid_prefix : str
        What the publisher was given to begin the ids of its contracting processes with.
    """

    day: date
    publisher: str
    ocid_prefix: str
    currency: str = "SEK"
    audience: str = "internal"

    @property
    def is_shared(self) -> bool:
        """Return whether the supplier may read it."""
        return self.audience == "shared"

    def ocid(self, agreement_id: str) -> str:
        """Return the id of the contracting process of an agreement."""
        return f"{self.ocid_prefix}-{agreement_id}"


def release_package(content: RegisterContent, agreements: Iterable[Agreement], published: Publication) -> dict:
    """Return an OCDS 1.1 release package with a release for each agreement; same content, same package."""
    told = RegisterContent(**{name: getattr(content, name) for name in _TOLD})
    seen = shared_view(told) if published.is_shared else told
    chosen = sorted(agreement.id for agreement in agreements)
    return {
        "uri": f"urn:{published.ocid_prefix}:agreements",
        "version": "1.1",
        "publishedDate": instant(published.day),
        "publisher": {"name": published.publisher},
        "extensions": [],
        MARK: {"format": 1, "audience": published.audience},
        "releases": [_release(agreement_view(seen, each), each, seen, published) for each in chosen],
    }


def _release(own: RegisterContent, agreement_id: str, whole: RegisterContent, published: Publication) -> dict:
    agreement = own.agreements[0]
    buyer = own.find(Organisation, agreement.buyer_id)
    supplier = own.find(Organisation, agreement.supplier_id)
    parties = {"buyer": buyer, "supplier": supplier}
    named = {role: {"id": each.id, "name": json_value(each.name)} for role, each in parties.items() if each}
    release = {
        "ocid": published.ocid(agreement_id),
        "date": instant(published.day),
        "tag": ["award", "contract", "implementation"],
        "initiationType": "tender",
        "parties": [_party(each, own, published.is_shared) for each in own.organisations],
        "buyer": named["buyer"],
        "awards": [{"id": agreement_id, "status": "active", "suppliers": [named["supplier"]]}],
        "contracts": [_contract(agreement, own, published)],
        "relatedProcesses": _related(own, whole, published),
        "x_needs": [rest_of(need, placed=PLACED["Need"], shared=published.is_shared) for need in own.needs],
    }
    held = json.dumps(release, sort_keys=True, ensure_ascii=False).encode()
    return {"id": f"{release['ocid']}-{hashlib.sha256(held).hexdigest()[:12]}", **release}


def _party(organisation: Organisation, own: RegisterContent, shared: bool) -> dict:
    roles = ["buyer", "procuringEntity"] if organisation.party is Party.BUYER else ["supplier"]
    party: dict[str, Any] = {"id": organisation.id, "name": json_value(organisation.name), "roles": roles}
    number = organisation.organisation_number
    if number and not is_natural_person(number):
        party["identifier"] = {"scheme": IDENTIFIER_SCHEME, "id": number}
    people = [each for each in own.people if each.organisation_id == organisation.id]
    # Addresses and access rights stay in the register, whoever reads the file.
    party["x_people"] = [rest_of(each, placed=PLACED[Person.__name__], shared=True) for each in people]
    return party


def _contract(agreement: Agreement, own: RegisterContent, published: Publication) -> dict:
    shared, currency = published.is_shared, published.currency
    contract = {
        "id": agreement.id,
        "awardID": agreement.id,
        "title": json_value(agreement.name),
        "status": _CONTRACT_STATUS[agreement.status_on(published.day)],
        "period": _period(agreement, own),
        "value": money(agreement.contract_value_ore, currency),
        "maximumValue": money(agreement.ceiling_ore, currency),
        "dateSigned": instant(agreement.signed_date),
        "items": [_main_item(agreement), *_items(own, shared)],
        "amendments": [
            {
                "id": each.id,
                "date": instant(each.decided_date),
                "description": json_value(each.description),
                REST: rest_of(each, placed=PLACED["Amendment"], shared=shared),
            }
            for each in own.amendments
        ],
        "implementation": {"milestones": [_milestone(each, published) for each in own.activities]},
        "x_options": [rest_of(each, placed=PLACED["ExtensionOption"], shared=shared) for each in own.extension_options],
        REST: rest_of(agreement, placed=PLACED["Agreement"], shared=shared),
    }
    return {name: value for name, value in contract.items() if value is not None}


def _period(agreement: Agreement, own: RegisterContent) -> dict:
    period = {"startDate": instant(agreement.start_date)}
    if agreement.end_date is not None:
        left = sum(o.months for o in own.extension_options if not (o.exercised_date or o.declined_date))
        latest = add_months(agreement.end_date + timedelta(days=1), left) - timedelta(days=1)
        period |= {"endDate": instant(agreement.end_date), "maxExtentDate": instant(latest)}
    return period


def _classification(category: str) -> dict[str, str]:
    return {"scheme": "CPV", "id": category}


def _main_item(agreement: Agreement) -> dict:
    return {"id": f"{agreement.id}-cpv", "classification": _classification(agreement.category)}


def _items(own: RegisterContent, shared: bool) -> list[dict]:
    items = []
    for part in own.agreement_parts:
        need = own.find(Need, part.need_id)
        known = {"description": json_value(need.name), "classification": _classification(need.category)} if need else {}
        items.append({"id": part.id, **known, REST: rest_of(part, placed=PLACED["AgreementPart"], shared=shared)})
    return items


def _milestone(activity: Activity, published: Publication) -> dict:
    milestone = {
        "id": activity.id,
        "title": json_value(activity.title),
        "status": _MILESTONE_STATUS[activity.status_on(published.day)],
        "dueDate": instant(activity.due_date),
        "dateMet": instant(activity.done_date),
        REST: rest_of(activity, placed=PLACED["Activity"], shared=published.is_shared),
    }
    return {name: value for name, value in milestone.items() if value is not None}


def _related(own: RegisterContent, whole: RegisterContent, published: Publication) -> list[dict]:
    """Return the earlier agreements, and the framework agreement of a call-off, by their ids as processes."""
    agreement = own.agreements[0]
    related = []
    for each in own.predecessors:
        earlier = whole.find(Agreement, each.predecessor_id)
        framework = earlier is not None and earlier.kind is AgreementKind.FRAMEWORK_AGREEMENT
        called_off = agreement.kind is AgreementKind.CALL_OFF and framework
        related.append(
            {
                "id": each.id,
                "relationship": ["framework" if called_off else "prior"],
                "scheme": "ocid",
                "identifier": published.ocid(each.predecessor_id),
                REST: rest_of(each, placed=PLACED["Predecessor"], shared=published.is_shared),
            }
        )
    return related
