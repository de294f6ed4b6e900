"""What is sent beyond every limit is refused at the door, before it is kept anywhere."""

import asyncio

import pytest

from pollready.console.bodies import bounded
from pollready.language import LANGUAGES, say
from pollready.project.asgi import application

MOST = 1000


def scope(**more):
    headers = [(b"host", b"localhost"), (b"cookie", b"pollready_language=en")]
    return {
        "type": "http", "method": "POST", "path": "/import/", "raw_path": b"/import/",
        "query_string": b"", "headers": headers, "scheme": "http", "server": ("localhost", 80),
        "client": ("127.0.0.1", 5000), "http_version": "1.1",
    } | more  # fmt: skip


def asked(app, scope, parts=()) -> tuple[int, str, int]:
    """Give status and text of an answer, and how many parts of the body were taken."""
    waiting, sent = list(parts), []

    async def receive():
        if not waiting:
            await asyncio.Event().wait()  # nobody leaves
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    text = b"".join(message.get("body", b"") for message in sent).decode()
    return sent[0]["status"], text, len(parts) - len(waiting)


def with_length(length, language="en"):
    cookie = f"pollready_language={language}".encode()
    headers = [(b"host", b"localhost"), (b"cookie", cookie)]
    return scope(headers=[*headers, (b"content-length", str(length).encode())])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_body_announced_as_too_large_is_refused_on_a_page_before_any_of_it_is_read(language):
    large = with_length(300 * 1024 * 1024, language)
    status, text, read = asked(application, large, [b"x"] * 10)
    assert (status, read) == (413, 0)
    assert say("console.error.too_large.text", language, limit=200) in text
    assert 'href="/import/"' in text


def test_a_body_that_nobody_announced_is_counted():
    small = bounded(application.__wrapped__, MOST)
    status, text, read = asked(small, scope(), [b"x" * 400] * 10)
    assert (status, read) == (413, 3)
    assert say("console.error.too_large.title", "en") in text


@pytest.mark.django_db(transaction=True)
def test_a_body_within_the_limit_comes_through():
    small = bounded(application.__wrapped__, MOST)
    status, _, read = asked(small, with_length(800), [b"x" * 400] * 2)
    assert status in (302, 403)  # nobody is signed in, and the form has no token
    assert read == 2
