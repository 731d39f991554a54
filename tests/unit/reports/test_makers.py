"""Who makes the bundles: warm workers where processes can be forked, stock kernels elsewhere, and it is said."""

from __future__ import annotations

import importlib
import logging
import tomllib
from pathlib import Path
from types import SimpleNamespace

import papermill  # noqa: F401 - first: it asks our engine for its class while it is being imported itself
import pytest

from partnership_lib.reports import fork_engine, makers
from partnership_lib.reports.life import CAN_FORK
from partnership_lib.reports.runner import run_job


@pytest.mark.skipif(not CAN_FORK, reason="processes cannot be forked here")
def test_where_processes_can_be_forked_workers_are_warm() -> None:
    with makers.chosen_making() as making:
        assert (making.engine, making.make.__name__) == ("fork", "run_job")
        assert making.make is not run_job


def test_elsewhere_every_report_gets_a_kernel_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(makers, "CAN_FORK", False)
    with makers.chosen_making() as making:
        assert (making.engine, making.make) == ("kernels", run_job)


def test_papermills_engine_falls_back_on_a_stock_kernel_and_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[float | None] = []

    def stock(manager: object, kernel: str, *, execution_timeout: float | None = None, **_: object) -> None:
        asked.append(execution_timeout)

    monkeypatch.setattr(fork_engine, "CAN_FORK", False)
    monkeypatch.setattr(fork_engine.NBClientEngine, "execute_managed_notebook", stock)
    with caplog.at_level(logging.WARNING, logger="papermill"):
        fork_engine.ForkEngine.execute_managed_notebook(SimpleNamespace(), "python3", execution_timeout=7.0)
    assert asked == [7.0]
    assert "cannot be forked" in caplog.text


def test_papermill_finds_the_engine_by_its_entry_point(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, _, name = project["entry-points"]["papermill.engine"]["fork"].partition(":")
    assert getattr(importlib.import_module(module), name) is fork_engine.ForkEngine
