"""Which round a file speaks of, and what it says of it."""

from collections import Counter
from datetime import date
from pathlib import PurePath
from typing import Any

from pollready.intake.applying.session import plain
from pollready.intake.applying.writes import Writes
from pollready.intake.names import list_name
from pollready.intake.staging import Staged
from pollready.language import fold
from pollready.places.models import ElectionRound

_NAME_MAX = 200
_FIELDS = ("name", "election_date", "opens", "closes", "jurisdiction")


def find_or_make_round(
    staged: Staged, writes: Writes, file_name: str, election_date: date | None
) -> tuple[ElectionRound, dict[str, Any] | None, dict[str, Any] | None]:
    """Give the round, and its values before and after where they changed.

    The day comes from the caller, else the sheet of the round, else the most frequent day in
    the list; the province likewise. A round is found again by its day and province. A list
    without a day is a round of its own, named after the file and found again by that name, also
    by a version that says the day at last.
    """
    said = _what_is_said(staged, election_date)
    found = _existing(said, file_name)
    before = _values(found) if found else None
    round_ = found or ElectionRound(code=_code(said, file_name), name="")
    for name, value in said.items():
        if value is not None and (name != "jurisdiction" or not round_.jurisdiction):
            setattr(round_, name, value)
    round_.name = round_.name or _name(said, file_name)
    after = _values(round_)
    if after == before:
        return round_, None, None
    if found is None:
        writes.insert_things(ElectionRound, [round_])
    else:
        writes.update_things(ElectionRound, _FIELDS, [round_])
    return round_, plain(before), plain(after)


def _what_is_said(staged: Staged, election_date: date | None) -> dict[str, Any]:
    sheet = next(iter(staged.records("round")), None)
    stations = staged.records("stations")
    said: dict[str, Any] = {"election_date": election_date}
    if sheet is not None:
        said |= {name: sheet.get(name) for name in ("name", "opens", "closes")}
        said["election_date"] = election_date or sheet.get("election_date")
        said["jurisdiction"] = sheet.get("province")
    if said["election_date"] is None:
        said["election_date"] = _most_frequent([r.get("election_date") for r in stations])
    if said.get("jurisdiction") is None:
        said["jurisdiction"] = _most_frequent([r.get("province") for r in stations])
    return said


def _existing(said: dict[str, Any], file_name: str) -> ElectionRound | None:
    day, province = said["election_date"], fold(said.get("jurisdiction") or "")
    undated = ElectionRound.objects.filter(code=_code(said | {"election_date": None}, file_name))
    if day is None:
        return undated.first()
    rounds = ElectionRound.objects.filter(election_date=day).order_by("pk")
    for each in rounds:
        if not province or not each.jurisdiction or fold(each.jurisdiction) == province:
            return each
    named = ElectionRound.objects.filter(name=said.get("name") or None, election_date=None)
    return undated.filter(election_date=None).first() or named.first()


def _code(said: dict[str, Any], file_name: str) -> str:
    where = fold(said.get("jurisdiction") or "").replace(" ", "-")[:40]
    day = said["election_date"]
    if day is None:
        where = where or list_name(file_name).replace(" ", "-")[:40]
        return f"{where}-undated"
    return "-".join(filter(None, (where, day.isoformat())))


def _name(said: dict[str, Any], file_name: str) -> str:
    parts = (said.get("jurisdiction"), said["election_date"] and said["election_date"].isoformat())
    return " ".join(filter(None, parts)) or PurePath(file_name).stem[:_NAME_MAX]


def _values(round_: ElectionRound) -> dict[str, Any]:
    return {name: getattr(round_, name) for name in _FIELDS}


def _most_frequent(values: list[Any]) -> Any:
    counts = Counter(value for value in values if value is not None)
    return counts.most_common(1)[0][0] if counts else None
