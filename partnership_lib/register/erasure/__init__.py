"""Erasing a person's data from the register: what names them, what goes, and a trail that still proves itself."""

from partnership_lib.register.erasure.erasing import Erased, erase
from partnership_lib.register.erasure.mentions import Mention
from partnership_lib.register.erasure.plan import ErasurePlan, plan_erasure

__all__ = ["Erased", "ErasurePlan", "Mention", "erase", "plan_erasure"]
