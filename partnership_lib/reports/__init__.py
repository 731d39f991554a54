"""A notebook becomes a published report: what is due, strict runs, atomic publishing, the list of reports, proof."""

from importlib import import_module
from typing import Any

__all__ = [
    "ReportRequest",
    "RunOutcome",
    "choose_requests",
    "meeting_pack",
    "one_request",
    "run_reports",
    "verify_everything",
    "verify_register",
    "verify_report",
    "write_index",
]

_PLACES = {
    "ReportRequest": "request",
    "RunOutcome": "outcome",
    "choose_requests": "due",
    "meeting_pack": "papers",
    "one_request": "request",
    "run_reports": "service",
    "verify_everything": "verify",
    "verify_register": "verify",
    "verify_report": "verify",
    "write_index": "index",
}


def __getattr__(name: str) -> Any:
    # Loaded at first use: the command line and the kernel of a report need only what they call.
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
