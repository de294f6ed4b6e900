"""Codes of stations that lost their leading zeros in a spreadsheet."""

from collections import Counter

from pollready.intake.staging.records import Record, Staged
from pollready.language import fold

_SAME_LENGTH_SHARE = 0.8
_CODES_MIN = 5
_WITH_ZERO_MIN = 2


def put_back_lost_zeros(staged: Staged, listed: frozenset[str] = frozenset()) -> None:
    """Pad the shorter codes of a list whose codes have one length, and tell which.

    Only where the list itself, or the round to which it belongs (`listed`), has codes that begin
    with a zero, or another sheet names the padded code: codes that simply count 1, 2, 3 stay as
    they are. So does, told, one whose padded code another row of the list has.
    """
    stations = [record for record in staged.records("stations") if record.get("code")]
    codes = {record.values["code"] for record in stations} | listed
    length = common_length(set(listed)) or common_length(codes)
    if length is None:
        return
    with_zero = sum(len(code) == length and code.startswith("0") for code in codes)
    named = _codes_named_elsewhere(staged)
    taken = {record.values["code"]: _name_of(record) for record in stations}
    for record in stations:
        code = record.values["code"]
        padded = code.zfill(length)
        if padded == code or not code.isdecimal() or code in listed:
            continue
        if with_zero < _WITH_ZERO_MIN and padded not in named:
            continue
        if taken.get(padded, _name_of(record)) != _name_of(record):
            staged.say("zeros-unsure", record, "code", code, taken=padded)
            continue
        record.values["code"] = padded
        taken[padded] = _name_of(record)
        staged.say("lost-zeros", record, "code", code, taken=padded)


def common_length(codes: set[str]) -> int | None:
    """Give the length of most codes, among those of digits alone; None if they differ."""
    lengths = Counter(len(code) for code in codes if code.isdecimal())
    if sum(lengths.values()) < _CODES_MIN:
        return None
    length, count = lengths.most_common(1)[0]
    return length if count >= _SAME_LENGTH_SHARE * sum(lengths.values()) else None


def _codes_named_elsewhere(staged: Staged) -> set[str]:
    named = {record.get("code") for record in staged.records("stops")}
    for record in staged.records("components"):
        named.update(record.get("serves") or ())
    return {code for code in named if code}


def _name_of(record: Record) -> tuple[str, str]:
    return fold(record.get("name") or ""), fold(record.get("county") or "")
