"""What every fact in the register has in common: an id, a version, and fields that say who may see them."""

from __future__ import annotations

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any


def fact(*, shared: bool = False, references: str | None = None, personal: bool = False, default: Any = MISSING) -> Any:
    """Return a dataclass field that says who may see it and what it points to.

    Parameters
    ----------
    shared : bool
        Whether the supplier may see the field. A field is internal unless this is set.
    references : str, optional
        Name of the record type whose id the field holds.
    personal : bool
        Whether the field can hold personal data (kept out of the audit trail's plain text).
    default : Any
        Default value; without one the field is required.
    """
    metadata = {"shared": shared, "references": references, "personal": personal}
    return field(metadata=metadata) if default is MISSING else field(default=default, metadata=metadata)


@dataclass(frozen=True, kw_only=True)
class Record:
    """A fact in the register.

    Attributes
    ----------
    id : str
        Stable identity, given by whoever first writes the record.
    version : int
        Row version in the register; 0 means not yet saved.
    """

    id: str = fact(shared=True)
    version: int = fact(default=0)


def shared_fields(kind: type[Record]) -> tuple[str, ...]:
    """Return the names of the fields that the supplier may see."""
    return tuple(f.name for f in fields(kind) if f.metadata.get("shared"))


def internal_fields(kind: type[Record]) -> tuple[str, ...]:
    """Return the names of the fields that only the municipality may see."""
    return tuple(f.name for f in fields(kind) if not f.metadata.get("shared") and f.name != "version")


def reference_fields(kind: type[Record]) -> dict[str, str]:
    """Return which fields point to other records: field name to record type name."""
    return {f.name: f.metadata["references"] for f in fields(kind) if f.metadata.get("references")}


def is_required(definition: Field[Any]) -> bool:
    """Return whether a record cannot be made without this field."""
    return definition.default is MISSING and definition.default_factory is MISSING
