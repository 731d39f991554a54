"""The invented municipality Lindvalla: register and ledger, deterministic by seed."""

from partnership_lib.demo.invent import invent_register, make_demo, write_ledger

__all__ = ["invent_register", "make_demo", "write_ledger"]
