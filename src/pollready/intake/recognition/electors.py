"""Lists with one row a house: whose addresses are the electors', and whose the station's.

Councils' software exports the houses of a district with the place where each votes. The places
are wanted; the houses' addresses are not, and are dropped like any other forbidden column.
"""

import re
from collections.abc import Sequence

from pollready.intake.recognition.headings import heading_key, last_part

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
