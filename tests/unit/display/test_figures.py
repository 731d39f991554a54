"""Figures: axes in and axes out, the same bytes each time, nothing of the reader's settings touched."""

import inspect
from collections.abc import Callable
from datetime import date
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from partnership_lib.display import figures
from partnership_lib.display.figures.activity_timeline import MOST_ROWS, plot_activity_timeline
from partnership_lib.display.figures.axes import spread
from partnership_lib.display.figures.drawing import draw_svg
from partnership_lib.errors import ReportError
from partnership_lib.units.dates import add_months

PERIOD = {
    "start": date(2026, 7, 1),
    "base_month": date(2026, 10, 1),
    "period_start": date(2026, 5, 1),
    "period_end": date(2026, 8, 31),
    "report_date": date(2026, 8, 31),
    "as_of": date(2026, 9, 15),
    "target": 0.4,
    "ceiling_ore": 12_000_000_000,
    "used_ore": 4_000_000_000,
    "centre_sek": 400_000.0,
    "mean_sek": -100_000.0,
    "low_sek": -28_900_000.0,
    "high_sek": 28_700_000.0,
    "p": 0.5,
}
HOSTILE = ["$\\undefined$", "$100 & $200", "_dold", "\ufeffNord\x00", "{{{{{{", "\u202eAB", "<script>", "a" * 400]


def _activities(titles: list[str] = HOSTILE) -> pd.DataFrame:
    states = [("open", None), ("overdue", None), ("done", date(2026, 6, 1)), ("open", None)]
    rows = [
        {
            "activity_id": f"AK-{number}",
            "title": title,
            "level": ("strategic", "tactical", "operational")[number % 3],
            "raised_date": date(2025, 1, 1 + number % 28),
            "due_date": None if number % 4 == 3 else date(2026, 7 + 2 * (number % 4 == 0), 1 + number % 28),
            "done_date": states[number % 4][1],
            "status": states[number % 4][0],
        }
        for number, title in enumerate(titles)
    ]
    return pd.DataFrame(rows)


MONTHS = [add_months(date(2026, 1, 1), number) for number in range(12)]


def _quarters(**columns: object) -> pd.DataFrame:
    quarters = [add_months(date(2025, 1, 1), 3 * number) for number in range(10)]
    return pd.DataFrame([{"quarter_month": quarter} | columns for quarter in quarters])


