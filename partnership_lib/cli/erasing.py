"""``erase``: takes a person's data out of the register and its trail; says first what that means."""

from __future__ import annotations

from typing import Any

import click

from partnership_lib import text
from partnership_lib.cli.call import Call, command, main
from partnership_lib.errors import UsageError


@command(main, "erase")
@click.argument("person", metavar="PERSON")
@click.option("--text", "places", multiple=True, metavar="PLACE", help="A free text to alter too; may be repeated.")
@click.option("--every-text", is_flag=True, help="Alter every free text that names the person and can be altered.")
@click.option("--confirm", is_flag=True, help="Do it; without this it is only said what would be done.")
@click.option("--actor", default="", metavar="ID", help="Id of the admin who does it.")
@click.option("--reason", default="", help="The decision that it rests on, such as its reference number.")
def erase_person(
    call: Call, person: str, places: tuple[str, ...], every_text: bool, confirm: bool, actor: str, reason: str
) -> int:
    """Erase a person's data from the register and its audit trail; what stays is a pseudonym.

    What they have signed stays signed, and the trail still proves itself.
    """
    from partnership_lib.register.erasure import erase, plan_erasure

    workspace = call.open()
    plan = plan_erasure(workspace.register, person)
    files = _files(workspace, plan)
    _tell(call, plan, files)
    answer: dict[str, Any] = {
        "person": person,
        "fields": list(plan.fields),
        "texts": [vars(mention) for mention in plan.mentions],
        "stays": plan.stays,
        "id_names_them": plan.id_names_them,
        "files": files,
        "erased": None,
    }
    if not confirm:
        call.say("erasure_planned")
        call.answer(answer)
        return 0
    if every_text and places:
        raise UsageError("erasure_texts_twice")
    done = erase(
        workspace.register,
        person,
        actor=actor,
        reason=reason,
        texts=None if every_text else places,
        language=call.language,
    )
    call.say("erased", person=person, pseudonym=done.pseudonym, texts=len(done.texts), entries=done.entries)
    call.answer(answer | {"erased": vars(done)})
    return 0


def _files(workspace: Any, plan: Any) -> list[str]:
    from partnership_lib.register.erasure.mentions import PersonNames
    from partnership_lib.workspace.naming_files import files_naming

    return files_naming(workspace, PersonNames(plan.person.name, plan.person.email))


def _tell(call: Call, plan: Any, files: list[str]) -> None:
    from partnership_lib.display.values import heading

    person, language = plan.person, call.language
    pseudonym = text.sentence("erasure.pseudonym", {"id": person.id}, language)
    call.say("erasure_of", id=person.id, name=person.name, organisation=person.organisation_id)
    call.say("erasure_fields", fields=[heading(name, language) for name in plan.fields], pseudonym=pseudonym)
    call.say("erasure_texts" if plan.mentions else "erasure_no_texts", n=len(plan.mentions))
    for mention in plan.mentions:
        note = text.word("erasure_note", _note(mention), language)
        call.say("erasure_text", place=mention.place, excerpt=mention.excerpt, note=note)
    if plan.stays:
        tables = [text.word("record", name, language) for name in plan.stays]
        call.say("erasure_stays", id=person.id, n=sum(plan.stays.values()), tables=tables)
    if plan.id_names_them:
        call.say("erasure_id", id=person.id)
    for file in files:
        call.say("erasure_file", file=file)


def _note(mention: Any) -> str:
    if mention.is_fixed:
        return "fixed"
    when = "now" if mention.is_now else "earlier"
    return when if mention.is_sure else {"now": "maybe", "earlier": "maybe_earlier"}[when]
