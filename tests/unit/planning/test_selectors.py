"""The language of selectors: what it reads, writes and refuses."""

import pytest

from pollready.planning.selectors import (
    Check,
    Choice,
    Failures,
    Part,
    SelectorError,
    Stations,
    Where,
    parse,
    str_of,
)


def test_a_selector_names_parts_that_fail_together():
    assert parse("worst 1 of duct, server in county 04 + every national_centre") == Failures(
        (
            Part(Choice.WORST, ("duct", "server"), count=1, where=Where(county="04")),
            Part(Choice.EVERY, ("national_centre",)),
        )
    )


def test_a_share_is_a_percentage():
    (part,) = parse("spread 12.5% of devices").parts
    assert (part.choice, part.share, part.count) == (Choice.SPREAD, 12.5, None)


def test_names_are_kept_as_they_are_written_whatever_they_are():
    (part,) = parse('named EX-04, "FD 17", "کد ۱", "a \\"b\\" + every"').parts
    assert part.names == ("EX-04", "FD 17", "کد ۱", 'a "b" + every')


def test_power_of_is_what_feeds_the_rest():
    (part,) = parse('power of worst 1 of exchange of agency "TCI" below province').parts
    assert part.is_power
    assert part.where == Where(agency="TCI", below_province=True)


def test_stations_are_chosen_by_criteria_and_rules():
    assert parse("stations criterion power unmet or rule no_second_path in county 01") == Stations(
        (Check("criterion", ("power", "unmet")), Check("rule", ("no_second_path",))),
        Where(county="01"),
    )


@pytest.mark.parametrize(
    ("text", "code", "fields"),
    [
        ("", "selector-empty", {}),
        ("   ", "selector-empty", {}),
        ("some feeder", "selector-unexpected", {"found": "some", "place": 1}),
        ("every", "selector-ends", {}),
        ("every ,", "selector-unexpected", {"found": ",", "place": 2}),
        ("every dragon", "selector-kind", {"found": "dragon"}),
        ("worst of feeder", "selector-amount", {"found": "of"}),
        ("worst 0 of feeder", "selector-amount", {"found": "0"}),
        ("worst 120% of feeder", "selector-amount", {"found": "120"}),
        ("worst 1 of devices", "selector-kind", {"found": "devices"}),
        ("every feeder every server", "selector-unexpected", {"found": "every", "place": 3}),
        ("every feeder of colour red", "selector-unexpected", {"found": "colour", "place": 4}),
        ("stations criterion beauty unmet", "selector-criterion", {"found": "beauty"}),
        ("stations criterion power bad", "selector-state", {"found": "bad"}),
        ("stations rule no_such_rule", "selector-rule", {"found": "no_such_rule"}),
        ("stations rule no_second_path of agency X", "selector-station-filter", {}),
        ('named ""', "selector-empty-name", {}),
        ('named "open', "selector-unexpected", {"found": '"open', "place": 2}),
        ("named " + ", ".join(["x"] * 51), "selector-too-many", {"limit": 50}),
        ("named " + "x" * 2000, "selector-too-long", {"limit": 2000}),
    ],
)
def test_what_the_language_does_not_have_is_refused_with_its_place(text, code, fields):
    with pytest.raises(SelectorError) as refused:
        parse(text)
    assert (refused.value.code, refused.value.fields) == (f"planning.{code}", fields)


def test_a_selector_is_written_in_one_way():
    text = "worst  2 of duct ,server   in county 04+named  EX-04"
    assert str_of(parse(text)) == 'worst 2 of duct, server in county "04" + named "EX-04"'
