"""The guarded child: what it gives back, and what becomes of a child that misbehaves."""

from __future__ import annotations

import operator
import os
import resource
import time
from pathlib import Path

import pytest

from partnership_lib.errors import InputError, StorageError
from partnership_lib.files.guarded import run_guarded
from partnership_lib.text import describe
from partnership_lib.units.money import parse_ore

FILE = Path("hostile.csv")


def test_a_result_comes_back_as_it_was() -> None:
    assert run_guarded(operator.add, [1], ["å", None]) == [1, "å", None]


def test_what_a_function_prints_does_not_mix_with_its_result(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_guarded(print, "noise") is None
    assert "noise" in capfd.readouterr().err


def test_our_own_errors_cross_with_their_values() -> None:
    with pytest.raises(InputError) as caught:
        run_guarded(parse_ore, "tolv")
    assert (caught.value.code, caught.value.values) == ("amount_unreadable", {"found": "tolv"})


@pytest.mark.parametrize(
    ("function", "args", "options", "code"),
    [
        (bytearray, (2**33,), {}, "reader_out_of_memory"),
        (time.sleep, (30,), {"seconds": 0.5}, "reader_timeout"),
        (os.abort, (), {}, "reader_died"),
        (os._exit, (0,), {}, "reader_died"),
        (exec, ("import sys; sys.exit(0)",), {}, "reader_failed"),
        (exec, ("raise type('PanicException', (BaseException,), {})('index out of bounds')",), {}, "reader_failed"),
        (open, ("/no/such/file",), {}, "file_unreadable"),
    ],
)
def test_a_child_that_misbehaves_becomes_an_error_that_names_the_file(
    function: object, args: tuple[object, ...], options: dict[str, float], code: str
) -> None:
    started = time.monotonic()
    with pytest.raises(InputError) as caught:
        run_guarded(function, *args, file=FILE, **options)  # type: ignore[arg-type]
    assert caught.value.code == code
    named = "/no/such/file" if code == "file_unreadable" else str(FILE)
    assert all(named in describe(caught.value, language) for language in ("sv", "en"))
    assert time.monotonic() - started < 10


def test_a_child_that_works_for_too_long_is_stopped() -> None:
    with pytest.raises(InputError, match="reader_timeout"):
        run_guarded(exec, "while True: pass", file=FILE, seconds=1)


def test_a_child_that_only_waits_for_its_turn_may_take_longer() -> None:
    assert run_guarded(time.sleep, 2.5, seconds=0.5) is None


def test_a_child_that_writes_too_much_is_stopped(tmp_path: Path) -> None:
    with pytest.raises(StorageError) as caught:
        run_guarded(Path.write_bytes, tmp_path / "big", b"x" * 100_000, written_bytes=50_000)
    assert caught.value.code == "disk_full"


def test_the_childs_limits_are_not_the_parents() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    limit = run_guarded(resource.getrlimit, resource.RLIMIT_AS, memory_bytes=2**30)
    assert limit[0] == 2**30
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_a_function_of_the_main_program_is_refused_at_once() -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    exec("def function(): pass", namespace)
    with pytest.raises(ValueError, match="importable"):
        run_guarded(namespace["function"])  # type: ignore[arg-type]
