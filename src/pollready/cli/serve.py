"""`pollready serve`: the console on loopback."""

import argparse
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pollready.cli.options import add_language

FIRST_PORT, LAST_PORT = 8000, 8099
LOOKS_EVERY_S, PAUSE_S, PAUSE_MAX_S = 0.5, 0.5, 30.0
ENDS_WITHIN_S = 15.0


def add(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Describe the command."""
    parser = subparsers.add_parser("serve", help="serve the console on this machine")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder of the register")
    parser.add_argument(
        "--example", action="store_true", help="load the example province into an empty register"
    )
    parser.add_argument("--port", type=int, help="default: 8000, or the next free one")
    add_language(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Open the register, print a one-time administrator link, serve until interrupted."""
    from pollready.jobs.registers import open_register

    open_register(arguments.data)
    from pollready.obstacles.office import office_thresholds

    office_thresholds()  # a wrong file stops the command, not a page later
    from pollready.cli.progress import progress
    from pollready.jobs.prepare import administrator_token, load_example
    from pollready.language import say

    now = datetime.now(UTC).replace(microsecond=0)
    if arguments.example:
        with progress(arguments.language) as tell:
            load_example(language=arguments.language, now=now, progress=tell)
    token = administrator_token(now=now, example=arguments.example, language=arguments.language)
    bound = _bind(arguments.port)
    address = f"http://127.0.0.1:{bound.getsockname()[1]}"
    print(say("cli.serving", arguments.language, address=address))
    print(say("cli.link", arguments.language, link=f"{address}/sign-in/{token}/"), flush=True)
    with _worker():
        _serve(bound)
    return 0


def _bind(port: int | None) -> socket.socket:
    """Take the port asked for, or the first free one; keep the socket, so nobody else gets it."""
    for candidate in [port] if port else range(FIRST_PORT, LAST_PORT + 1):
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind(("127.0.0.1", candidate))
            bound.listen()  # so that whoever opens the link at once waits instead of failing
        except OSError:
            bound.close()
            continue
        return bound
    raise NoFreePort(port)


@contextmanager
def _worker() -> Iterator[None]:
    """Keep a worker beside the console: a process of its own, so that pages stay quick.

    It ends with this one, also where this one is killed: its standard input then closes. Where it
    ends by itself, killed or out of memory, another takes its place.
    """
    ending = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(ending,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()


def _keep_worker(ending: threading.Event) -> None:
    command = [sys.executable, "-m", "pollready", "worker", "--with-parent"]
    pause_s = PAUSE_S
    while not ending.is_set():
        began = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
        while process.poll() is None and not ending.wait(LOOKS_EVERY_S):
            pass
        if ending.is_set():
            _end(process)
            return
        # One that cannot even begin is not started in a circle.
        lasted = time.monotonic() - began > PAUSE_MAX_S
        pause_s = PAUSE_S if lasted else min(2 * pause_s, PAUSE_MAX_S)
        ending.wait(pause_s)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(timeout=ENDS_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _serve(bound: socket.socket) -> None:
    import uvicorn

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pollready.project.settings")
    config = uvicorn.Config(
        "pollready.project.asgi:application", lifespan="off", log_level="warning"
    )
    uvicorn.Server(config).run(sockets=[bound])


class NoFreePort(Exception):
    """The port asked for, or all that are tried, are taken."""

    code = "cli.no-free-port"

    def __init__(self, port: int | None) -> None:
        self.fields = {"port": str(port or f"{FIRST_PORT}-{LAST_PORT}")}
        super().__init__(str(port))
