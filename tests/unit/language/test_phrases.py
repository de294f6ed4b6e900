"""The catalogues: both languages say everything, with the same fields, in the agreed voice."""

import ast
import re
import string
from pathlib import Path

import pytest

from pollready.language import LANGUAGES, Phrase, UnknownPhrase, say
from pollready.language.catalogue import area, areas

SOURCE = Path(__file__).resolve().parents[3] / "src" / "pollready"
PHRASES = [(key, texts) for name in areas() for key, texts in area(name).items()]
MODULES = sorted(SOURCE.rglob("*.py"))


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_phrase_is_said_in_both_languages():
    assert [key for key, texts in PHRASES if not set(LANGUAGES) <= texts.keys()] == []


def test_both_languages_fill_in_the_same_fields():
    assert [key for key, texts in PHRASES if fields_of(texts["fa"]) != fields_of(texts["en"])] == []
    # A form for one may leave the number out, and needs nothing that the other has not.
    assert [
        key
        for key, texts in PHRASES
        if not fields_of(texts.get("en_one", "")) <= fields_of(texts["en"])
    ] == []


def test_persian_is_written_with_persian_letters():
    about_letters = {"intake.fault.arabic-letters.what"}
    wrong = {key for key, texts in PHRASES if re.search("[يكىة]", texts["fa"])}
    assert wrong == about_letters


def test_no_sentence_raises_its_voice_or_names_the_organisation():
    wrong = re.compile("!|بسیج")
    assert [key for key, texts in PHRASES for text in texts.values() if wrong.search(text)] == []


def test_who_comes_to_vote_has_one_word():
    # Lists must not hold voters' identities: there the word is that of the law.
    of_identities = {"workbook.guide.forbidden"}
    assert {key for key, texts in PHRASES if re.search("ر[أا]ی‌دهند", texts["fa"])} <= of_identities


def test_every_code_of_an_error_has_its_sentence():
    codes = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                codes |= {
                    statement.value.value
                    for statement in node.body
                    if isinstance(statement, ast.Assign)
                    and [getattr(target, "id", "") for target in statement.targets] == ["code"]
                    and isinstance(statement.value, ast.Constant)
                }
    assert len(codes) > 15
    assert {code for code in codes if f"errors.{code}" not in area("errors")} == set()


def test_every_phrase_that_the_code_names_is_there():
    named = set()
    for path in [*MODULES, *SOURCE.rglob("*.html")]:
        for face, key in re.findall(
            r'(\w+\.)?\bsay(?:\(| )"([a-z_]+(?:\.[a-z_0-9]+)+)"', path.read_text()
        ):
            # A report's own words stand in the area `report`.
            of_report = face == "words." and "reports" in path.relative_to(SOURCE).parts
            named.add(f"report.{key}" if of_report else key)
    assert len(named) > 100
    assert {key for key in named if key not in area(key.partition(".")[0])} == set()


def test_a_phrase_that_is_not_there_is_an_error_with_a_code():
    with pytest.raises(UnknownPhrase) as raised:
        say("cli.no-such-phrase", "fa")
    assert raised.value.code == "language.unknown-phrase"


def test_unknown_is_a_word_and_never_nought():
    assert say("cli.voters", "en", voters=None, without=2) == (
        "Expected voters: unknown; stations without this figure: 2."
    )
    assert "نامعلوم" in say("cli.voters", "fa", voters=None, without=2)


def test_a_phrase_within_a_phrase_is_said_in_the_same_language():
    inner = Phrase("language.yes", {})
    assert say("cli.file", "fa", file=inner) == say(
        "cli.file", "fa", file=say("language.yes", "fa")
    )


# What only who types commands can meet: building, serving, the report's folder, fault trees.
SAID_TO_WHO_TYPES_COMMANDS = frozenset(
    f"errors.{code}"
    for code in (
        "cli.no-free-port",
        "console.front-end-not-built",
        "console.node-missing",
        "engine.fault-tree-out-of-time",
        "engine.fault-tree-too-large",
        "engine.open-psa.mission-time-needed",
        "engine.top-not-chosen",
        "jobs.no-register",
        "jobs.output-over-input",
        "jobs.register-unusable",
        "reports.missing-font",
        "reports.reveal-without-reason",
    )
)
COMMAND = re.compile(
    r"(?<![\w-])--[a-z]|\bdocs/|\bpollready [a-z]|\bmake [a-z]+ را|\w\.(toml|py|md)\b"
)


def test_no_phrase_of_the_console_names_a_command_an_option_or_a_path():
    shown = {
        key
        for key, texts in PHRASES
        if not key.startswith("cli.") and any(COMMAND.search(text) for text in texts.values())
    }
    assert shown == SAID_TO_WHO_TYPES_COMMANDS
