#!/usr/bin/env python3
"""Start a job of the partnership workbench; makes the environment on first use.

``python3 run.py`` lists the jobs. Needs nothing but Python and its venv module: uv (pinned, in a venv of its own)
installs the locked packages into ``.venv``. The stamp in there is written last, so an interrupted set-up starts anew.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OLDEST, NEWEST = (3, 11), (3, 14)
UV_VERSION = "0.13.9"
LOCK = HERE / "requirements.lock"
# Spark is large and wanted by one test: it lies beside the environment, and only `test-all` sees it.
SPARK_LOCK, SPARK = HERE / "requirements-spark.lock", HERE / ".spark"
OLDEST_JAVA = 17
ENVIRONMENT, UV_ENVIRONMENT = HERE / ".venv", HERE / ".uv"
STAMP = ENVIRONMENT / "set-up.stamp"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
# The interpreter behind a venv, so that the answer is the same whether `.venv` is activated or not.
PYTHON = getattr(sys, "_base_executable", None) or sys.executable

# What WeasyPrint, the peer in benchmarks and the control in tests, needs of the system: Debian's package, its library.
PDF_LIBRARIES = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset-0.dll"),
}
LIBRARY_FOLDERS = ("", "/opt/homebrew/lib/", "/usr/local/lib/", "C:\\msys64\\ucrt64\\bin\\")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
POSTGRESQL_FOLDER = Path("/usr/lib/postgresql")  # where Debian keeps the server's programs, out of the way
# What a test can do without, and then skips loudly.
SKIPPED_WITHOUT = {
    "chromium": "the browser tests",
    "postgresql": "the tests of the register on PostgreSQL",
    "strace": "the tests of a failing disk",
    "default-jre-headless": "the test that Spark answers as DuckDB does",
    "poppler-utils": "the test that every picture of the documentation can be made again",
}
# pip's own settings that uv has to follow: another index, the organisation's certificates, its proxy.
PIP_SETTINGS = {"index-url": "UV_DEFAULT_INDEX", "cert": "SSL_CERT_FILE", "proxy": "ALL_PROXY"}


def main(arguments: list[str]) -> int:
    """Return the exit code of the job that the arguments name."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(overview())
        return 0
    name, rest = arguments[0], arguments[1:]
    if name not in JOBS:
        stop(f"There is no job called {name!r}.\n\n{overview()}", exit_code=2)
    _, needs, job = JOBS[name]
    check_python()
    provide_system_packages(needs)
    set_up()
    return job(rest)


def overview() -> str:
    """Return the list of jobs."""
    lines = [f"  python3 run.py {name:<10}{purpose}" for name, (purpose, _, _) in JOBS.items()]
    return "\n".join(["Jobs; what stands after the job's name is passed on to it:", *lines])


def stop(message: str, exit_code: int = 1) -> None:
    """Say what is wrong and end."""
    print(message, file=sys.stderr)
    raise SystemExit(exit_code)


# --- before the work ------------------------------------------------------------------------------------------------


def check_python() -> None:
    """Stop when this Python is too old or too new for the lock."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        found, oldest, newest = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST, NEWEST))
        stop(
            f"This is Python {found} ({sys.executable}); the workbench runs on Python {oldest} to {newest}.\n"
            f"Start it with one of them, for example: python{newest} run.py"
        )


def missing_system_packages(needs: tuple[str, ...]) -> list[str]:
    """Return Debian's names of the system packages that a job needs and that are not there, tried for real."""
    missing = [] if importlib.util.find_spec("ensurepip") else ["python3-venv"]
    if "pdf" in needs:
        missing += [package for package, names in PDF_LIBRARIES.items() if not any(map(loads, names))]
        if sys.platform.startswith("linux") and not font_is_there():
            missing.append("fonts-dejavu-core")
    if "browser" in needs and not any(map(shutil.which, BROWSERS)):
        missing.append("chromium")
    if "faults" in needs and sys.platform.startswith("linux") and not shutil.which("strace"):
        missing.append("strace")
    if "database" in needs and os.name != "nt" and not postgresql_is_there():
        missing.append("postgresql")
    if "spark" in needs and java_version() < OLDEST_JAVA:
        missing.append("default-jre-headless")
    if "pictures" in needs and not shutil.which("pdftoppm"):
        missing.append("poppler-utils")
    return missing


