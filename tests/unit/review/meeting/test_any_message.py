"""Whatever a browser sends, there is an answer, nothing breaks, and the register stays whole."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership_lib.review.meeting.protocol import COMMANDS

IDS = [
    "A-1",
    "A-2",
    "S-1",
    "T-1",
    "O-1",
    "O-2",
    "X-1",
    "M-now",
    "M-next",
    "P-owner",
    "P-supplier",
    "P-other",
    "R-1",
    "WO",
]
WORDS = ["tactical", "operational", "improvement", "buyer", "supplier", "openness", "shared", "internal", "2026-09-15"]
TEXTS = st.one_of(
    st.sampled_from(["", " ", "\u200b", "\x00", "\ud800", "x" * 10_001, "<script>", "'; DROP TABLE activities", *IDS]),
    st.sampled_from(WORDS),
    st.text(max_size=20),
)
FIELDS = ["title", "kind", "level", "parent_id", "buyer_responsible_id", "internal_note", "id", "version", "due_date"]
ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=5,
)
BY_TYPE = {
    str: TEXTS,
    int: st.sampled_from([0, 1, 2, 3, 5, -1, 2**31, 2**63, 10**30]),
    bool: st.booleans(),
    dict: st.dictionaries(st.sampled_from(FIELDS), st.one_of(TEXTS, st.none(), st.integers()), max_size=3),
}


@st.composite
def messages(draw):
    """A message: whole and of the right types most of the time, so that it comes as far as the act."""
    name = draw(st.sampled_from(sorted(COMMANDS)))
    values = {
        key: draw(BY_TYPE.get(kind, st.one_of(TEXTS, st.none())) if draw(st.integers(0, 9)) else ANYTHING)
        for key, kind in COMMANDS[name].items()
    }
    whole = {"type": "command", "id": str(draw(st.uuids())), "name": name, "values": values}
    if draw(st.integers(0, 9)):
        return whole
    return draw(
        st.one_of(ANYTHING, st.just({**whole, draw(st.sampled_from(["id", "name", "values"])): draw(ANYTHING)}))
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(message=messages())
def test_every_message_is_answered_and_nothing_unexpected_happens(room, workspace, message):
    answer = room.session.handle(message)
    assert answer["code"] != "unexpected", answer
    assert set(answer) - {"conflict"} == {"type", "id", "ok", "said", "code"}
    assert answer["said"].strip()
    json.dumps(answer).encode()
    assert workspace.register.verify() == []
