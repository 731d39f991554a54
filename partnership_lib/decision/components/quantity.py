"""The type of what the formulas take and return."""

from __future__ import annotations

from typing import Any, TypeAlias

# A float, or an array of floats. One formula serves a number in a compiled loop and whole arrays in NumPy, and no type
# says "as wide as the widest argument". Formulas therefore use arithmetic and NumPy's functions, never `if`.
Quantity: TypeAlias = Any