def postgresql_is_there() -> bool:
    """Return whether a PostgreSQL server can be started here; the client alone is not enough."""
    return bool(shutil.which("initdb") or next(POSTGRESQL_FOLDER.glob("*/bin/initdb"), None))


def java_version() -> int:
    """Return the main version of the Java that starts here; 0 where none does."""
    found = re.match(r"\S+ (\d+)", answer("java", "--version"))
    return int(found[1]) if found else 0


def loads(library: str) -> bool:
    """Return whether a system library can be loaded."""
    for folder in LIBRARY_FOLDERS:
        try:
            ctypes.CDLL(folder + library)
            return True
        except OSError:
            continue
    return False


def font_is_there() -> bool:
    """Return whether there is any font at all."""
    return any(next(Path(folder).expanduser().glob("**/*.[ot]tf"), None) for folder in FONT_FOLDERS)


def provide_system_packages(needs: tuple[str, ...]) -> None:
    """Install what is missing on Debian and Ubuntu as root; elsewhere stop with the line to type."""
    missing = missing_system_packages(needs)
    if missing and shutil.which("apt-get") and os.geteuid() == 0:
        install_with_apt(missing)
        importlib.invalidate_caches()
        missing = missing_system_packages(needs)
    if missing and set(missing) <= set(SKIPPED_WITHOUT):
        for package in missing:
            print(f"!! No {package} on this machine: {SKIPPED_WITHOUT[package]} will be SKIPPED.", file=sys.stderr)
        print(f"!! To run them too: {line_to_type(missing)}", file=sys.stderr)
    elif missing:
        stop(f"This machine lacks {', '.join(missing)}. Install it and start again:\n\n  {line_to_type(missing)}\n")


def install_with_apt(packages: list[str]) -> None:
    """Install system packages on Debian or Ubuntu."""
    print(f"Installing system packages: {' '.join(packages)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-qq", "update"], env=quiet, check=False)
    command = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *packages]
    subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)


def line_to_type(packages: list[str]) -> str:
    """Return what to type, or to do, on this kind of machine."""
    if shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        return f"{sudo}apt-get update && {sudo}apt-get install -y --no-install-recommends {' '.join(packages)}"
    if sys.platform == "darwin":
        brew = {
            "chromium": "--cask chromium",
            "postgresql": "postgresql",
            "default-jre-headless": "openjdk",
            "poppler-utils": "poppler",
        }
        return " && ".join(sorted({f"brew install {brew.get(package, 'pango')}" for package in packages}))
    if os.name == "nt":
        return "install Pango with MSYS2 (pacman -S mingw-w64-ucrt-x86_64-pango), and Chrome for the browser tests"
    return f"with your system's package manager, install what Debian calls: {' '.join(packages)}"


# --- the environment ------------------------------------------------------------------------------------------------


def set_up() -> None:
    """Make `.venv` what the lock says; nothing when the stamp shows that it is."""
    base, content = fingerprints()
    stamp = STAMP.read_text().split() if STAMP.is_file() else []
    if stamp == [base, content]:
        return
    print("Setting up the environment (only when the lock or Python has changed) ...", flush=True)
    uv = provide_uv()
    if stamp[:1] != [base]:
        call(PYTHON, "-m", "venv", "--clear", "--without-pip", ENVIRONMENT)
    STAMP.unlink(missing_ok=True)
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    into = ["--python", program("python"), *quiet]
    settings = pip_settings()
    call(uv, "pip", "sync", "--require-hashes", *into, LOCK, settings=settings)
    call(uv, "pip", "install", "--no-deps", "--no-build-isolation", *into, "--editable", HERE, settings=settings)
    STAMP.write_text(f"{base}\n{content}\n")


def fingerprints() -> tuple[str, str]:
    """Return what `.venv` is built on (interpreter, place, uv) and what it contains (lock, project), as hashes."""
    base = hashlib.sha256(repr((sys.version, PYTHON, str(HERE), UV_VERSION)).encode())
    content = hashlib.sha256()
    for file in (LOCK, HERE / "pyproject.toml", HERE / "setup.py"):
        content.update(file.read_bytes())
    return base.hexdigest(), content.hexdigest()


