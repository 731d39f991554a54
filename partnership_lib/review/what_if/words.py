"""The answer of the room in words: which plan is cheaper, by how much, how sure that is."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from partnership_lib import text
from partnership_lib.decision.cases.records import Case
from partnership_lib.decision.measures.comparison import Comparison
from partnership_lib.decision.measures.quick import QuickAnswer
from partnership_lib.decision.report.answer import certainty
from partnership_lib.review.markup import element
from partnership_lib.text.formatting import format_chance, format_share

_TWO_SIDED_95 = 1.96


class Words:
    """Says answers in one language and currency."""

    def __init__(self, language: str, currency: str) -> None:
        self.language = language
        self.currency = currency

    def say(self, code: str, **values: Any) -> str:
        """Return the sentence ``what_if.<code>``."""
        return text.sentence(f"what_if.{code}", {"currency": self.currency, **values}, self.language)

    def heading(self, code: str) -> widgets.HTML:
        """Return a heading among the controls."""
        return widgets.HTML(element("h3", self.say(f"heading_{code}")))

    def title_html(self, case: Case) -> str:
        """Return what is compared."""
        about = self.say("about", needs=len(case.needs), present=len(case.present), proposed=len(case.proposed))
        return element("h1", self.say("title", name=case.name)) + element("p", about)

    def verdict(self, answer: QuickAnswer) -> str:
        """Return which plan is cheaper, in a word as strong as the probability allows."""
        if answer.difference.mean == 0 and answer.difference.sd == 0:
            return self.say("verdict_same")
        if answer.coin_toss:
            return self.say("verdict_coin_toss")
        p = answer.p_consolidated_cheaper
        plan = "partnership" if p >= 0.5 else "today"
        return self.say(f"verdict_{plan}_{certainty(max(p, 1 - p))}")

    def difference(self, value_sek: float) -> str:
        """Return a difference as it is said: so much cheaper or dearer."""
        return self.say("cheaper" if value_sek < 0 else "dearer", amount=abs(value_sek))

    def answer_html(self, name: str, answer: QuickAnswer, changes: int, months: float, unconfirmed: int) -> str:
        """Return an answer to be read from the other side of the room, and how many assumptions nobody confirmed."""
        spread = answer.difference
        heading = self.say("heading_changed" if changes else "heading_unchanged", name=name, changes=changes)
        mean = self.say("mean", difference=self.difference(spread.mean), years=months / 12)
        between = self.say("between", low=self.difference(spread.p2_5), high=self.difference(spread.p97_5))
        error = self.say("error", amount=_TWO_SIDED_95 * spread.standard_error)
        rests_on = self.say("unconfirmed", unconfirmed=unconfirmed) if unconfirmed else ""
        parts = [
            element("h2", heading),
            element("p", self.verdict(answer), "what-if-verdict"),
            element("p", f"{mean} {between}", "what-if-mean"),
            self._odds_html(answer.p_consolidated_cheaper),
            element("p", f"{error} {rests_on}".strip(), "what-if-error"),
        ]
        return f'<section class="what-if-answer">{"".join(parts)}</section>'

    def full_answer(self, comparison: Comparison) -> str:
        """Return what the full computation says: mean, interval and probability together."""
        difference = comparison.difference
        return self.say(
            "full",
            difference=self.difference(difference.mean),
            low=self.difference(difference.p2_5),
            high=self.difference(difference.p97_5),
            share=comparison.p_consolidated_cheaper,
        )

    def alternative_text(self, code: str, name: str, answer: QuickAnswer) -> str:
        """Return what a picture shows, for whoever cannot see it."""
        return self.say(
            f"{code}_shows",
            name=name,
            difference=self.difference(answer.difference.mean),
            share=answer.p_consolidated_cheaper,
        )

    def comparison_html(self, first: QuickAnswer, second: QuickAnswer) -> str:
        """Return what B changes compared with A."""
        change = second.difference.mean - first.difference.mean
        before, after = first.p_consolidated_cheaper, second.p_consolidated_cheaper
        still = format_share(before, self.language) == format_share(after, self.language)
        odds = self.say("odds_still", after=after) if still else self.say("odds_moved", before=before, after=after)
        code = "b_same" if change == 0 else "b_better" if change < 0 else "b_worse"
        words = self.say(code, amount=abs(change), odds=odds)
        return element("p", words, "what-if-between")

    def message_html(self, message: str, kind: str = "calm") -> str:
        """Return a message to whoever sits at the keyboard."""
        return element("p", message, f"what-if-message what-if-{kind}")

    def _odds_html(self, p: float) -> str:
        share = f'<i aria-hidden="true" style="width:{100 * p:.1f}%"></i>'
        # Beside a bar, as in figures and tables: the sign, so that each side stands on one line.
        sides = "".join(
            element("span", self.say(code, share=format_chance(chance, self.language)))
            for code, chance in (("odds_partnership", p), ("odds_today", 1 - p))
        )
        return f'<div class="what-if-odds">{share}{sides}</div>'
