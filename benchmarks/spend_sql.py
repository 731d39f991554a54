"""The spend analyses as somebody would write them by hand in DuckDB's SQL, on the same files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from partnership_lib.analysis.matching import agreement_segments
from partnership_lib.domain import RegisterContent
from partnership_lib.units.organisation_number import normalise_organisation_number

_CUBE = """
CREATE TEMP TABLE cube AS
WITH joined AS (
    SELECT l.*, p.piece, p.coverage AS by_day, p.candidates, p.only_id,
           n.id AS named_id, n.start AS n_start, n.stop AS n_stop
    FROM (SELECT * FROM lines WHERE booked_date >= DATE '2024-09-01' AND booked_date < DATE '2026-09-01') AS l
    LEFT JOIN pieces AS p ON l.supplier_key = p.supplier_key AND l.booked_date >= p.start
                         AND l.booked_date < p.end_exclusive
    LEFT JOIN named AS n ON l.supplier_key = n.supplier_key AND l.agreement_reference = n.id
), told AS (
    SELECT *, coalesce(named_id, only_id) AS agreement_id,
        CASE WHEN booked_date >= n_stop + INTERVAL 60 DAY THEN 'after_expiry' WHEN booked_date >= n_stop THEN 'trailing'
             WHEN booked_date < n_start THEN 'before_start' WHEN named_id IS NOT NULL OR candidates = 1 THEN 'certain'
             WHEN candidates > 1 THEN 'shared' WHEN by_day IS NOT NULL THEN by_day ELSE 'no_agreement' END AS coverage,
        CASE WHEN ground = '' THEN 'unknown' WHEN contains(lower(ground), 'direktupp') THEN 'direct_award'
             WHEN contains(lower(ground), 'ramavtal') THEN 'on_agreement' ELSE 'unknown' END AS ground_kind
    FROM joined
)
SELECT buyer_id, CASE WHEN booked_date >= DATE '2025-09-01' THEN 'now' ELSE 'before' END AS w, year(booked_date) AS y,
       supplier_key, account, administration, agreement_id, coverage, ground_kind, named_id IS NOT NULL AS is_named,
       sum(amount_ore)::BIGINT AS ore, sum(greatest(amount_ore, 0))::BIGINT AS debit,
       sum(least(amount_ore, 0))::BIGINT AS credit, count(*) AS lines
FROM told GROUP BY ALL
"""
_AGREEMENTS = """
CREATE TEMP TABLE agreement_cube AS
SELECT p.piece, l.supplier_key, account, administration, coalesce(n.id, p.only_id) AS agreement_id,
       booked_date >= DATE '2025-09-01' AS recent,
       sum(amount_ore)::BIGINT AS ore, sum(greatest(amount_ore, 0))::BIGINT AS debit,
       sum(least(amount_ore, 0))::BIGINT AS credit, count(*) AS lines
FROM (SELECT * FROM lines WHERE booked_date < DATE '2026-09-01') AS l
JOIN pieces AS p ON l.supplier_key = p.supplier_key AND l.booked_date >= p.start AND l.booked_date < p.end_exclusive
LEFT JOIN named AS n ON l.supplier_key = n.supplier_key AND l.agreement_reference = n.id
GROUP BY ALL
"""
_SECTIONS = {
    "months": "SELECT account, date_trunc('month', booked_date), sum(amount_ore), count(*) FROM lines GROUP BY ALL",
    "names": "SELECT supplier_key, max(supplier), bool_or(supplier_is_person) FROM lines "
    "WHERE booked_date >= DATE '2024-09-01' GROUP BY ALL",
    "accounts": "SELECT account, max(account_text) FROM lines WHERE booked_date >= DATE '2024-09-01' GROUP BY ALL",
    "groups": "SELECT account[:2], sum(ore) FILTER (w = 'now'), sum(ore) FILTER (w = 'before'), "
    "count(DISTINCT supplier_key) FROM cube GROUP BY ALL",
    "departments": "SELECT administration, sum(ore) FILTER (w = 'now'), sum(ore) FILTER (w = 'before'), "
    "count(DISTINCT supplier_key) FROM cube GROUP BY ALL",
    "suppliers": "SELECT account, count(DISTINCT supplier_key) FILTER (w = 'now'), count(DISTINCT agreement_id) "
    "FILTER (w = 'now'), count(DISTINCT supplier_key) FILTER (w = 'before') FROM cube GROUP BY ALL",
    "matrix": "SELECT account, administration, coverage, sum(ore) FROM cube WHERE w = 'now' GROUP BY ALL",
    "fields": "SELECT account, sum(ore), count(DISTINCT supplier_key), count(DISTINCT supplier_key) FILTER "
    "(coverage IN ('certain', 'shared')) FROM cube WHERE w = 'now' GROUP BY ALL",
    "loyalty": "SELECT account, sum(ore) FILTER (coverage IN ('certain', 'shared')), sum(ore) FILTER (is_named OR "
    "ground_kind = 'on_agreement'), sum(ore) FROM cube WHERE w = 'now' GROUP BY ALL",
    "certain": "SELECT agreement_id, recent, sum(ore) FROM agreement_cube WHERE agreement_id IS NOT NULL GROUP BY ALL",
    "shared": "SELECT id, recent, sum(debit), sum(credit) FROM agreement_cube JOIN (SELECT piece, "
    "unnest(agreement_ids) AS id FROM pieces WHERE len(agreement_ids) > 1) USING (piece) WHERE agreement_id IS NULL "
    "GROUP BY ALL",
    "equal": "SELECT count(*) FROM (SELECT 1 FROM lines WHERE booked_date >= DATE '2025-09-01' AND amount_ore > 0 "
    "GROUP BY supplier_key, account, amount_ore, booked_date HAVING count(*) > 1)",
}


def parts(folder: Path) -> list[str]:
    """Return the Parquet files under a folder."""
    return sorted(str(path) for path in folder.rglob("*.parquet"))


def analyse(folder: Path, content: RegisterContent) -> dict[str, Any]:
    """Return the numbers of `benchmarks.spend` that the contenders are compared by."""
    connection = _connect(folder, content)
    connection.execute(_CUBE)
    connection.execute(_AGREEMENTS)
    for query in _SECTIONS.values():
        connection.sql(query).to_arrow_table()
    states = "certain shared trailing after_expiry before_start no_agreement".split()
    found = dict(
        connection.execute("SELECT coverage, sum(ore)::BIGINT FROM cube WHERE w = 'now' GROUP BY ALL").fetchall()
    )
    return {
        "coverage": {state: int(found.get(state, 0)) for state in states},
        "class_a": _one(connection, _CLASS_A),
        "accounts": _one(connection, _ACCOUNTS),
        "largest_hhi": _one(connection, _HHI),
        "duplicates": _one(connection, _DUPLICATES),
        "above_limit": _one(connection, _LIMIT),
    }


_ACCOUNTS = """
SELECT count(*) FROM (SELECT 1 FROM cube WHERE w = 'now' GROUP BY account HAVING sum(ore) > 0)
"""
_CLASS_A = """
SELECT count(*) FROM (SELECT ore, sum(ore) OVER (ORDER BY ore DESC ROWS UNBOUNDED PRECEDING) - ore AS before,
                             sum(ore) OVER () AS total
                      FROM (SELECT sum(ore) AS ore FROM cube WHERE w = 'now' GROUP BY supplier_key HAVING sum(ore) > 0))
