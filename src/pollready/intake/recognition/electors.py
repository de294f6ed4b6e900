"""Lists with one row a house, or a person: what is the electors', and what the station's.

Councils' software exports the houses of a district with the place where each votes, and offices
keep rolls of the people of each station. The places are wanted; the houses' addresses and the
people's names are not, and are dropped like any other forbidden column.
"""

import re
from collections.abc import Sequence

from pollready.intake.recognition.headings import fields_by_key, heading_key, last_part
from pollready.intake.workbook import SHEET_BY_NAME

# Only a list of houses has these.
_MARKERS = re.compile(
    r"^(property(urn|number|id|name)|house(id|name|number|no|postcode)|electoradd(ress)?\d*"
    r"|elector(name|no|number|id|address)|.*uprnpropertyurn)$"
)
# What a list of houses says of the house itself; the station's own columns begin otherwise.
_OF_THE_HOUSE = re.compile(
    r"^(property\w*|house\w*|flat\w*|elector\w*|addressline\d*|address\d*|add\d+"
    r"|(sub)?street(name|number|add\d+)?|post(al)?code\d?|pcode\d?|uprn\d?|locality|town|adminarea"
    r"|county|xordinate|yordinate|easting|northing|latitude|longitude|strandid|.*uprnpropertyurn)$"
)
_STATION_NAME = re.compile(r"^(placename|polling(place|station)name|name|station)$")
_HOUSE_NUMBER = "uprn"

_SURNAMES = frozenset(
    {
        "نامخانوادگی", "نامونامخانوادگی", "نامکوچک", "surname", "lastname", "familyname",
        "firstname", "forename", "givenname", "fullname",
    }
)  # fmt: skip
_OF_THE_PERSON = _SURNAMES | {
    "نام", "name", "نشانی", "آدرس", "ادرس", "کدپستی", "تلفن", "همراه", "تلفنهمراه", "جنسیت",
    "address", "postcode", "zip", "phone", "telephone", "mobile", "email", "gender", "sex",
}  # fmt: skip
# Who a person is by birth; a national number alone may be that of a station's keyholder.
_BIRTH = re.compile(r"نام(پدر|مادر)|تولد|شناسنامه|(father|mother)s?name|birth|^dob$")
_IDENTITY = re.compile(_BIRTH.pattern + r"|ملی|national|^nid$|^ssn$|passport|voter|elector")
_STATION_FIELDS = frozenset({"county", "kind", "lat", "lon", "easting", "northing"})


def is_list_of_houses(headings: Sequence[str]) -> bool:
    """Say whether each row is a house and not a station.

    Numbered address columns with the reference number of a property, and no name of a place,
    are houses too: one export has the same headings for both kinds of list.
    """
    keys = {heading_key(heading) for heading in headings}
    if any(_MARKERS.match(key) for key in keys):
        return True
    named = any(_STATION_NAME.match(heading_key(last_part(heading))) for heading in headings)
    return _HOUSE_NUMBER in keys and "add1" in keys and not named


def columns_of_houses(headings: Sequence[str]) -> frozenset[int]:
    """Give the columns that tell of the electors' houses; empty for a list of stations."""
    if not is_list_of_houses(headings):
        return frozenset()
    return frozenset(
        index for index, heading in enumerate(headings) if _OF_THE_HOUSE.match(heading_key(heading))
    )


def is_list_of_persons(headings: Sequence[str]) -> bool:
    """Say whether each row is a person, and not a station or one of its staff.

    A surname beside a number of identity is one; so is a bare name beside a father's name where
    nothing else tells of a station. Staff have a role.
    """
    keys = {heading_key(heading) for heading in headings}
    staff, stations = (fields_by_key(SHEET_BY_NAME[s]) for s in ("people_duties", "stations"))
    if any(staff.get(key) == "role" for key in keys):
        return False
    if keys & _SURNAMES:
        return any(_IDENTITY.search(key) for key in keys)
    if any(stations.get(key) in _STATION_FIELDS for key in keys):
        return False
    return any(_BIRTH.search(key) for key in keys)


def columns_of_persons(headings: Sequence[str]) -> frozenset[int]:
    """Give the columns that tell of people; empty for a list of stations, or of staff."""
    if not is_list_of_persons(headings):
        return frozenset()
    return frozenset(
        index for index, heading in enumerate(headings) if heading_key(heading) in _OF_THE_PERSON
    )
