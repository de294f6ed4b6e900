"""Set PollReady up from a bare checkout: Python 3.11 or newer is all it needs.

Checks what the machine lacks and says so; makes `.venv` from the lock file; builds the
front end; compiles the engine's kernels. Each step is skipped while its inputs stand.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements" / "dev.txt"
FREE_GIB = 3
OLDEST = (3, 11)


def check_machine() -> list[str]:
    """Name everything that is missing, each with what to do about it."""
    missing = []
    if sys.version_info < OLDEST:
        have = ".".join(map(str, sys.version_info[:2]))
        missing.append(f"Python {have} is too old: install Python 3.11 or newer,"
                       " or name one: make PYTHON=python3.12 ...")  # fmt: skip
    for module in ("venv", "ensurepip"):
        try:
            __import__(module)
        except ImportError:
            missing.append(f"Python's module {module} is missing: install the venv package"
                           " of your system (on Debian: python3-venv)")  # fmt: skip
    free = shutil.disk_usage(ROOT).free / 2**30
    if not PYTHON.exists() and free < FREE_GIB:
        missing.append(f"only {free:.1f} GiB free at {ROOT}: {FREE_GIB} GiB are needed")
    return missing


def run(*command: object) -> None:
    """Run a step; its own output explains a failure."""
    finished = subprocess.run([str(part) for part in command], cwd=ROOT, check=False)
    if finished.returncode:
        sys.exit(f"set-up stopped: `{' '.join(map(str, command))}` failed, see above")


def stamp(name: str, *inputs: Path) -> tuple[Path, str]:
    """Give the stamp file of a step and what it must say while the inputs stand."""
    digest = hashlib.sha256(str(ROOT).encode() + sys.version.encode())
    for path in inputs:
        digest.update(path.read_bytes())
    return VENV / f".{name}", digest.hexdigest()


def step(name: str, inputs: list[Path], work: "list[tuple[object, ...]]", say: str) -> None:
    """Do a step's commands unless its stamp is fresh."""
    file, digest = stamp(name, *inputs)
    if file.exists() and file.read_text() == digest:
        return
    print(say, flush=True)
    for command in work:
        run(*command)
    file.write_text(digest)


def sources(folder: str, pattern: str) -> list[Path]:
    """List the files of a step's inputs in a stable order."""
    return sorted(path for path in (ROOT / folder).rglob(pattern) if path.is_file())


def remove_stray_tests() -> None:
    """Remove the package `tests` that Ciw installs with itself.

    It stands before the tests of any project in processes that are started anew.
    """
    for pattern in ("lib/python*/site-packages/tests", "Lib/site-packages/tests"):
        for stray in VENV.glob(pattern):
            if (stray / "test_arrival_node.py").exists():
                shutil.rmtree(stray)


def main() -> None:
    """Check, then do every step that is due."""
    missing = check_machine()
    if missing:
        sys.exit("PollReady cannot be set up here yet:\n- " + "\n- ".join(missing))
    if not PYTHON.exists():
        print("Making .venv ...", flush=True)
        run(sys.executable, "-m", "venv", VENV)
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-deps")
    step(
        "installed",
        [LOCK, ROOT / "pyproject.toml"],
        [(*pip, "--require-hashes", "-r", LOCK), (*pip, "--no-build-isolation", "-e", ROOT)],
        "Installing what it depends on (a minute or two, once) ...",
    )
    remove_stray_tests()
    run(PYTHON, "-m", "pollready.console.build")
    step(
        "compiled",
        sources("src/pollready", "*.py"),
        # Python itself does so at a first run, unless it may not write here then.
        [(PYTHON, "-m", "compileall", "-q", ROOT / "src" / "pollready")],
        "Compiling the source ...",
    )
    step(
        "set-up",
        [*sources("src/pollready/engine", "*.py"), *sources("src/pollready/migrations", "*.py")],
        [(PYTHON, "-m", "pollready", "set-up")],
        "Compiling the engine's kernels (once) ...",
    )


if __name__ == "__main__":
    main()
