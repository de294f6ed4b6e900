"""Every phrase of corrections exists in both languages, and none lies unused."""

import re
from pathlib import Path

from pollready import console, intake, register
from pollready.language import LANGUAGES
from pollready.language.catalogue import area

ROOTS = [Path(each.__file__).parent for each in (console, register, intake)]
KEY = re.compile(r"[\"'](correct\.[a-z0-9_.]+)[\"']")
BEGINNING = re.compile(r"[\"'](correct\.[a-z0-9_.]+\.)[\"']|\"(correct\.[a-z0-9_.]+[._])\{")
REFUSED = re.compile(r"CorrectionRefused\(\s*\"([a-z-]+)\"")


def sources() -> str:
    files = [file for root in ROOTS for end in ("*.html", "*.py") for file in root.rglob(end)]
    return "\n".join(file.read_text("utf-8") for file in files)


def beginnings(text: str) -> tuple[str, ...]:
    # The labels of a form stand under the key that the form names.
    forms = re.findall(r'phrases = "(correct\.[a-z.]+)"', text)
    found = [part for pair in BEGINNING.findall(text) for part in pair if part]
    return (*found, *(f"{form}." for form in forms))


def test_every_phrase_that_is_named_exists_and_none_lies_unused():
    text = sources()
    forms = set(re.findall(r'phrases = "(correct\.[a-z.]+)"', text))
    named = {key for key in KEY.findall(text) if not key.endswith(".")} - forms
    known = area("correct")
    assert named - set(known) == set()
    assert {k for k in known if k not in named and not k.startswith(beginnings(text))} == set()


def test_every_refusal_has_its_sentence():
    known = area("errors")
    assert [
        code for code in REFUSED.findall(sources()) if f"errors.correct.{code}" not in known
    ] == []


def test_both_languages_say_the_same_fields():
    for key, texts in area("correct").items():
        assert set(LANGUAGES) <= set(texts), key
        fields = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key
