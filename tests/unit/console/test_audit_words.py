"""Every command of the log is named in both languages, and leaves the register or does not."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

import pollready
from pollready.assessment.cases.rechecking import ACTOR
from pollready.audit.commands import record
from pollready.audit.version import LEAVES_REGISTER, register_version
from pollready.console.corrections.command_words import actor_word
from pollready.console.corrections.log_objects import object_word
from pollready.language import LANGUAGES, say
from pollready.language.catalogue import area

PACKAGE = Path(pollready.__file__).parent
HELPERS = {
    "_record",
    "_recorded",
    "_log",
    "log",
}  # of modules: the command comes first, or after the row


def constants(tree: ast.AST) -> dict[str, str]:
    """Give the texts that a module keeps under names in capitals."""
    found = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        names, values = node.targets[0], node.value
        pairs = (
            zip(names.elts, values.elts, strict=False)
            if isinstance(names, ast.Tuple) and isinstance(values, ast.Tuple)
            else [(names, values)]
        )
        for name, value in pairs:
            if isinstance(name, ast.Name) and name.id.isupper() and texts_in(value):
                found[name.id] = texts_in(value)[0]
    return found


def texts_in(node: ast.AST) -> list[str]:
    return [
        each.value
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    ]


def choices_of(node: ast.AST) -> list[ast.AST]:
    """Give what an expression may come to: both ways of a condition, every value of a table."""
    if isinstance(node, ast.IfExp):
        return [*choices_of(node.body), *choices_of(node.orelse)]
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
        return list(node.value.values)
    return [node]


def given_in(node: ast.AST) -> list[ast.AST]:
    """Give the expressions of commands in a call or an assignment."""
    if isinstance(node, ast.Assign):
        is_it = getattr(node.targets[0], "id", "") == "command"
        return choices_of(node.value) if is_it else []
    if not isinstance(node, ast.Call):
        return []
    given = [word.value for word in node.keywords if word.arg == "command"]
    if getattr(node.func, "id", "") in HELPERS:
        given += node.args[:2]
    return [choice for each in given for choice in choices_of(each)]


def recorded() -> set[str]:
    """Give every command that some module records: as it stands, by a name, or by a helper."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        tree = ast.parse(file.read_text("utf-8"))
        named = constants(tree)
        for node in ast.walk(tree):
            for each in given_in(node):
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    found.add(each.value)
                elif isinstance(each, ast.Name) and each.id in named:
                    found.add(named[each.id])
    return {each.rpartition(".")[2] for each in found if re.fullmatch(r"[a-z_.]+", each)}


TYPES = re.compile(r'(?:Entry\(\s*|session\.log\(\s*|\.note\(session, |object_type=)"([a-z_]+)"')


def object_types() -> set[str]:
    return {
        kind for file in PACKAGE.rglob("*.py") for kind in TYPES.findall(file.read_text("utf-8"))
    }


def test_every_type_of_object_in_the_log_has_its_word_in_both_languages():
    types = object_types()
    assert len(types) > 30
    for kind in types:
        for language in LANGUAGES:
            assert object_word(kind, language) == say(f"correct.object.{kind}", language)


def test_who_gave_a_command_is_named_whoever_it_was():
    actors = set(re.findall(r'actor="([a-z]+)"', sources())) | {ACTOR, "unknown"}
    for actor in actors:
        for language in LANGUAGES:
            assert actor_word(actor, {}, language) == say(f"correct.actor.{actor}", language)
    assert "root" in actor_word("root", {}, "fa")
    assert actor_word("root", {}, "fa") != "root"


def sources() -> str:
    return "\n".join(file.read_text("utf-8") for file in PACKAGE.rglob("*.py"))


def test_every_command_that_is_recorded_has_its_words():
    commands = recorded()
    named = {key.rpartition(".")[2] for key in area("correct") if "correct.command." in key}
    assert len(commands) > 30
    assert commands - named == set()


def test_what_leaves_the_register_as_it_is_are_commands_that_there_are():
    assert set(LEAVES_REGISTER) - recorded() == set()


@pytest.mark.django_db
def test_signing_in_leaves_what_is_kept_and_importing_does_not():
    def log(command: str) -> int:
        with transaction.atomic():
            record(actor="somebody", command=command, now=datetime.now(UTC), entries=[])
        return register_version()

    before = log("intake.import_file")
    assert log("sign_in") == before
    assert log("intake.import_file") > before
