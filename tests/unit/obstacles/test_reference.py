"""The reference pages of the rules are those that the catalogue gives."""

from dataclasses import fields
from pathlib import Path

import pytest

from pollready.language import say
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.reference import render
from pollready.obstacles.thresholds import Thresholds

REFERENCE = Path(__file__).resolve().parents[3] / "docs" / "reference"
RULE_FILES = Path(__file__).resolve().parents[3] / "src" / "pollready" / "obstacles" / "rules"


@pytest.mark.parametrize(("language", "name"), [("en", "obstacles.md"), ("fa", "obstacles.fa.md")])
def test_the_page_is_current(language, name):
    assert (REFERENCE / name).read_text("utf-8") == render(language)


def test_every_file_is_a_rule_of_the_catalogue():
    files = {path.stem for path in RULE_FILES.glob("*.py")} - {"__init__"}
    assert {rule.code for rule in RULES} == files


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_has_its_title_and_remedy_in_both_languages(rule, language):
    for word in ("title", "when", "remedy"):
        assert say(f"rule.{rule.code}.{word}", language)
    assert say(f"role.{rule.owner_role}", language)


def test_rules_name_thresholds_that_exist():
    known = {field.name for field in fields(Thresholds)}
    assert {name for rule in RULES for name in rule.thresholds} <= known
