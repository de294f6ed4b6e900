"""Every phrase that the console says exists in both languages, and none lies unused."""

import re
from pathlib import Path

from pollready import console
from pollready.language import LANGUAGES
from pollready.language.catalogue import area

CONSOLE = Path(console.__file__).parent
KEY = re.compile(r"[\"'](console\.[a-z0-9_.]+)[\"']")
BUILT = re.compile(r"[\"'](console\.[a-z0-9_.]+\.)[\"']|\"(console\.[a-z0-9_.]+[._])\{")


def sources() -> str:
    files = [*CONSOLE.rglob("*.html"), *CONSOLE.rglob("*.py")]
    return "\n".join(file.read_text("utf-8") for file in files)


def test_every_phrase_named_in_a_page_exists():
    named = {key for key in KEY.findall(sources()) if not key.endswith(".")}
    assert {key for key in named if key not in area("console")} == set()


def test_no_phrase_lies_unused():
    text = sources()
    named = set(KEY.findall(text))
    beginnings = tuple(part for pair in BUILT.findall(text) for part in pair if part)
    unused = {key for key in area("console") if key not in named and not key.startswith(beginnings)}
    assert unused == set()


def test_both_languages_say_every_phrase_with_the_same_fields():
    for key, texts in area("console").items():
        assert set(LANGUAGES) <= set(texts), key
        fields = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key


def test_no_phrase_names_the_organisation_that_the_interface_must_not_name():
    assert not [key for key, texts in area("console").items() if "بسیج" in texts["fa"]]
