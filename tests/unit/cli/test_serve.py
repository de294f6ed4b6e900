"""The console as `pollready serve` starts it: on loopback, there as soon as its link is."""

import os
import re
import socket
import subprocess
import sys
import urllib.request
from urllib.parse import urlsplit

import pytest


@pytest.fixture
def start(tmp_path, empty_register):
    """Give a function that starts the server in a home of its own; it is ended afterwards."""
    environment = os.environ | {
        "HOME": str(tmp_path),
        "POLLREADY_LANGUAGE": "en",
        "XDG_CACHE_HOME": str(empty_register.parent.parent),
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    started = []

    def run(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "pollready", "serve", "--data", str(tmp_path), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.terminate()
        process.communicate(timeout=20)


def test_the_link_can_be_opened_as_soon_as_it_is_printed(start):
    server = start()
    link = next(filter(None, (re.search(r"http\S+/sign-in/\S+", line) for line in server.stdout)))
    assert urlsplit(link[0]).hostname == "127.0.0.1"
    with urllib.request.urlopen(link[0], timeout=30) as page:
        assert page.status == 200
        assert "POST" in page.read().decode().upper()


def test_a_port_that_is_taken_is_said_in_a_sentence(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        _, said = start("--port", str(port)).communicate(timeout=60)
    assert str(port) in said
    assert "Traceback" not in said
