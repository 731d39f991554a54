"""Numba where it is installed: the one place that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

try:
    import numba
    from numba.core import caching
except ImportError:  # The NumPy kernel runs without it.
    HAS_NUMBA = False
else:
    HAS_NUMBA = True

Function = TypeVar("Function", bound=Callable[..., Any])

# The rooms that hold functions which compiled functions call, and the records that they are given.
_COMPILED_ROOMS = ("components", "future", "plans", "engine")
# Counting references takes twenty times as long as the work itself; without it compiled code must not make arrays.
_OPTIONS = {"nogil": True, "error_model": "numpy", "_nrt": False}


def compilable(function: Function) -> Function:
    """Return the function itself; compiled functions may call it too, and then contain it.

    A call would hand over every array of its arguments in pieces, which takes longer than most of these functions do.
    """
    return numba.extending.register_jitable(forceinline=True)(function) if HAS_NUMBA else function


def compiled(function: Function) -> Function:
    """Return the function compiled, kept on disk, free to run beside others; without numba the function itself."""
    if not HAS_NUMBA:
        return function
    dispatcher: Any
    make: Any = numba.njit
    config: Any = numba.config
    usual = config.CACHE_LOCATOR_CLASSES
    config.CACHE_LOCATOR_CLASSES = ",".join(f"{__name__}.{locator.__name__}" for locator in _LOCATORS)
    try:
        dispatcher = make(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # Nowhere to keep it: compiled anew in every process.
        dispatcher = make(**_OPTIONS)(function)
    finally:
        config.CACHE_LOCATOR_CLASSES = usual
    return dispatcher


@cache
def sources_digest() -> str:
    """Return what changes whenever a line does that compiled functions are made of."""
    digest = sha256()
    for file in compiled_sources():
        digest.update(f"{file.parent.name}/{file.name}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def compiled_sources() -> list[Path]:
    """Return the files that compiled functions are made of, always in the same order."""
    folder = Path(__file__).parent
    return [file for room in ("", *_COMPILED_ROOMS) for file in sorted((folder / room).glob("*.py"))]


if HAS_NUMBA:

    class _OfAllSources:
        """Numba looks only at a function's own file: without this a changed formula would run in its old version."""

        def get_source_stamp(self) -> str:
            return sources_digest()

    class WhereTheUserSays(_OfAllSources, caching.UserProvidedCacheLocator):
        """In the folder that NUMBA_CACHE_DIR names."""

    class BesideTheSource(_OfAllSources, caching.InTreeCacheLocator):
        """In `__pycache__`, where it can be written."""

    class InTheUsersCache(_OfAllSources, caching.UserWideCacheLocator):
        """In the user's cache folder otherwise."""

    _LOCATORS = (WhereTheUserSays, BesideTheSource, InTheUsersCache)
