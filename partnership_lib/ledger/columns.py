"""The columns of an accepted ledger line in the warehouse: the one place that names them."""

from __future__ import annotations

import pyarrow as pa

LEDGER_SCHEMA = pa.schema(
    [
        pa.field("buyer_id", pa.string()),  # organisation number as published, ten digits
        pa.field("buyer", pa.string()),
        pa.field("voucher_id", pa.string()),
        pa.field("supplier_key", pa.string()),  # ten digits; else "id:<publisher's id>"; else "name:<name>"
        pa.field("supplier", pa.string()),
        pa.field("supplier_is_person", pa.bool_()),  # sole trader: masked outside the warehouse
        pa.field("account", pa.string()),
        pa.field("account_text", pa.string()),
        pa.field("amount_ore", pa.int64()),  # excl. VAT; credit notes negative
        pa.field("booked_date", pa.date32()),
        pa.field("administration", pa.string()),
        pa.field("invoice_id", pa.string()),
        pa.field("ground", pa.string()),
        pa.field("agreement_reference", pa.string()),
        pa.field("municipality_code", pa.string()),
        pa.field("file_sha256", pa.string()),
        pa.field("line_number", pa.int64()),
    ]
)