FRAMES = {
    "activity_timeline": _activities(),
    "burn_up": pd.DataFrame(
        [
            {"month": month, "level": level, "agreed": number + 1, "done": number // 2}
            for level in ("strategic", "operational")
            for number, month in enumerate(MONTHS)
        ]
    ),
    "cadence_strip": pd.DataFrame(
        [
            {"level": "tactical", "planned_date": month, "held_date": None, "state": state}
            for month, state in zip(MONTHS, ["held", "missed", "cancelled", "coming"] * 3, strict=True)
        ]
    ),
    "spend_against_plan": pd.DataFrame(
        [
            {
                "month": month,
                "actual_ore": 80_000_000 * (1 if number else -1) if number < 8 else None,
                "possible_ore": 90_000_000 if number < 8 else None,
                "plan_ore": 85_000_000,
                "forecast_ore": None if number < 8 else 82_000_000,
            }
            for number, month in enumerate(MONTHS)
        ]
    ),
    "promise_years": pd.DataFrame(
        [
            {
                "year": 2024 + number,
                "months": 12 - number,
                "promised_ore": 100_000_000,
                "promise_low_ore": 90_000_000,
                "promise_high_ore": 120_000_000,
                "actual_ore": 95_000_000 + 20_000_000 * number,
            }
            for number in range(3)
        ]
    ),
    "agreements_over_time": pd.DataFrame(
        [{"month": m, "agreements": 60 - n, "suppliers": 50, "target": None} for n, m in enumerate(MONTHS)]
    ),
    "partnership_share": pd.DataFrame([{"month": m, "share": 0.01 * n} for n, m in enumerate(MONTHS)]),
    "portfolio_overview": pd.DataFrame(
        [
            {
                "month": m,
                "agreements": 40 - n,
                "suppliers": 30 - n,
                "target": 39.5 - n,
                "share": 0.01 * n if n else None,
            }
            for n, m in enumerate(MONTHS)
        ]
    ),
    "concentration": pd.DataFrame(
        [
            {
                "account": "5400",
                "account_text": title,
                "suppliers": 3,
                "effective_number": 2.0,
                "hhi": 0.5,
                "amount_ore": 10**9,
            }
            for title in HOSTILE
        ]
    ),
    "spend_per_month": pd.DataFrame(
        [
            {"month": m, "amount_ore": 10**9 * (n - 1), "mean_ore": None if n < 6 else 4 * 10**9}
            for n, m in enumerate(MONTHS)
        ]
    ),
    "spend_pareto": pd.DataFrame(
        {"rank": [0, 1, 2], "suppliers_share": [0.0, 0.5, 1.0], "cumulated_share": [0.0, 0.9, 1.0]}
    ),
    "coverage_matrix": pd.DataFrame(
        [
            {
                "account": "6811",
                "account_text": title,
                "administration": place,
                "covered_share": 0.4,
                "amount_ore": 10**8,
            }
            for title in HOSTILE
            for place in HOSTILE[:3]
        ]
    ),
    "loyalty_intervals": pd.DataFrame(
        [
            {
                "account": "6811" if title else "",
                "account_text": title,
                "supplier_low_share": 0.5,
                "supplier_high_share": 0.7,
                "agreement_low_share": 0.1,
                "agreement_high_share": 0.6,
                "amount_ore": 10**8,
            }
            for title in [None, *HOSTILE]
        ]
    ),
    "renewals_ahead": pd.DataFrame(
        [
            {
                "agreement_id": "A-1",
                "name": name,
                "notice_date": date(2027, 1, 1),
                "preparation_date": None if number else date(2026, 1, 1),
                "end_date": date(2027, 6, 30),
                "is_partnership": bool(number % 2),
            }
            for number, name in enumerate(HOSTILE)
        ]
    ),
    "cost_waterfall": pd.DataFrame(
        {"component": ["procurement", "price", "changes", "legal"], "difference_sek": [-2.5e6, 8.6e6, -8.9e6, 0.0]}
    ),
    "cost_shares": pd.DataFrame(
        {"component": ["price", "changes"], "fragmented_share": [0.9, 0.1], "consolidated_share": [0.97, 0.03]}
    ),
    "difference_distribution": pd.DataFrame({"difference_sek": [-3e6, -1e6, 1e6, 3e6], "share": [0.2, 0.4, 0.3, 0.1]}),
    "budget_fan": pd.DataFrame(
        [
            {
                "plan": plan,
                "year": year,
                "prices": prices,
                "mean_sek": 13e6,
                "p10_sek": 12e6,
                "p90_sek": 15e6,
            }
            for plan in ("fragmented", "consolidated")
            for prices in ("real", "nominal")
            for year in range(2026, 2039)
        ]
    ),
    "tornado": pd.DataFrame(
        [
            {
                "assumption": "scope_saving_share",
                "scope": name,
                "assumption_unit": "share",
                "p10": 0.01,
                "p90": 0.09,
                "difference_at_p10_sek": 6e6,
                "difference_at_p90_sek": -4e6,
            }
            for name in [None, *HOSTILE]
        ]
    ),
    "question_worth": pd.DataFrame(
        [{"question": "scope_saving_share", "scope": name, "evppi_sek": 1.5e6} for name in [None, *HOSTILE]]
    ),
    "term_value": pd.DataFrame(
        {
            "term_years": [4, 6, 8],
            "difference_sek": [2.4e6, 0.4e6, -0.1e6],
            "standard_error_sek": [5e3, 5e3, 5e3],
        }
    ),
    "list_forecast": pd.DataFrame(
        [
            {
                "month": month,
                "level": level,
                "remaining": 9 if number < 6 else None,
                "low": None if number < 6 or level == "strategic" else 1.0,
                "middle": None if number < 6 or level == "strategic" else 3.0,
                "high": None if number < 6 or level == "strategic" else 7.0,
                "with_new": None if number < 6 or level != "tactical" else 5.0,
            }
            for level in ("strategic", "tactical", "operational")
            for number, month in enumerate(MONTHS)
        ]
    ),
    "pulse": pd.DataFrame(
        [
            {
                "held_date": month,
                "level": "tactical",
                "pulse_question": question,
                "buyer_score": None if number == 3 else 1 + number % 5,
                "supplier_score": 4,
                "score_gap": 1,
            }
            for number, month in enumerate(MONTHS)
            for question in ("things_get_done", "openness", "value")
        ]
    ),
    "bundle_timeline": pd.DataFrame(
        [
            {
                "bundle": number,
                "name": name,
                "start_month": date(2028, 1, 1),
                "term_end_month": date(2031, 1, 1),
                "options_end_month": date(2032, 1, 1),
                "is_partnership": number == 2,
            }
            for number, name in enumerate(HOSTILE, start=1)
        ]
    ),
    "agreements_front": pd.DataFrame(
        {"agreements": [28, 27, 25], "difference_sek": [-19e6, -16.8e6, 2.2e6], "certified": [True, True, False]}
    ),
    "treated_against_synthetic": _quarters(treated_index=95.0, counterfactual_index=101.0),
    "unit_cost_alone": _quarters(treated_index=95.0, counterfactual_index=None),
    "placebo_paths": pd.concat(
        _quarters(unit=unit, treated=number == 0, difference_share=0.01 * number) for number, unit in enumerate(HOSTILE)
    ),
    "specification_curve": pd.DataFrame(
        [
            {
                "outcome_choice": ["own_index", "invoices_only"][number % 2],
                "estimator": ["sdid", "sc", "did"][number % 3],
                "donor_set": "all",
                "pre_quarters": 8 + number % 2,
                "left_out_quarters": number % 3,
                "effect_share": -0.1 + 0.02 * number,
                "low_share": -0.2,
                "high_share": 0.1,
                "verdict": ["better", "indistinguishable"][number % 2],
                "main": number == 3,
            }
            for number in range(6)
        ]
    ),
    "cost_bridge": pd.DataFrame(
        [
            {"bridge_part": part, "amount_ore": amount, "of_before_share": amount / 1_000_000_000}
            for part, amount in (("before", 1_000_000_000), ("price", -90_000_000), ("mix", 10), ("now", 910_000_010))
        ]
    ),
    "programme_effects": pd.DataFrame(
        [
            {"name": name, "effect_share": -0.1, "low_share": -0.2, "high_share": 0.05, "drawn_share": -0.08}
            for name in HOSTILE
        ]
    ),
    "renewal_radar": pd.DataFrame(
        [
            {
                "name": name,
                "is_partnership": number == 2,
                "renewal_state": ["late", "running", "soon", "ahead"][number % 4],
                "procurement_start": None if number % 4 != 1 else date(2026, 3, 1),
                "last_safe_start": date(2026, 6, 1),
                "ready_share": 0.4,
                "notice_date": None if number % 2 else date(2026, 11, 1),
                "end_date": date(2027, 6, 30),
            }
            for number, name in enumerate(HOSTILE)
        ]
    ),
    "procurement_workload": pd.DataFrame(
        [
            {"period": f"2027-Q{number}", "procurements": 2, "hours_needed": 400.0 * number, "hours_available": 900.0}
            for number in (1, 2, 3, 4)
        ]
    ),
    "legal_room": pd.DataFrame(
        [{"agreement": name, "year": year, "share": 0.05 * (year - 2025)} for name in HOSTILE for year in (2026, 2027)]
    ),
}
PLOTS: dict[str, Callable[..., Axes]] = {name: getattr(figures, name) for name in figures.__all__}


def test_every_figure_is_tried_here() -> None:
    assert {name.removeprefix("plot_") for name in PLOTS} == set(FRAMES)


@pytest.mark.parametrize("name", PLOTS)
def test_every_figure_is_called_alike(name: str) -> None:
    parameters = inspect.signature(PLOTS[name]).parameters
    kinds = {parameter: value.kind.name for parameter, value in parameters.items()}
    assert kinds == {
        "frame": "POSITIONAL_OR_KEYWORD",
        "language": "KEYWORD_ONLY",
        "values": "KEYWORD_ONLY",
        "ax": "KEYWORD_ONLY",
    }


@pytest.mark.parametrize("code", FRAMES)
def test_a_figure_draws_on_the_axes_it_is_given_and_leaves_the_readers_settings(code: str) -> None:
    before, open_figures = dict(mpl.rcParams), plt.get_fignums()
    own = Figure().add_subplot()
    assert PLOTS[f"plot_{code}"](FRAMES[code], language="sv", values=PERIOD, ax=own) is own
    assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == open_figures


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", FRAMES)
def test_the_same_input_gives_the_same_bytes_whatever_the_labels(code: str, language: str) -> None:
    first = draw_svg(code, FRAMES[code], PERIOD, language)
    assert first == draw_svg(code, FRAMES[code], PERIOD, language)
    assert b"<script" not in first
    assert b"<text" not in first  # Letters are outlines: the same on every machine.


def test_the_control_stock_matplotlib_gives_new_bytes_each_time() -> None:
    def stock() -> bytes:
        import io

        figure, stream = Figure(), io.BytesIO()
        figure.add_subplot().plot([1, 2], marker="o")
        figure.savefig(stream, format="svg", metadata={"Date": None})
        return stream.getvalue()

    assert stock() != stock()


def _texts(ax: Axes) -> list[str]:
    legend = ax.get_legend()
    explained = [] if legend is None else [text.get_text() for text in legend.get_texts()]
    return [text.get_text() for text in ax.texts] + explained


def test_a_long_list_shows_what_matters_and_counts_the_rest() -> None:
    titles = [f"Aktivitet {number}" for number in range(60)]
    ax = plot_activity_timeline(_activities(titles), language="sv", values=PERIOD)
    shown = [text for text in _texts(ax) if text.startswith("Aktivitet ")]
    assert len(shown) == MOST_ROWS
    assert {f"Aktivitet {number}" for number in range(1, 60, 4)} <= set(shown)  # every overdue one
    assert "28 klara eller senare aktiviteter visas inte" in _texts(ax)


def test_an_overdue_activity_says_how_many_days() -> None:
    frame = _activities(["A", "B"])
    ax = plot_activity_timeline(frame, language="sv", values=PERIOD)
    # Due 2 July, report date 31 August: 29 + 31 days.
    assert "60 dagar" in _texts(ax)


def test_months_have_names_in_the_language_of_the_report() -> None:
    ax = figures.plot_partnership_share(FRAMES["partnership_share"], language="sv", values=PERIOD)
    assert [label.get_text() for label in ax.get_xticklabels()][:5] == ["jan\n2026", "feb", "mars", "apr", "maj"]


def test_an_unknown_chart_is_refused_with_those_there_are() -> None:
    with pytest.raises(ReportError) as refused:
        draw_svg("pie", FRAMES["burn_up"], {}, "sv")
    assert refused.value.code == "unknown_chart"
    assert "burn_up" in refused.value.values["allowed"]


@pytest.mark.parametrize(
    ("positions", "placed"),
    [([1.0, 5.0], [1.0, 5.0]), ([2.0, 2.0], [1.5, 2.5]), ([3.0, 1.0, 1.2], [3.0, 0.6, 1.6])],
)
def test_labels_are_moved_apart_and_keep_their_order(positions: list[float], placed: list[float]) -> None:
    assert spread(positions, gap=1.0) == pytest.approx(placed)


def test_a_figure_of_one_month_can_be_drawn() -> None:
    values: dict[str, Any] = dict(PERIOD, target=None)
    for code in ("burn_up", "cadence_strip", "spend_against_plan", "agreements_over_time", "partnership_share"):
        assert draw_svg(code, FRAMES[code].head(1), values, "sv")
