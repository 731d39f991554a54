"""What the reader must know first: picked from the other sections, worst first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from partnership_lib.analysis.context import AnalysisContext
from partnership_lib.findings import Finding, Section, Signal

_ORDER = (Signal.BAD, Signal.ATTENTION, Signal.GOOD)


def summary_section(
    context: AnalysisContext,
    sections: Sequence[Section],
    leading: Collection[str] = (),
    repeating: Collection[str] = (),
    most: int = 5,
) -> Section:
    """Return the state in one sentence, what the reader always wants to know, and the findings that carry the state.

    Parameters
    ----------
    leading : collection of str
        Sections whose first finding always stands in the summary.
    repeating : collection of str
        Sections that tell again what others tell; they are not counted.
    most : int
        How many findings are picked at the most, beside the leading ones.

    Notes
    -----
    Findings are taken in the order bad, attention, good, and within it by section; of each section first its worst,
    so that one section cannot fill the summary. They repeat the findings of their sections, without their tables.
    """
    found = [section.findings for section in sections if section.code not in repeating]
    first = [section.findings[0] for section in sections if section.code in leading and section.findings]
    picked = _picked([[finding for finding in group if finding not in first] for group in found], most)
    state = _state(context, [finding for group in found for finding in group])
    return Section("summary", (state, *(replace(finding, table=None) for finding in (*first, *picked))))


def _state(context: AnalysisContext, findings: Sequence[Finding]) -> Finding:
    bad = sum(finding.signal is Signal.BAD for finding in findings)
    attention = sum(finding.signal is Signal.ATTENTION for finding in findings)
    if bad:
        code, signal = ("summary_bad" if attention else "summary_only_bad"), Signal.BAD
    elif attention:
        code, signal = "summary_attention", Signal.ATTENTION
    else:
        code, signal = "summary_good", Signal.GOOD
    return context.finding(code, bad, "count", signal=signal, attention=attention)


def _picked(found: Sequence[Sequence[Finding]], most: int) -> list[Finding]:
    """Return the worst of every section, then the next worst, until there are enough."""
    ranked = []
    for place, group in enumerate(found):
        told = sorted((f for f in group if f.signal in _ORDER), key=lambda f: _ORDER.index(f.signal))
        ranked += [(_ORDER.index(f.signal), turn, place, f) for turn, f in enumerate(told)]
    ranked.sort(key=lambda entry: entry[:3])
    return [finding for *_, finding in ranked[:most]]
