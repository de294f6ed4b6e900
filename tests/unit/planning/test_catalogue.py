"""The nineteen scenarios that ship: whole in both languages, and readable."""

import re

from pollready.language import LANGUAGES
from pollready.language.catalogue import area
from pollready.planning.catalogue import catalogue, entry
from pollready.planning.means import MEANS
from pollready.planning.rules import LEVELS


def test_all_nineteen_failures_are_there():
    assert {each.code for each in catalogue()} == {f"F{number}" for number in range(1, 20)}


def test_every_text_stands_in_both_languages():
    for each in catalogue():
        texts = [each.title, each.happened, each.description, each.shows, *each.questions]
        texts += [step.text for step in each.steps]
        texts += [step.order_by for step in each.steps if step.order_by]
        for both in texts:
            assert set(both) == set(LANGUAGES), each.code
            assert all(text.strip() for text in both.values()), each.code


def test_every_scenario_speaks_of_a_level_and_has_standard_steps():
    for each in catalogue():
        assert each.level in LEVELS[each.service], each.code
        assert each.steps, each.code
        for step in each.steps:
            assert f"role.{step.role}" in area("role"), step.role
            assert step.means == "" or step.means in MEANS


def test_no_legal_basis_is_invented():
    for each in catalogue():
        assert not any(step.lawful is False for step in each.steps)
        assert not any(step.lawful and step.order_by for step in each.steps), each.code


def test_an_entry_is_found_by_its_code():
    assert entry("F12").title["en"] == "One cut"
    assert entry("F99") is None


def test_no_text_names_the_organisation_that_the_interface_must_not_name():
    texts = [text for each in catalogue() for text in (*each.title.values(), *each.shows.values())]
    texts += [both["fa"] for both in area("planning").values()]
    assert not [text for text in texts if "بسیج" in text]


def test_every_phrase_takes_the_same_fields_in_both_languages():
    for key, texts in area("planning").items():
        assert set(LANGUAGES) <= set(texts), key
        fields = [set(re.findall(r"\{(\w+)\}", texts[language])) for language in LANGUAGES]
        assert fields[0] == fields[1], key
