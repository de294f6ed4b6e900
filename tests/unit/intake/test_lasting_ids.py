"""What stands in the world keeps its id through files and rounds."""

import pytest

from pollready.people.models import Person
from pollready.places.models import ServicePoint
from pollready.register.models import Component, ComponentGroup

pytestmark = pytest.mark.django_db
STATION = ("1", "A", "Ahar", "fixed")


def office(day: str, province: str = "EAZ", feeder: str = "F-1", kind: str = "feeder") -> dict:
    return {
        "round": [("name", "election date", "province"), ("R", day, province)],
        "stations": [("code", "name", "county", "kind"), STATION],
        "components": [
            ("code", "kind", "agency"), (feeder, kind, "P"), ("D-1", "duct", "P"),
        ],
    }  # fmt: skip


def ids(code: str) -> list:
    rows = Component.objects.filter(code=code).order_by("round__election_date", "pk")
    return list(rows.values_list("uid", flat=True))


def test_a_component_and_a_group_keep_their_ids_in_the_next_round(take, write_sheets):
    for day in ("2024-06-28", "2028-06-16"):
        take(write_sheets(office(day), f"{day}.xlsx"))
    first, second = ids("F-1")
    assert first == second
    assert ComponentGroup.objects.values("uid").distinct().count() == 1
    assert ComponentGroup.objects.count() == 2
    assert ServicePoint.objects.count() == 1


def test_another_province_s_component_of_the_same_code_is_another(take, write_sheets):
    take(write_sheets(office("2024-06-28", "EAZ"), "a.xlsx"))
    take(write_sheets(office("2024-06-28", "WAZ"), "b.xlsx"))
    first, second = ids("F-1")
    assert first != second


def test_a_code_given_to_another_kind_is_another_component(take, write_sheets):
    take(write_sheets(office("2024-06-28"), "a.xlsx"))
    take(write_sheets(office("2028-06-16", kind="substation"), "b.xlsx"))
    first, second = ids("F-1")
    assert first != second


def test_a_phone_of_a_round_long_over_is_not_taken(take, write_sheets):
    sheets = office("2020-02-21") | {"people": [("role", "name", "mobile"), ("user", "P", "0914")]}
    take(write_sheets(sheets))
    assert Person.objects.get().mobile == ""