def provide_uv() -> Path:
    """Return the pinned uv, installed in a venv of its own, since a sync removes whatever is not in the lock."""
    uv = program("uv", UV_ENVIRONMENT)
    if not uv.is_file() or not answer(uv, "--version").startswith(f"uv {UV_VERSION} "):
        call(PYTHON, "-m", "venv", "--clear", UV_ENVIRONMENT)
        pip = (program("python", UV_ENVIRONMENT), "-m", "pip")
        call(*pip, "install", "-qq", "--only-binary", ":all:", "--disable-pip-version-check", f"uv=={UV_VERSION}")
    return uv


def provide_spark() -> None:
    """Put Spark into a folder of its own; where that cannot be done, say loudly what is skipped and go on."""
    stamp = SPARK / "set-up.stamp"
    wanted = hashlib.sha256(fingerprints()[0].encode() + SPARK_LOCK.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Fetching Spark, some hundred megabytes (only when its lock or Python has changed) ...", flush=True)
    shutil.rmtree(SPARK, ignore_errors=True)
    uv = provide_uv()
    into = ["--python", program("python"), "--target", SPARK, "--quiet"]
    command = [uv, "pip", "install", "--require-hashes", "--no-deps", "--no-build-isolation", *into, "-r", SPARK_LOCK]
    if start(*command, settings=pip_settings()) == 0:
        stamp.write_text(wanted)
        return
    shutil.rmtree(SPARK, ignore_errors=True)
    print(f"!! Spark could not be fetched: {SKIPPED_WITHOUT['default-jre-headless']} will be SKIPPED.", file=sys.stderr)
    print(f"!! To run it too, start again where this works: {' '.join(map(str, command))}", file=sys.stderr)


def pip_settings() -> dict[str, str]:
    """Return pip's own settings in uv's words; extra indexes are left out: the lock holds public packages only."""
    found: dict[str, str] = {}
    for line in answer(program("python", UV_ENVIRONMENT), "-m", "pip", "config", "list").splitlines():
        key, _, value = line.partition("=")
        name = PIP_SETTINGS.get(key.rpartition(".")[2])
        if name and name not in os.environ:
            found[name] = value.strip("'\"")
    return found


def program(name: str, environment: Path = ENVIRONMENT) -> Path:
    """Return the path of a program in an environment."""
    return environment / SCRIPTS / (f"{name}.exe" if os.name == "nt" else name)


def surroundings(settings: dict[str, str]) -> dict[str, str]:
    """Return the environment variables for everything that is started here."""
    # Without cached bytecode every start costs seconds; another Python's folders do not belong in here.
    left_out = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH")
    ours = {
        "VIRTUAL_ENV": str(ENVIRONMENT),
        "PATH": str(ENVIRONMENT / SCRIPTS) + os.pathsep + os.environ.get("PATH", ""),
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_COMPILE_BYTECODE": "1",
        "UV_SYSTEM_CERTS": "1",
    }
    if sys.platform == "darwin":
        ours["DYLD_FALLBACK_LIBRARY_PATH"] = "/opt/homebrew/lib:/usr/local/lib"
    return {**{name: value for name, value in os.environ.items() if name not in left_out}, **ours, **settings}


def start(*command: object, settings: dict[str, str] | None = None) -> int:
    """Return the exit code of a program run in the top folder; who ends this program lets that one finish first."""
    sys.stdout.flush()
    line, around = [str(part) for part in command], surroundings(settings or {})
    interrupted = False
    with subprocess.Popen(line, cwd=HERE, env=around) as started:
        before = signal.signal(signal.SIGTERM, lambda *_: started.terminate())
        while started.returncode is None:
            try:
                started.wait()
            except KeyboardInterrupt:
                interrupted = True  # Ctrl-C is told to both: a room closes its kernels, the proof writes its record
        signal.signal(signal.SIGTERM, before)
    if interrupted:
        raise KeyboardInterrupt
    return started.returncode


def call(*command: object, settings: dict[str, str] | None = None) -> None:
    """Run a step of the set-up; stop when it fails."""
    if start(*command, settings=settings) != 0:
        line = " ".join(map(str, command))
        stop(f"The set-up stopped at this step (its own words stand above):\n\n  {line}\n\nStart again to repair it.")


def answer(*command: object) -> str:
    """Return what a program prints; empty when it cannot be run."""
    try:
        result = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return result.stdout


# --- the jobs -------------------------------------------------------------------------------------------------------


def build_demo() -> int:
    """Return the exit code of building the demo workspace; it is left as it is when it stands."""
    return start(program("partnership"), "init", ".", "--demo")


def report(rest: list[str]) -> int:
    """Return the exit code of publishing what is due, and say where the reports are."""
    failed = build_demo() or start(program("partnership"), "run", "--due", *rest)
    index = HERE / "reports" / "index.html"
    if index.is_file():
        print(f"The reports are listed in {index}")
    return failed


def pytest(*arguments: object, settings: dict[str, str] | None = None) -> int:
    """Return pytest's exit code; the cells of a notebook stay together on one worker."""
    return start(program("python"), "-m", "pytest", "-n", "2", "--dist", "loadfile", *arguments, settings=settings)


def run_tests(rest: list[str], *which: str, settings: dict[str, str] | None = None) -> int:
    """Return the exit code of the tests; with arguments, only those that the arguments choose."""
    if rest:
        return pytest(*which, *rest, settings=settings)
    demo = build_demo()
    chosen = pytest("-p", "no:nbval", *which, settings=settings)
    # The tutorials are run by tests/golden, which hold their figures; what stands in `mine` is somebody's own.
    notebooks = pytest("--nbval-lax", "notebooks", "--ignore", "notebooks/tutorial", "--ignore", "notebooks/mine")
    failures = [demo, chosen, notebooks]
    return next(filter(None, failures), 0)


def test(rest: list[str]) -> int:
    """Return the exit code of the daily tests."""
    return run_tests(rest, "-m", "not slow")


def test_all(rest: list[str]) -> int:
    """Return the exit code of all tests, with Spark at hand."""
    provide_spark()
    return run_tests(rest, settings={"PYTHONPATH": str(SPARK)})


def proof(rest: list[str]) -> int:
    """Return the exit code of the proof: every fault on purpose and many times, and the record of what came of it."""
    return start(program("python"), HERE / "tests" / "proof", *rest)


def lab(rest: list[str]) -> int:
    """Return the exit code of JupyterLab on the demo workspace."""
    return build_demo() or start(program("partnership"), "lab", *rest)


def review(rest: list[str]) -> int:
    """Return the exit code of the review room on the demo workspace."""
    return build_demo() or start(program("partnership"), "review", *rest)


def what_if(rest: list[str]) -> int:
    """Return the exit code of the what-if room on a case of the demo workspace."""
    return build_demo() or start(program("partnership"), "what-if", *(rest or ["skoladministration"]))


def bench(rest: list[str]) -> int:
    """Return the exit code of the benchmarks."""
    return start(program("python"), "-m", "benchmarks", *rest)


def docs(rest: list[str]) -> int:
    """Return the exit code of making the documentation site, and say where it is; a broken link is an error."""
    site = HERE / "build" / "site"
    options = ["-b", "html", "-W", "-n", "--keep-going", "-q", *rest]
    failed = start(program("python"), "-m", "sphinx", *options, HERE / "docs", site)
    if (site / "index.html").is_file():
        print(f"The documentation is in {site / 'index.html'}")
    return failed


JOBS = {
    "report": ("build the demo municipality, run every report that is due", (), report),
    "test": ("run the daily tests", ("pdf", "browser", "database", "faults"), test),
    "test-all": (
        "run all tests, the slow ones too",
        ("pdf", "browser", "database", "faults", "spark", "pictures"),
        test_all,
    ),
    "lab": ("open JupyterLab on the demo municipality", (), lab),
    "review": ("open the review room on the demo municipality", (), review),
    "what-if": ("open the what-if room on a case of the demo municipality", (), what_if),
    "docs": ("make the documentation site, offline, its links checked", (), docs),
    "bench": ("measure speed against named peers", ("pdf",), bench),
    "proof": (
        "make every fault happen many times, write down what came of it",
        ("pdf", "browser", "database", "faults"),
        proof,
    ),
}


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