WHERE before < 0.8 * total
"""
_HHI = """
SELECT round(sum(k * k) / (sum(k) * sum(k)), 4)
FROM (SELECT account, sum(ore) / 100.0 AS k FROM cube WHERE w = 'now' GROUP BY account, supplier_key
      HAVING sum(ore) > 0)
GROUP BY account ORDER BY sum(k) DESC LIMIT 1
"""
_DUPLICATES = """
SELECT count(*) FROM (SELECT 1 FROM lines
WHERE booked_date >= DATE '2025-09-01' AND booked_date < DATE '2026-09-01' AND invoice_id <> '' AND amount_ore <> 0
GROUP BY supplier_key, invoice_id, abs(amount_ore)
HAVING count(DISTINCT voucher_id) FILTER (amount_ore > 0) > 1 AND count(*) FILTER (amount_ore < 0) = 0)
"""
_LIMIT = """
SELECT count(*) FROM (SELECT 1 FROM cube WHERE y = 2025 AND (ground_kind = 'direct_award' OR (coverage NOT IN
('certain', 'shared') AND ground_kind <> 'on_agreement')) GROUP BY buyer_id, account HAVING sum(ore) > 70000000
OR sum(ore) FILTER (ground_kind = 'direct_award') > 70000000)
"""


def naive_join(folder: Path, content: RegisterContent) -> dict[str, Any]:
    """Return what joining every line with every agreement in force on its day gives, summed by agreement."""
    connection = _with_agreements(folder, content)
    rows = connection.execute(
        "SELECT a.id, sum(amount_ore), count(*) FROM lines AS l JOIN agreements AS a "
        "ON l.supplier_key = a.supplier_key AND l.booked_date >= a.start AND l.booked_date <= a.stop GROUP BY ALL"
    ).fetchall()
    return {"agreements": len(rows), "lines_counted_once_or_more": sum(row[2] for row in rows)}


def _with_agreements(folder: Path, content: RegisterContent) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW lines AS SELECT * FROM read_parquet({parts(folder)}, hive_partitioning = false)")
    numbers = {o.id: normalise_organisation_number(o.organisation_number) for o in content.organisations}
    rows = [(a.id, numbers[a.supplier_id], a.start_date, a.end_date) for a in content.agreements]
    names = ["id", "supplier_key", "start", "stop"]
    agreements = pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=names)
    connection.register("agreements_arrow", agreements)
    connection.execute("CREATE TEMP TABLE agreements AS SELECT * FROM agreements_arrow")
    return connection


def _connect(folder: Path, content: RegisterContent) -> duckdb.DuckDBPyConnection:
    connection = _with_agreements(folder, content)
    connection.register("pieces_arrow", pa.Table.from_pandas(agreement_segments(content)))
    connection.execute("CREATE TEMP TABLE pieces AS SELECT * FROM pieces_arrow")
    connection.execute("CREATE TEMP TABLE named AS SELECT id, supplier_key, start, stop + 1 AS stop FROM agreements")
    return connection


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    found = connection.execute(query).fetchone()
    return found[0] if found else None
