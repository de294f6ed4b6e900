"""Which rows are the same object; and a code for stations whose list has none."""

import re
from base64 import b32encode
from collections import Counter
from collections.abc import Callable, Hashable
from hashlib import sha256

from rapidfuzz import fuzz

from pollready.intake.staging.records import Record, Staged
from pollready.intake.workbook import CHOICES
from pollready.language import fold

# From this likeness on (of 100), two names under one code are one name misspelt. "Saadi school"
# and "Hafez school" reach 73; one wrong letter in ten leaves 90.
_SAME_NAME_LIKENESS = 86
_NUMBERS = re.compile(r"[0-9]+")
_CODE_LETTERS = 8

_CLASSES = tuple(CHOICES["classification"])  # lowest first

Key = Hashable | None  # None: a row that is nobody else's


def send_back_rows_of_secret_objects(staged: Staged) -> None:
    """Send back, by their numbers only, the other rows of an object that one row puts above."""
    for sheet in staged.sheets:
        name = sheet.recognised.sheet.name
        kept = []
        for record in sheet.records:
            if (name, fold(record.get("code") or "")) in staged.above:
                staged.send_back("above-ceiling", record)
            else:
                kept.append(record)
        sheet.records = kept


def merge_rows(staged: Staged) -> None:
    """Join the rows of each object: the first stands for it, the others fill its blanks."""
    for name, key in _KEYS.items():
        heads: dict[Hashable, Record] = {}
        for sheet in staged.sheets:
            if sheet.recognised.sheet.name != name:
                continue
            kept = []
            for record in sheet.records:
                head = heads.setdefault(_key_or_itself(key, record), record)
                if head is record or _join(head, record, staged, is_station=name == "stations"):
                    kept += [record] if head is record else []
            sheet.records = kept
    _merge_places(staged)
    _give_codes(staged)


def place_key(record: Record) -> tuple[str, str, str]:
    """Give what a polling place is known by where stations have no codes.

    County, name and address together: names repeat from county to county ("fire station"), one
    address holds several halls, and one hall is listed under two numbers.
    """
    parts = (record.get("county"), record.get("name"), record.get("address"))
    county, name, address = (fold(part or "") for part in parts)
    return county, name, address


def _join(head: Record, record: Record, staged: Staged, *, is_station: bool) -> bool:
    """Join a later row to its object; a row of another place under the same code comes back."""
    said = {"first": head.row, "where": head.sheet}
    if is_station and _is_another_place(head, record):
        staged.send_back("code-of-another", record, "code", record.get("code"), **said)
        return False
    if is_station and not _is_same_name(head, record, exactly=True):
        staged.say("same-code-other-name", record, "name", record.get("name"), **said)
    head.merged.append(record)
    _take_higher_class(head, record)
    for name, value in record.values.items():
        head.values.setdefault(name, value)
    staged.rows_merged += 1
    return True


def _take_higher_class(head: Record, record: Record) -> None:
    """Give an object the highest class that any of its rows gives it."""
    given = [row.values["class"] for row in (head, record) if "class" in row.values]
    if given:
        head.values["class"] = max(given, key=_CLASSES.index)


def _is_another_place(head: Record, record: Record) -> bool:
    """Say whether two rows with one code are two stations: another county, or another name."""
    counties = fold(head.get("county") or ""), fold(record.get("county") or "")
    if all(counties) and counties[0] != counties[1]:
        return True
    return not _is_same_name(head, record)


def _is_same_name(head: Record, record: Record, *, exactly: bool = False) -> bool:
    """Say whether the names of two rows may be one place's; a row without a name has any.

    What all schools share says nothing: the names must be alike as a whole, or one must be the
    other with words left out, and numbers must agree.
    """
    one, other = fold(head.get("name") or ""), fold(record.get("name") or "")
    if not one or not other or one == other:
        return True
    if exactly or _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return False
    words, other_words = set(one.split()), set(other.split())
    if words <= other_words or other_words <= words:
        return True
    return fuzz.token_sort_ratio(one, other) >= _SAME_NAME_LIKENESS


def _merge_places(staged: Staged) -> None:
    """Join the rows of stations without codes that share a place's number or all three names."""
    by_number: dict[Hashable, Record] = {}
    by_name: dict[Hashable, Record] = {}
    for sheet in staged.sheets:
        if sheet.recognised.sheet.name != "stations":
            continue
        kept = []
        for record in sheet.records:
            if record.get("code"):
                kept.append(record)
                continue
            key = place_key(record)
            number = (key[0], record.get("place_code")) if record.get("place_code") else None
            head = by_number.get(number) if number else None
            if head is not None and not _is_same_name(head, record):
                head = None  # one number for two places
            head = head or by_name.get(key)
            if head is None:
                kept.append(record)
                head = record
            else:
                _join(head, record, staged, is_station=False)
            by_name.setdefault(key, head)
            if number:
                by_number.setdefault(number, head)
        sheet.records = kept


def _give_codes(staged: Staged) -> None:
    """Give each station without a code its place's number, else one made of its names.

    The made code depends on nothing else, so the next list of the same places gives the same.
    """
    coded = [record for record in staged.records("stations") if not record.get("code")]
    numbers = Counter(record.get("place_code") for record in coded)
    taken = {record.get("code") for record in staged.records("stations")}
    for record in coded:
        code = record.get("place_code")
        if not code or numbers[code] > 1 or code in taken:
            code = _made_code(place_key(record), taken)
        record.values["code"] = code
        taken.add(code)


def _made_code(key: tuple[str, str, str], taken: set[str | None]) -> str:
    digest = b32encode(sha256("\n".join(key).encode()).digest()).decode()
    length = _CODE_LETTERS
    while (code := f"P-{digest[:length]}") in taken:
        length += 1
    return code


def _key_or_itself(key: Callable[[Record], Key], record: Record) -> Hashable:
    found = key(record)
    return id(record) if found is None else found


def _stop_key(record: Record) -> Key:
    order = record.get("order")
    return None if order is None else (record.get("code"), order)


def _fields_key(*names: str) -> Callable[[Record], Key]:
    return lambda record: tuple(
        fold(value) if isinstance(value := record.get(name), str) else value for name in names
    )


_KEYS: dict[str, Callable[[Record], Key]] = {
    "round": lambda record: "round",
    "stations": lambda record: record.get("code"),
    "stops": _stop_key,
    "components": lambda record: record.get("code"),
    "agencies": lambda record: fold(record.get("code") or record.get("name") or "") or None,
    "resources": _fields_key("agency", "kind", "model", "depot", "serials"),
    "incidents": _fields_key("election", "place", "kind", "start"),
    "people_duties": _fields_key("name", "role", "scope", "duty"),
}
