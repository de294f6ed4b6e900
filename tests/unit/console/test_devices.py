"""Browsers' descriptions of themselves become plain words; what does not tell is unknown."""

import pytest

from pollready.console.devices import device_words

APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 14; SM-A145F) {CHROME} Mobile", "Chrome on Android"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {APPLE} Safari/604.1",
         "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("curl/8.5", "an unknown program"),
        ("", "an unknown program"),
    ],
)  # fmt: skip
def test_a_device_is_named_in_plain_words(user_agent, words):
    assert device_words(user_agent, "en") == words


def test_a_device_is_named_in_persian():
    assert device_words("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "fa") == "Firefox در ویندوز"
