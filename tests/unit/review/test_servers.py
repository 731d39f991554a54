"""How the rooms and JupyterLab are started: on this machine, with a token, on the notebooks of the workspace."""

import os

import pytest

from partnership_lib.errors import UsageError
from partnership_lib.review import servers
from partnership_lib.review.told import AGREEMENT_VARIABLE, LANGUAGE_VARIABLE
from partnership_lib.workspace import create_workspace, open_workspace


@pytest.fixture
def empty(tmp_path):
    create_workspace(tmp_path)
    return open_workspace(tmp_path)


def test_jupyterlab_is_started_as_our_own_guarded_server_and_its_token_stands_nowhere(tmp_path):
    command = servers.lab_command(tmp_path, "notebooks/review_meeting.ipynb")
    assert "partnership_lib.review.launcher.lab" in command
    assert not [option for option in command if "token" in option.lower() or "allow_origin" in option.lower()]


def test_a_new_workspace_gets_the_notebooks_and_keeps_its_own(empty):
    folder = servers.place_notebooks(empty)
    (folder / "follow_up.ipynb").write_text("min egen", encoding="utf-8")
    servers.place_notebooks(empty)
    assert (folder / "follow_up.ipynb").read_text(encoding="utf-8") == "min egen"
    assert (folder / "review_meeting.ipynb").exists()


def test_a_room_without_partnerships_is_refused_before_anything_is_started(empty):
    with pytest.raises(UsageError, match="no_partnerships"):
        servers.start_review(empty, "", browser=False, in_lab=False, opened=print)
    assert not (empty.root / "notebooks").exists()


def test_a_room_has_the_same_port_every_time_and_another_workspace_another(tmp_path):
    first, second = (servers.usual_port(tmp_path / name / "review_meeting.ipynb") for name in ("a", "b"))
    assert first == servers.usual_port(tmp_path / "a" / "review_meeting.ipynb")
    assert first != second
    assert {20_000 <= port < 32_000 for port in (first, second)} == {True}


def test_the_room_in_jupyterlab_is_told_the_agreement_through_the_environment(empty, monkeypatch):
    started = []
    monkeypatch.setattr(servers, "chosen_partnership", lambda *values: type("A", (), {"id": "A-7"}))
    monkeypatch.setattr(servers, "start_lab", lambda workspace, notebook: started.append(notebook) or 0)
    for name in (AGREEMENT_VARIABLE, LANGUAGE_VARIABLE):
        monkeypatch.setenv(name, "")
    assert servers.start_review(empty, "A-7", browser=False, in_lab=True, opened=print) == 0
    assert started == ["notebooks/review_meeting.ipynb"]
    assert (os.environ[AGREEMENT_VARIABLE], os.environ[LANGUAGE_VARIABLE]) == ("A-7", "sv")
