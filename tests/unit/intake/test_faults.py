"""Every fault has words, in both languages, and they can be said."""

import re
import string
from pathlib import Path

import pytest

import pollready.intake
from pollready.intake.faults import Fault, Gravity
from pollready.intake.workbook import CHOICES, SHEETS
from pollready.language import LANGUAGES, Phrase, message, say
from pollready.language.catalogue import area, text_of
from pollready.register.kinds import kinds

SOURCE = Path(pollready.intake.__file__).parent
_CODES = re.compile(r'(?:Fault|Bad|\.say|\.drop_cell|\.send_back)\(\s*f?"([a-z-]+)(\{which\})?"')
DOUBTS = ("zero", "swapped", "outside", "far")


def codes_in_source() -> set[str]:
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        for code, suffix in _CODES.findall(path.read_text("utf-8")):
            found |= {code + doubt for doubt in DOUBTS} if suffix else {code}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_says_what_it_is_and_what_to_do(language):
    codes = codes_in_source()
    assert len(codes) > 30
    for code in codes:
        for part in ("what", "remedy"):
            assert say_with_anything(f"intake.fault.{code}.{part}", language)


def test_no_phrase_of_a_fault_is_left_over():
    said = {key.split(".")[2] for key in area("intake") if key.startswith("intake.fault.")}
    assert said == codes_in_source()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_has_a_sentence(language):
    codes = set()
    for path in SOURCE.rglob("*.py"):
        codes |= set(re.findall(r'^    code = "([a-z.-]+)"', path.read_text("utf-8"), re.MULTILINE))
    assert "intake.nothing-usable" in codes
    for code in codes:
        assert say_with_anything(f"errors.{code}", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_list_of_words_can_be_told_as_what_was_expected(language):
    lists = {column.choices for sheet in SHEETS for column in sheet.columns} - {""}
    for name in lists:
        fault = Fault("unknown-word", Gravity.CELL, column="c", value="v",
                      fields={"expected": Phrase(f"intake.expected.{name}", {})})  # fmt: skip
        assert fault.remedy(language).strip()
    assert lists <= {*CHOICES, "component_kind"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_name_of_its_own(language):
    names = [say(f"kind.{code}", language) for code in kinds()]
    assert len(set(names)) == len(names)


def test_an_error_is_told_with_its_fields():
    from pollready.intake.reading.limits import NoSuchFile

    assert message(NoSuchFile("a.xlsx"), "en") == "There is no file “a.xlsx”. Check its path."


def say_with_anything(key: str, language: str) -> str:
    names = {name for _, name, _, _ in string.Formatter().parse(text_of(key, language)) if name}
    return say(key, language, **dict.fromkeys(names, "x"))
