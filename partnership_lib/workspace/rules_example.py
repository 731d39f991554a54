"""The rules of a consolidation as a new workspace gets them: every key with its default, none of them in force."""

from __future__ import annotations

from pathlib import Path

RULES_EXAMPLE = """\
# yaml-language-server: $schema=../partnership_lib/consolidation/planning/rules.schema.json
#
# What "partnership consolidate" may do. Nothing here is in force: every line shows the default, or an example where
# there is none. Take away the "#" before a key to set it; what is not set keeps its default. What is misspelt or
# impossible is refused with its line. docs/consolidation.md says more.
# Money in SEK excl. VAT, shares as 0.10, dates as YYYY-MM-DD, agreements by their ids in the register.

# What a bundle may be; each form is tried for every bundle, and "--form" names one of them.
#forms:
#  - name: merged
#    terms: {term_months: 36, option_months: [12]}
#  - name: partnership
#    terms: {term_months: 120, option_months: [24], requirements: functional, governance: partnership,
#            indicators_verifiable: false}
#    # a framework agreement above 48 months also needs framework_reason (7 kap. 2 § LOU)

# First days of the months in which bundles may start. Default: 15, 24 and 36 months from now.
#starts: [2028-01-01, 2028-10-01]

# How many agreements, and how large a bundle.
#max_agreements: 30               # no default: as many as is cheapest
#largest_size: 12                 # agreements of today in one bundle
#fewest_bidders: 3                # bids that a bundle must be expected to draw
#across_categories: false         # whether agreements of different CPV divisions may stand together

# How much may depend on one supplier: the value of one bundle at most. No defaults.
#largest_share: 0.10              # of all value
#largest_share_of_category: 0.40  # of its category

# Room for small and medium-sized suppliers: bundles above the first together hold at most the second. No defaults.
#large_bundle_sek: 10000000       # annual value
#large_bundles_share: 0.50        # of all value

# Agreements that expire before their bundle starts, or after.
#longest_bridge_months: 24        # how long one may be bridged
#early_termination: true          # whether one may be ended early

# What the procurement office and the budget have room for, by calendar year. No defaults.
#procedures_per_year: {2027: 12, 2028: 12}   # one with functional requirements counts as several
#budget_sek_per_year: {2028: 450000000}      # what all agreements may cost, undiscounted

# Who stands together, who never does, who goes on as it is. Default: nobody.
#must_link: [[A-050, A-051]]
#cannot_link: [[A-052, A-053]]
#kept: [A-001]                    # such as a partnership that has just begun

# How exactly costs are computed.
#draws: 8                         # draws of the assumptions that costs are means over
#stability_draws: 50              # draws that the plan is tried on again
#seed: 1
"""


def place_rules(root: Path) -> None:
    """Put the example into ``data/consolidation.yaml`` of a workspace; what is there already stays as it is."""
    from partnership_lib.files.atomic import write_text
    from partnership_lib.workspace.consolidations import RULES_FILE

    target = root / "data" / RULES_FILE
    if not target.exists():
        write_text(target, RULES_EXAMPLE)
