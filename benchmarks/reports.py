"""Follow-up reports as HTML and PDF/UA, against what people do without the workbench; all make the same pages.

``python -m benchmarks.reports --reports 100 --peer-reports 6``: the peers make fewer reports, and are scaled.

* a shell loop: the papermill command, nbconvert with the workbench's own page, the weasyprint command;
* a pool of as many processes as we have workers, each with stock papermill, the page and WeasyPrint in memory.

The pages say the same; ours are set by Typst, those of the peers by WeasyPrint, the usual way from HTML to PDF/UA.

Told apart: the notebooks' own computing (the seconds of their cells), what forking and messages add to it, page, PDF,
data files, and publishing (claims, hashes, moving into place). Memory is the proportional set size of all processes.
On a machine that others use too, the processor's seconds say more than the clock: they are told beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.peer_page import PAPER
from benchmarks.timing import compile_as_installed
from partnership_lib.demo.building import build_demo_workspace
from partnership_lib.reports import ReportRequest, one_request, run_reports
from partnership_lib.reports.jobs import EXECUTED, RESULT
from partnership_lib.reports.warm import WarmWorkers
from partnership_lib.units.period import Period
from partnership_lib.workspace import Workspace, open_workspace

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "follow_up.ipynb"
MONTHS = 24


@dataclass
class Ours:
    """What was measured of our own run [s; bytes]."""

    wall: float = 0.0
    processor: float = 0.0
    here: float = 0.0
    own: list[float] = field(default_factory=list)
    overhead: list[float] = field(default_factory=list)
    rendering: list[float] = field(default_factory=list)
    making: list[float] = field(default_factory=list)
    executed: dict[str, Any] = field(default_factory=dict)
    peak_bytes: int = 0


def requests_of(workspace: Workspace, count: int) -> list[ReportRequest]:
    """Return that many follow-up reports: every partnership, month by month, since it began."""
    agreements = [each for each in workspace.content().agreements if each.is_partnership]
    last = Period.parse("2026-08")
    months = [last]
    while len(months) < MONTHS:
        months.append(months[-1].previous())
    pairs = [(each.id, month) for month in months for each in agreements if each.start_date < month.start]
    return [one_request(workspace, "follow_up", agreement=agreement, period=month) for agreement, month in pairs][
        :count
    ]


def run_ours(workspace: Workspace, requests: list[ReportRequest], workers: int) -> Ours:
    """Publish them, and take the times of every part."""
    measured = Ours()
    before, here = _processor_seconds(), time.process_time()
    with WarmWorkers() as warm, _peak_memory(measured):

        def make(work: Path, job: dict[str, Any], **limits: Any) -> Path:
            began = time.perf_counter()
            bundle = warm.run_job(work, job, **limits)
            whole = time.perf_counter() - began
            seconds = json.loads((work / RESULT).read_text(encoding="utf-8"))["seconds"]
            executed = json.loads((work / EXECUTED).read_text(encoding="utf-8"))
            own = sum(cell["metadata"]["papermill"]["duration"] or 0 for cell in executed["cells"])
            measured.own.append(own)
            measured.overhead.append(whole - seconds["rendering"] - own)
            measured.rendering.append(seconds["rendering"])
            measured.making.append(whole)
            measured.executed = executed
            return bundle

        began = time.perf_counter()
        outcome = run_reports(workspace, requests, workers=workers, make_bundle=make)
        measured.wall = time.perf_counter() - began
    measured.processor, measured.here = _processor_seconds() - before, time.process_time() - here
    if outcome.failed or len(outcome.published) != len(requests):
        raise SystemExit(f"not every report was made: {outcome.as_json()['failed'][:1]}")
    return measured


def shell_loop(root: Path, requests: list[ReportRequest]) -> None:
    """Make them with commands, one after another."""
    with tempfile.TemporaryDirectory() as folder:
        style = Path(folder) / "paper.css"
        style.write_text(PAPER, encoding="utf-8")
        for number, request in enumerate(requests):
            executed, page = Path(folder) / f"{number}.ipynb", Path(folder) / f"{number}.html"
            given = [part for name, value in _parameters(root, request).items() for part in ("-r", name, value)]
            _command("papermill", str(NOTEBOOK), str(executed), *given, "-k", "python3")
            _command("jupyter-nbconvert", "--to", "benchmarks.peer_page.PageExporter", str(executed))
            _command("weasyprint", "--pdf-variant", "pdf/ua-1", "-s", str(style), str(page), str(page) + ".pdf")


def pool_of_processes(root: Path, requests: list[ReportRequest], workers: int) -> None:
    """Make them with stock papermill in a pool of processes."""
    with ProcessPoolExecutor(workers) as pool:
        list(pool.map(make_in_pool, [root] * len(requests), [_parameters(root, each) for each in requests]))


def make_in_pool(root: Path, parameters: dict[str, str]) -> int:
    """Return the size of the PDF of one report; called in the processes of the pool."""
    import nbformat
    import papermill
    import weasyprint

    from partnership_lib.reports.render import render_html

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.ipynb"
        papermill.execute_notebook(
            str(NOTEBOOK), str(out), parameters, cwd=str(root), progress_bar=False, kernel_name="python3"
        )
        html = render_html(nbformat.read(out, as_version=4), title="Uppföljning", language="sv")
    sheet = weasyprint.CSS(string=PAPER)
    return len(weasyprint.HTML(string=html).write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1") or b"")


def _parameters(root: Path, request: ReportRequest) -> dict[str, str]:
    assert request.period is not None
    return {"workspace": str(root), "agreement": str(request.agreement), "period": request.period.label}


def _command(program: str, *arguments: str) -> None:
    command = [str(Path(sys.executable).with_name(program)), *arguments]
    path = str(Path(__file__).parents[1])
    subprocess.run(
        command,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": path},
    )


@contextmanager
def _peak_memory(measured: Ours) -> Iterator[None]:
    """Watch the memory of this process and all below it, where the system tells."""
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.5):
            measured.peak_bytes = max(measured.peak_bytes, sum(map(_proportional_bytes, _family())))

    watcher = threading.Thread(target=watch, daemon=True)
    if Path("/proc/self/smaps_rollup").exists():
        watcher.start()
    try:
        yield
    finally:
        stop.set()


def _family() -> list[int]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    family = [os.getpid()]
    for pid in family:
        family += [child for child, parent in parents.items() if parent == pid]
    return family


def _proportional_bytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def print_parts(measured: Ours, workers: int) -> None:
    """Print where the time of our run went."""
    from partnership_lib.reports.pdf import render_pdf
    from partnership_lib.reports.render import render_html

    html = render_html(measured.executed, title="x", language="sv")
    _, html_seconds = _timed(lambda: render_html(measured.executed, title="x", language="sv"))
    _, pdf_seconds = _timed(lambda: render_pdf(html, title="x", language="sv"))
    share = html_seconds / (html_seconds + pdf_seconds)
    count = len(measured.making)
    publishing = measured.wall * workers / count - statistics.mean(measured.making)
    floor = (sum(measured.own) + sum(measured.rendering)) / min(workers, os.cpu_count() or 1)
    print(f"  per report: cells {statistics.mean(measured.own):.2f} s, "
          f"forking and messages {statistics.median(measured.overhead):.2f} s, "
          f"page, PDF and data {statistics.mean(measured.rendering):.2f} s (page {share:.0%}), "
          f"claiming, checking and publishing {publishing:.2f} s")  # fmt: skip
    print(f"  in the process that runs them: {measured.here / count:.2f} s of the processor a report")
    print(f"  wall against (cells + rendering) / cores: {measured.wall / floor:.2f} (wanted: at most 1.4)")
    print(f"  peak memory of all processes: {measured.peak_bytes / 1e6:.0f} MB")


def _timed(work: Callable[[], Any]) -> tuple[float, float]:
    """Return seconds by the clock and of the processors."""
    began, before = time.perf_counter(), _processor_seconds()
    work()
    return time.perf_counter() - began, _processor_seconds() - before


def _processor_seconds() -> float:
    """Return what this process, and those that it has waited for, have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=16)
    parser.add_argument("--peer-reports", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    compile_as_installed()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "place"
        build_demo_workspace(root)
        workspace = open_workspace(root)
        requests = requests_of(workspace, options.reports)
        step = max(1, len(requests) // options.peer_reports)
        sample = requests[::step][: options.peer_reports]
        ours = run_ours(workspace, requests, options.workers)
        peers = {
            "papermill, nbconvert, weasyprint in a shell loop": _timed(lambda: shell_loop(root, sample)),
            "stock papermill in a pool of processes": _timed(lambda: pool_of_processes(root, sample, options.workers)),
        }
        shutil.rmtree(root)
    print(f"{len(requests)} follow-up reports as HTML and PDF/UA; the peers made {len(sample)} of them")
    print(f"  {'a report':<50}{'clock':>9}{'':>8}{'processor':>14}")
    wall, processor = ours.wall / len(requests), ours.processor / len(requests)
    print(f"  {'partnership run':<50}{wall:7.2f} s{'':>8}{processor:12.2f} s")
    for name, (seconds, used) in peers.items():
        each, work = seconds / len(sample), used / len(sample)
        print(f"  {name:<50}{each:7.2f} s{each / wall:6.1f} x{work:12.2f} s{work / processor:6.1f} x")
    print_parts(ours, options.workers)


if __name__ == "__main__":
    main()
