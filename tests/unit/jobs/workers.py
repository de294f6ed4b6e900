"""Real workers over a register of their own, as the installation starts them; for tests."""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).resolve()
ROWS = HERE.parents[2] / "browser" / "register_rows.py"
HEAD = f"""
import importlib.util, sys, time, django
from datetime import UTC, datetime
django.setup()
from pollready.jobs import background
from pollready.jobs.models import Job
def rows():
    spec = importlib.util.spec_from_file_location("register_rows", {str(ROWS)!r})
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
"""
# A worker whose one kind of work lasts as long as it is told to.
PATIENT = """
import threading
@background.background("patient", repeatable=True)
def patient(job, progress):
    progress.step("reading")
    end = time.monotonic() + job.arguments["seconds"]
    while time.monotonic() < end:
        time.sleep(0.05)
    return {"attempt": job.attempt}
"""
WORK = "from pollready.jobs.worker import work; work(threading.Event())"
WORK_WITH_PARENT = """
from pollready.jobs.worker import end_at_once, end_with_parent, work
end_with_parent(end_at_once); work(threading.Event())
"""
START = "print(background.start('patient', by=None, now=datetime.now(UTC), arguments={}).pk)"


class Installation:
    """A register and the processes over it."""

    def __init__(self, environment: dict[str, str], address: str) -> None:
        self.environment, self._address = environment, address

    def run(self, code: str) -> str:
        """Run code over the register; give what it printed."""
        done = subprocess.run(
            [sys.executable, "-c", HEAD + code],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def begin(self, seconds: float) -> int:
        """Start work that lasts for some seconds."""
        told = START.replace("{}", f"{{'seconds': {seconds}}}")
        return int(self.run(PATIENT + told))

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Ask, or change, the register itself: quicker than a process that reads all of Django."""
        if self._address.startswith("postgresql:"):
            import psycopg

            with psycopg.connect(self._address) as connection:
                cursor = connection.execute(statement)
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self._address, timeout=20)) as connection, connection:
            return connection.execute(statement).fetchall()

    def state(self, job: int) -> str:
        """Give the state of a job."""
        ((state,),) = self.ask(f"SELECT state FROM pollready_job WHERE id = {job}")
        return str(state)

    def wait_for(self, job: int, *states: str, attempt: int = 1, seconds: float = 240) -> str:
        """Wait until a job is in one of the states; give the one in which it is."""
        deadline = time.monotonic() + seconds
        began = f"SELECT attempt FROM pollready_job WHERE id = {job}"
        while time.monotonic() < deadline:
            if self.state(job) in states and self.ask(began)[0][0] >= attempt:
                break
            time.sleep(0.2)
        return self.state(job)

    @contextmanager
    def worker(self, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Keep a worker, by default one that can be patient."""
        given = command or (sys.executable, "-c", HEAD + PATIENT + WORK)
        process = subprocess.Popen(given, env=self.environment, stdin=subprocess.PIPE)
        try:
            yield process
        finally:
            process.kill()
            process.wait()
            process.stdin.close()


@contextmanager
def installation(folder: Path, empty: Path, template: str | None = None) -> Iterator[Installation]:
    """Make a register in a folder: a copy of the empty one, or a database of its own."""
    environment = os.environ | {
        "POLLREADY_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "pollready.project.settings",
    }
    shared = environment.pop("POLLREADY_DATABASE", "")
    if not shared:
        shutil.copyfile(empty, folder / "register.sqlite3")
        yield Installation(environment, str(folder / "register.sqlite3"))
        return
    with _own_database(shared, template) as address:
        environment["POLLREADY_DATABASE"] = address
        if template is None:
            migrate = [sys.executable, "-m", "django", "migrate", "--verbosity=0"]
            subprocess.run(migrate, env=environment, check=True)
        yield Installation(environment, address)


@contextmanager
def _own_database(shared: str, template: str | None) -> Iterator[str]:
    import psycopg

    name = f"workers_{os.getpid()}_{time.monotonic_ns()}"
    parts = urlsplit(shared)
    with psycopg.connect(shared, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template or "template1"}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
