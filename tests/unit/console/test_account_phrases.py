"""The phrases of account and people: all there, in both languages, none unused."""

import re
from pathlib import Path

from pollready import console
from pollready.language import LANGUAGES
from pollready.language.catalogue import area
from pollready.people.rules import PersonRefused

CONSOLE = Path(console.__file__).parent
KEY = re.compile(r"[\"'](account\.[a-z0-9_.]+)[\"']")
BUILT = re.compile(r"[\"'](account\.[a-z0-9_.]+\.)[\"']|\"(account\.[a-z0-9_.]+[._])\{")
# Said by the name of a field or of one of allauth's messages.
SAID_BY_NAME = (
    "account.field.",
    "account.token_field.",
    "account.new_password.",
    "account.done.",
    "account.error.",
    "account.device.system.",
)


def sources() -> str:
    files = [*CONSOLE.rglob("*.html"), *CONSOLE.rglob("*.py")]
    return "\n".join(file.read_text("utf-8") for file in files)


def test_every_phrase_named_in_a_page_exists():
    named = {key for key in KEY.findall(sources()) if not key.endswith((".", ".html"))}
    assert {key for key in named if key not in area("account")} - {
        "account.field",
        "account.token_field",
        "account.new_password",
    } == set()


def test_no_phrase_lies_unused():
    text = sources()
    named = set(KEY.findall(text))
    begun = tuple(part for pair in BUILT.findall(text) for part in pair if part) + SAID_BY_NAME
    assert {k for k in area("account") if k not in named and not k.startswith(begun)} == set()


def test_both_languages_say_every_phrase_with_the_same_fields():
    for key, texts in area("account").items():
        assert set(LANGUAGES) <= set(texts), key
        fields = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key


def test_every_refusal_of_an_account_has_its_sentence():
    people = CONSOLE.parent / "people"
    raised = set()
    for file in people.glob("*.py"):
        raised |= set(re.findall(r'PersonRefused\(\s*"([a-z-]+)"', file.read_text("utf-8")))
    assert len(raised) > 8
    for code in raised:
        assert f"errors.{PersonRefused(code).code}" in area("errors"), code
