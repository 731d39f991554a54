"""Reads files made to do harm, each in the guarded child as a command would, and tells what each cost the child.

``python tests/faults/hostile_reader.py FOLDER``: a line of JSON for each file: code, processor seconds and peak of the
children so far, growth of this process.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from datetime import date
from pathlib import Path

from partnership_lib import text
from partnership_lib.domain import AccessRole, Organisation, Party, Person
from partnership_lib.errors import PartnershipError
from partnership_lib.files.guarded import run_guarded
from partnership_lib.files.xml_documents import read_xml
from partnership_lib.ledger.importing import import_ledger
from partnership_lib.ledger.warehouse import Warehouse
from partnership_lib.register.exchange.answers import read_answers
from partnership_lib.register.exchange.reading import read_table
from partnership_lib.workspace import create_workspace, open_workspace
from partnership_lib.workspace.supplier_table import accept_suppliers


def _ledger(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        import_ledger([path], Warehouse(Path(folder)))


def _suppliers(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        create_workspace(Path(folder) / "kommun", name="Prov", as_of=date(2026, 9, 15))
        workspace = open_workspace(Path(folder) / "kommun")
        municipality = Organisation(id="O-1", name="Prov", party=Party.BUYER)
        person = Person(id="P-1", name="Anna Berg", organisation_id="O-1", access_role=AccessRole.ADMIN)
        workspace.register.save([municipality, person], actor="system:test")
        accept_suppliers(workspace, path, "P-1")


READERS = {
    "ledger": _ledger,
    "table": lambda path: read_table(path, "agreements"),
    "suppliers": _suppliers,
    "answers": read_answers,
    "notice": lambda path: run_guarded(read_xml, path),
}


def _children() -> tuple[float, int]:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def main(folder: str) -> None:
    """Read every file of a folder; its name begins with the reader that it is for."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for path in sorted(Path(folder).iterdir()):
        before, _ = _children()
        code = said = ""
        try:
            READERS[path.name.partition("-")[0]](path)
        except PartnershipError as error:
            code, said = error.code, text.describe(error, "sv")
        seconds, peak = _children()
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - own) // 1024
        facts = {"file": path.name, "code": code, "said": said, "seconds": seconds - before, "peak_mib": peak}
        print(json.dumps(facts | {"parent_grew_mib": grown}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
