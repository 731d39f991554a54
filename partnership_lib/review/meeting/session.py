"""A meeting in the room: what is chosen, what is shown, and an answer to every command, whatever happens."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from partnership_lib.domain import Agreement, Meeting, Person
from partnership_lib.domain.audience import AUDIENCES
from partnership_lib.errors import ConflictError, InputError, PartnershipError, StorageError, UsageError
from partnership_lib.register.audit import Refusal
from partnership_lib.register.catching_up import caught_up
from partnership_lib.review.meeting import answers
from partnership_lib.review.meeting.acts import ACTS
from partnership_lib.review.meeting.agreed import list_statuses
from partnership_lib.review.meeting.choosing import chosen_meeting, chosen_partnership
from partnership_lib.review.meeting.commands import NOT_SAVING, CheckedCommand, checked
from partnership_lib.review.meeting.conflicts import conflict_of
from partnership_lib.review.meeting.desk import Act, Desk
from partnership_lib.review.meeting.figures import Figures
from partnership_lib.review.meeting.frame import frame
from partnership_lib.review.meeting.identity import NOBODY, NOT_LET_IN, chosen_editor, editor_in_environment
from partnership_lib.review.meeting.masking import masked
from partnership_lib.review.meeting.protocol import Answer, Figure
from partnership_lib.review.meeting.rows import activity_rows
from partnership_lib.review.meeting.said import Said
from partnership_lib.review.meeting.undo import PREFIX, undo, undoable
from partnership_lib.review.meeting.view import MeetingView
from partnership_lib.review.meeting.written import meeting_state

if TYPE_CHECKING:
    from partnership_lib.workspace import Workspace

_log = logging.getLogger(__name__)

State = dict[str, Any]

REMEMBERED_ANSWERS = 500
"""A page sends again what got no answer within seconds; a room that is open for weeks need not remember all of it."""


def utc_clock() -> str:
    """Return this instant as ISO text in UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class MeetingSession:
    """One open room.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    agreement, meeting : str
        Ids; empty: the first partnership, and its meeting of today, the next or the latest.
    tell : callable
        Given the parts of the state that have changed, before the command that changed them is answered.
    audience : str
        ``internal`` or ``shared``: what the room shows when it opens.
    environment : Mapping, optional
        Where it is said who writes; that of the process unless given.
    clock : callable
        Returns this instant as ISO text in UTC.

    Raises
    ------
    PartnershipError
        When the register cannot be opened, or what is named is not in it.
    """

    def __init__(
        self,
        workspace: Workspace,
        agreement: str = "",
        meeting: str = "",
        tell: Callable[[State], None] = lambda changed: None,
        *,
        audience: str = "internal",
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], str] = utc_clock,
    ) -> None:
        self._workspace = workspace
        self._tell = tell
        self._clock = clock
        self._figures = Figures(workspace)
        self._said = Said(workspace.language, workspace.as_of)
        # The head before the content: what is saved in between is read again, never missed.
        self._head = workspace.register.audit_head()
        self._content = workspace.content()
        self._view: MeetingView | None = None
        self._undo_of: MeetingView | None = None
        self._undo_offered: dict[str, str] | None = None
        self._sent: State = {}
        self._answered: dict[str, tuple[CheckedCommand, Answer]] = {}
        named = editor_in_environment(self._content, os.environ if environment is None else environment)
        self._is_asked = named is None
        self._editor_id = named.id if named else ""
        self._audience = _audience(audience)
        self._choose(agreement, meeting)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def state(self, *, with_figures: bool = True) -> State:
        """Return everything that the page shows: frame, lists, status, figures, meeting.

        Parameters
        ----------
        with_figures : bool
            Figures take a second the first time; without them the rest is there at once, and they are shown only if
            they have been computed before.
        """
        view = self._seen()
        state: State = {
            "frame": frame(view, self._content, self._editor(), is_asked=self._is_asked),
            "lists": activity_rows(view),
            "status": list_statuses(view),
            "figures": self.figures() if with_figures else self._figures.known(self._agreement(), self._audience),
            "meeting": meeting_state(view, self._undoable()),
        }
        state = masked(state)
        self._sent.update(state)
        return state

    def figures(self) -> list[Figure]:
        """Return the figures of what is chosen; computed when they are first asked for, which takes a second or two.

        To be asked for when the room has opened, and again when another agreement or audience has been chosen.
        """
        shown = self._figures.shown(self._agreement(), self._audience)
        self._sent["figures"] = shown
        return shown

    def figures_to_come(self) -> Callable[[], list[Figure]]:
        """Return what computes the figures of what is chosen now; it may be called in another thread."""
        return partial(self._figures.shown, self._agreement(), self._audience)

    def _undoable(self) -> dict[str, str] | None:
        """Return what can be undone, looked up again when anything has been written or another thing is shown."""
        view = self._seen()
        if self._undo_of is not view:
            self._undo_offered = undoable(self._workspace.register, view, self._editor_id, self._clock())
            self._undo_of = view
        return self._undo_offered

    def _seen(self) -> MeetingView:
        if self._view is None:
            self._view = MeetingView.of(
                self._content,
                self._agreement_id,
                self._meeting_id,
                self._workspace.as_of,
                self._audience,
                self._workspace.language,
            )
        return self._view

    def _tell_changes(self) -> None:
        sent = dict(self._sent)
        state = self.state(with_figures=False)
        changed = {part: value for part, value in state.items() if part not in sent or sent[part] != value}
        if not changed:
            return
        try:
            self._tell(changed)
        except Exception:
            self._sent = sent  # the page has not got it: it is told again next time
            raise

    def _read(self) -> None:
        """Read the register again when anything has been written in it since."""
        content, self._head = caught_up(self._workspace.register, self._content, self._head)
        if content is not self._content:
            self._content, self._view = content, None

    def _choose(self, agreement_id: str, meeting_id: str) -> None:
        agreement = chosen_partnership(self._content, agreement_id, str(self._workspace.root))
        self._meeting_id = chosen_meeting(self._content, agreement, meeting_id, self._workspace.as_of)
        self._agreement_id = agreement.id
        self._view = None

    def _agreement(self) -> Agreement:
        return chosen_partnership(self._content, self._agreement_id, str(self._workspace.root))

    def _editor(self) -> Person | None:
        return self._content.find(Person, self._editor_id)

    # --- what is done -----------------------------------------------------------------------------------------------

    def handle(self, message: Any) -> Answer:
        """Return what became of a message from the page; never raises, and says so when nothing was saved."""
        message_id = message["id"] if isinstance(message, dict) and isinstance(message.get("id"), str) else ""
        try:
            answer: Answer = masked(self._done_or_refused(message, message_id))
            return answer
        except Exception:  # noqa: BLE001 - a meeting goes on; the trace is in the log
            _log.exception("command %s failed", message_id[:36])
            return answers.failed(message_id, self._said)

    def _done_or_refused(self, message: Any, message_id: str) -> Answer:
        saving = not isinstance(message, dict) or message.get("name") not in tuple(NOT_SAVING)
        try:
            return self._handled(checked(message))
        except PartnershipError as error:
            if error.code in NOT_LET_IN:
                attempt = Refusal(error.code, f"{message.get('name')} {error.values['found']}", 0)
                self._workspace.register.note_refusal(attempt, self._editor_id or NOBODY)
            if not isinstance(error, StorageError) or isinstance(error, ConflictError):
                self._show_what_stands()  # a register that does not answer is not waited for twice
            return answers.refused(message_id, error, self._said, saving=saving)

    def _handled(self, command: CheckedCommand) -> Answer:
        earlier = self._answered.get(command.id)
        if earlier is not None:
            if earlier[0] != command:
                raise UsageError("save_id_reused", found=command.id)
            return earlier[1]
        self._read()
        if command.name in NOT_SAVING:
            answer = answers.done(command.id, self._shown_otherwise(command))
        else:
            answer = self._saved(command)
        if answer["ok"]:
            self._answered[command.id] = (command, answer)
            if len(self._answered) > REMEMBERED_ANSWERS:
                del self._answered[next(iter(self._answered))]
        self._show_what_stands()
        return answer

    def _shown_otherwise(self, command: CheckedCommand) -> str:
        """Return what is said when a command only changed what is shown."""
        values = command.values
        if command.name == "identify":
            if not self._is_asked:
                raise InputError("editor_given", found=self._editor_id)
            editor = chosen_editor(self._content, values["person"])
            self._editor_id, self._undo_of = editor.id, None
            return self._said.say("identified", person=editor.name)
        if command.name == "choose":
            self._choose(values["agreement"], values["meeting"])
        if command.name == "audience":
            self._audience = _audience(values["audience"])
            self._view = None
            return self._said.say(f"audience_{self._audience}")
        return self._said.say("shown")

    def _saved(self, command: CheckedCommand) -> Answer:
        """Return that a command has been saved, or the conflict that it met."""
        if not self._editor_id:
            raise InputError("editor_missing")
        register = self._workspace.register
        save_id = PREFIX + command.values["save"] if command.name == "undo" else command.id
        earlier = register.earlier_save(save_id)
        if earlier is not None:
            if earlier[1] != self._editor_id:
                raise UsageError("save_id_reused", found=command.id)
            return answers.saved_before(command.id, earlier[0], self._said, self._clock())
        before, act = self._content, self._act(command)
        try:
            register.save(act.records, actor=self._editor_id, save_id=save_id)
        except ConflictError as error:
            self._read()
            conflict = conflict_of(error, act.records, before, self._content, self._said, self._audience, self._clock())
            if conflict is None:
                raise
            return answers.met(command.id, conflict, error.code, self._said)
        if command.name == "meet":
            self._meeting_id, self._view = act.records[0].id, None
        return answers.saved(command.id, act, self._said, self._clock())

    def _act(self, command: CheckedCommand) -> Act:
        desk = self._desk(command)
        if command.name == "undo":
            return undo(desk, self._workspace.register, self._seen(), command.values["save"], self._clock())
        return ACTS[command.name](desk, command.values)

    def _desk(self, command: CheckedCommand) -> Desk:
        agreement, meeting_id = self._agreement(), self._meeting_id
        if command.place is not None:
            # Sent again after another agreement was chosen, it still belongs where it was written.
            agreement = chosen_partnership(self._content, command.place["agreement"], str(self._workspace.root))
            meeting_id = chosen_meeting(self._content, agreement, command.place["meeting"], self._workspace.as_of)
        return Desk(
            content=self._content,
            agreement=agreement,
            meeting=self._content.find(Meeting, meeting_id),
            editor_id=self._editor_id,
            today=self._workspace.as_of,
            audience=self._audience,
            language=self._workspace.language,
            save_id=command.id,
            figure=lambda code: self._figures.to_decide_on(agreement, code, self._audience),
        )

    def _show_what_stands(self) -> None:
        """Tell the page how things are now, if that can be done; what was saved is saved even when it cannot."""
        try:
            self._read()
            self._tell_changes()
        except PartnershipError as error:
            _log.warning("the page could not be told how things are: %s", error)
        except Exception:  # noqa: BLE001 - an answer that is true must not become one that is not
            _log.exception("the page could not be told how things are")


def _audience(found: str) -> str:
    if found not in AUDIENCES:
        raise InputError("value_not_a_choice", name="audience", found=found[:60], allowed=", ".join(AUDIENCES))
    return found
