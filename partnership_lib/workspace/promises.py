"""The promise of a partnership: the comparison that the award rested on, frozen so that it can be held against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from partnership_lib.domain import Agreement, FrozenDocument, FrozenKind, Need, RegisterContent
from partnership_lib.errors import UsageError
from partnership_lib.units.dates import add_months, first_of_month
from partnership_lib.workspace.freezing import freeze, frozen

if TYPE_CHECKING:
    from partnership_lib.decision.cases.assumptions import Assumption
    from partnership_lib.decision.cases.records import Case
    from partnership_lib.workspace.place import Workspace

_VOLUME_MONTHS = 12


def freeze_promise(
    workspace: Workspace, case: Path | str, agreement: str, actor: str, reason: str = ""
) -> FrozenDocument:
    """Return the promise of an agreement after it was frozen: what its case assumed and forecast.

    Raises
    ------
    UsageError
        ``unknown_agreement``, ``promise_outside_case`` when the agreement begins outside the months of the case, or
        ``freeze_needs_person``.
    """
    content = workspace.content()
    signed = content.find(Agreement, agreement)
    if signed is None:
        known = ", ".join(each.id for each in content.agreements[:5])
        raise UsageError("unknown_agreement", agreement=agreement, allowed=known or "–")
    said = promise_of(workspace.case(case), content, signed, workspace.currency)
    plan = frozen(workspace, agreement, FrozenKind.EVALUATION_PLAN)
    said["evaluation_plan"] = {"id": plan.id, "sha256": plan.sha256} if plan else None
    return freeze(workspace, agreement, FrozenKind.COMPARISON, said, actor, reason)


def promise_of(case: Case, content: RegisterContent, agreement: Agreement, currency: str) -> dict[str, Any]:
    """Return what a case promises of an agreement, as plain values: assumptions, forecast with interval, components."""
    from partnership_lib.decision.cases.fingerprint import fingerprint
    from partnership_lib.decision.measures.answer_json import as_json
    from partnership_lib.decision.measures.compare import compare
    from partnership_lib.decision.measures.supplier_forecast import PAID_TO_THE_SUPPLIER, supplier_forecast

    start = first_of_month(agreement.start_date)
    _check_start(case, agreement)
    answer = as_json(compare(case))
    forecast = supplier_forecast(case, start)
    return {
        "case": {"id": case.id, "name": case.name, "sha256": fingerprint(case)},
        "currency": currency,
        "base_month": case.settings.base_month.isoformat(),
        "start_month": start.isoformat(),
        "inflation_share": case.settings.inflation_share,
        "accounts": list(PAID_TO_THE_SUPPLIER),
        "forecast": [{str(name): value for name, value in row.items()} for row in forecast.to_dict("records")],
        "volume": _volume(content, agreement, case),
        "components_sek": answer["components_sek"],
        "difference_sek": answer["difference_sek"],
        "p_consolidated_cheaper": answer["p_consolidated_cheaper"],
        "unconfirmed_share": answer["unconfirmed_share"],
        "assumptions": [_assumption(each) for each in case.assumptions],
        "effort": {"seed": case.effort.seed, "paths": case.effort.paths},
    }


def _check_start(case: Case, agreement: Agreement) -> None:
    settings = case.settings
    end = add_months(settings.base_month, settings.horizon_months)
    if not settings.base_month <= first_of_month(agreement.start_date) < end:
        found = agreement.start_date.isoformat()
        allowed = f"{settings.base_month:%Y-%m} – {add_months(end, -1):%Y-%m}"
        raise UsageError("promise_outside_case", agreement=agreement.id, case=case.name, found=found, allowed=allowed)


def _volume(content: RegisterContent, agreement: Agreement, case: Case) -> dict[str, Any] | None:
    """Return the volume that the promise was made at: the mean of the twelve months before the case's base month.

    None where the agreement's needs follow no volume, or different ones, or a month is missing.
    """
    parts = [part for part in content.agreement_parts if part.agreement_id == agreement.id]
    needs = [content.find(Need, part.need_id) for part in parts]
    drivers = {need.volume_driver if need else "" for need in needs}
    if len(drivers) != 1 or drivers == {""}:
        return None
    (driver,) = drivers
    months = [add_months(case.settings.base_month, -back) for back in range(_VOLUME_MONTHS, 0, -1)]
    known = {each.month: each.value for each in content.volume_observations if each.driver == driver}
    if any(month not in known for month in months):
        return None
    value = sum(known[month] for month in months) / len(months)
    return {"driver": driver, "value": value, "months": [months[0].isoformat(), months[-1].isoformat()]}


def _assumption(assumption: Assumption) -> dict[str, Any]:
    return {
        "key": assumption.key,
        "shape": assumption.distribution.shape.value,
        "values": list(assumption.distribution.values),
        "unit": assumption.unit,
        "basis": assumption.basis.value,
        "source": assumption.source,
        "grade": assumption.grade,
        "date": assumption.date.isoformat(),
        "confirmed_by": assumption.confirmed_by,
    }
