"""A proposal as a TOML file to be read, changed and kept by a person, and as lines for the screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from partnership_lib import text
from partnership_lib.ledger.proposing.proposal import Choice, Proposal

_OPEN_KEYS = {
    "must_date_order": ("date_formats", "formats"),
    "must_decimal_sign": ("decimal_sign", None),
    "must_period": ("period", None),
    "vat": ("vat_basis", None),
}


def profile_text(proposal: Proposal, language: str) -> str:
    """Return the profile as a TOML file whose comments say why, and what has to be told."""
    lines = [f"# {line}" for line in (_title(proposal, language), *_unknown(proposal, language, told_first=True))]
    reasons = {key: _reason(code, values, language) for key, code, values in proposal.settings}
    tables = ("columns", "constants")
    lines += ["", f"description = {_toml(proposal.file)}"]
    for key, value in proposal.content.items():
        if key not in tables:
            lines += [f"# {reasons[key]}"] if key in reasons else []
            lines.append(f"{key} = {_toml(value)}")
    lines += _open_lines(proposal)
    lines += ["", "[columns]"]
    for choice in proposal.choices:
        lines += [f"# {choice_sentence(choice, language)}", f"{choice.field} = {_toml([choice.heading])}"]
    constants = proposal.content.get("constants", {})
    lines += ["", "[constants]", *(f"{name} = {_toml(value)}" for name, value in constants.items())]
    if any(code in ("must_buyer", "buyer_number") for code, _ in proposal.unknown):
        lines.append('# buyer_id = "2120000000"')
    return "\n".join(lines) + "\n"


def proposal_sentences(proposal: Proposal, language: str) -> list[str]:
    """Return the proposal as lines to be read: the columns with reasons, the settings, what cannot be known."""
    heading = {name: text.sentence(f"proposal.{name}", {}, language) for name in ("columns", "settings", "unknown")}
    lines = [_title(proposal, language), "", heading["columns"]]
    lines += [f"  {choice_sentence(choice, language)}" for choice in proposal.choices]
    if proposal.unused:
        lines.append(f"  {text.sentence('proposal.unused', {'headings': list(proposal.unused)}, language)}")
    lines += ["", heading["settings"]]
    lines += [f"  {_reason(code, values, language)}" for _, code, values in proposal.settings]
    if proposal.unknown:
        lines += ["", heading["unknown"], *(f"  {line}" for line in _unknown(proposal, language, told_first=True))]
    if proposal.shipped:
        lines += ["", text.sentence("proposal.shipped", {"names": list(proposal.shipped)}, language)]
    return lines


def proposal_as_json(proposal: Proposal) -> dict[str, Any]:
    """Return the proposal as ``import ledger --dry-run --json`` prints it."""
    return {
        "file": proposal.file,
        "rows": proposal.rows,
        "complete": proposal.is_complete,
        "profile": proposal.content,
        "columns": [asdict(choice) for choice in proposal.choices],
        "reasons": [{"key": key, "code": code, **values} for key, code, values in proposal.settings],
        "unknown": [{"code": code, **values} for code, values in proposal.unknown],
        "unused": list(proposal.unused),
        "shipped_profiles": list(proposal.shipped),
    }


def choice_sentence(choice: Choice, language: str) -> str:
    """Return why a column was chosen."""
    values = {
        "field": choice.field,
        "heading": choice.heading,
        "supporting": choice.supporting,
        "filled": choice.filled,
        "others": list(choice.others),
    }
    kind = "heading" if choice.by_heading else "values"
    if choice.by_heading and not choice.filled:
        kind = "empty"
    sentence = text.sentence(f"proposal.choice_{kind}", values, language)
    if choice.field in _COUNTED and choice.supporting:
        sentence += " " + text.sentence(f"proposal.counted_{choice.field}", values, language)
    if choice.others:
        sentence += " " + text.sentence("proposal.choice_others", values, language)
    return sentence


_COUNTED = ("amount", "booked_date", "supplier_id", "supplier", "account")


def _title(proposal: Proposal, language: str) -> str:
    code = "title_whole" if proposal.is_whole else "title_part"
    return text.sentence(f"proposal.{code}", {"file": proposal.file, "rows": proposal.rows}, language)


def _reason(code: str, values: dict[str, Any], language: str) -> str:
    return text.sentence(f"proposal.reason_{code}", values, language)


def _unknown(proposal: Proposal, language: str, *, told_first: bool) -> Iterator[str]:
    """Yield what cannot be known, first what has to be told before an import."""
    for code, values in sorted(proposal.unknown, key=lambda found: not found[0].startswith("must_") and told_first):
        yield text.sentence(f"proposal.unknown_{code}", values, language)


def _open_lines(proposal: Proposal) -> Iterator[str]:
    """Yield the keys that somebody has to choose, each possible line as a comment."""
    for code, values in proposal.unknown:
        key, listed = _OPEN_KEYS.get(code, ("", None))
        if listed:
            yield from (f"# {key} = {_toml([written])}" for written in values[listed])
        elif key == "decimal_sign":
            yield from (f"# {key} = {_toml(sign)}" for sign in (",", "."))
        elif key == "period":
            yield from ('# period = "2020-05"', '# period_in_name = "*{year}-{month}*"')
        elif key == "vat_basis":
            yield from (f"# {key} = {_toml(basis)}" for basis in ("excluded", "included"))


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    # A JSON text is a TOML basic string, but for one character that JSON does not escape.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
