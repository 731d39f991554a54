"""Who writes in the room: said by the environment where it can, else asked once."""

from __future__ import annotations

from collections.abc import Mapping

from partnership_lib.domain import AccessRole, Organisation, Party, Person, RegisterContent
from partnership_lib.errors import InputError, UsageError

ACTOR_VARIABLE = "PARTNERSHIP_ACTOR"
HUB_VARIABLE = "JUPYTERHUB_USER"
NOT_LET_IN = frozenset({"editor_given", "editor_not_allowed"})
"""Codes of the refusals to take somebody for another; the register notes them, as it does those of its own."""
NOBODY = "?"
"""Who has tried something before saying who he is."""


def editor_in_environment(content: RegisterContent, environment: Mapping[str, str]) -> Person | None:
    """Return the person that the environment names, or None where it names nobody that the register knows.

    Parameters
    ----------
    environment : Mapping
        ``PARTNERSHIP_ACTOR`` is the id of a person; ``JUPYTERHUB_USER`` is one too, or the part of an e-mail address
        before the at sign, or the whole address.

    Raises
    ------
    UsageError
        ``editor_unknown`` when ``PARTNERSHIP_ACTOR`` names nobody: a name that was given on purpose is not guessed at.
    """
    named = environment.get(ACTOR_VARIABLE, "")
    if named:
        person = content.find(Person, named)
        if person is None:
            raise UsageError("editor_unknown", variable=ACTOR_VARIABLE, found=named)
        return person
    user = environment.get(HUB_VARIABLE, "").casefold()
    matching = [p for p in content.people if user and user in _names(p) and is_of_buyer(p, content)]
    return matching[0] if len(matching) == 1 else None  # two with one name: the room asks


def _names(person: Person) -> set[str]:
    address = person.email.casefold()
    return {person.id.casefold(), address, address.partition("@")[0]} - {""}


def is_of_buyer(person: Person, content: RegisterContent) -> bool:
    """Return whether a person belongs to a municipality."""
    organisation = content.find(Organisation, person.organisation_id)
    return organisation is not None and organisation.party is Party.BUYER


def may_edit(person: Person, content: RegisterContent) -> bool:
    """Return whether a person of the municipality may save; the register decides it again at every save."""
    return is_of_buyer(person, content) and person.access_role is not AccessRole.READER


def editors(content: RegisterContent) -> list[Person]:
    """Return those who may be asked for, by name."""
    return sorted((p for p in content.people if may_edit(p, content)), key=lambda p: (p.name, p.id))


def chosen_editor(content: RegisterContent, person_id: str) -> Person:
    """Return the person that somebody said to be.

    Raises
    ------
    InputError
        ``editor_not_allowed`` unless that is somebody of the municipality who may edit.
    """
    person = content.find(Person, person_id)
    if person is None or not may_edit(person, content):
        raise InputError("editor_not_allowed", found=person.name if person else person_id[:60])
    return person
