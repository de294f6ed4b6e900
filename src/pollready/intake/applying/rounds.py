"""Which round a file speaks of, and what it says of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from pollready.intake.applying.session import plain
from pollready.intake.applying.writes import Writes
from pollready.intake.names import list_name
from pollready.intake.staging import Staged
from pollready.language import Phrase, fold, isolate
from pollready.places.models import ElectionRound

_NAME_MAX = 200
_FIELDS = ("name", "election_date", "opens", "closes", "jurisdiction")


@dataclass(frozen=True, slots=True)
class ChosenRound:
    """The round for which somebody sent a file: one of the register, or a new one to be made."""

    round: ElectionRound | None
    name: str = ""  # of a new one
    election_date: date | None = None

    def is_it(self, other: ElectionRound) -> bool:
        """Say whether a round is the one that was chosen."""
        if self.round is not None:
            return self.round.pk == other.pk
        same_day = self.election_date in (None, other.election_date)
        return same_day and (not self.name or fold(self.name) == fold(other.name))

    def words(self) -> Phrase:
        """Name it."""
        return round_words(
            self.round or ElectionRound(name=self.name, election_date=self.election_date)
        )


def round_words(round_: ElectionRound) -> Phrase:
    """Name a round with its day, where it has one."""
    if round_.election_date is None:
        return Phrase("intake.round.undated", {"name": isolate(round_.name)})
    return Phrase("intake.round.dated", {"name": isolate(round_.name), "day": round_.election_date})


def find_round(
    staged: Staged, file_name: str, election_date: date | None, chosen: ChosenRound | None = None
) -> ElectionRound | None:
    """Give the round of the register of which a file speaks; None where it is a new one."""
    return _existing(_what_is_said(staged, election_date, chosen), file_name, chosen)


def find_or_make_round(
    staged: Staged,
    writes: Writes,
    file_name: str,
    election_date: date | None,
    chosen: ChosenRound | None = None,
) -> tuple[ElectionRound, dict[str, Any] | None, dict[str, Any] | None]:
    """Give the round, and its values before and after where they changed.

    The day comes from the caller, else the sheet of the round, else the most frequent day in
    the list; the province likewise. A round is found again by its day and province. A file that
    says none of it is of the round that was `chosen`. Where none was, a list without a day is a
    round of its own, named after the file and found again by that name, also by a version that
    says the day at last.
    """
    said = _what_is_said(staged, election_date, chosen)
    found = _existing(said, file_name, chosen)
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


def _what_is_said(
    staged: Staged, election_date: date | None, chosen: ChosenRound | None
) -> dict[str, Any]:
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
    return said if chosen is None else _completed(said, chosen)


def _completed(said: dict[str, Any], chosen: ChosenRound) -> dict[str, Any]:
    """Take from the chosen round what the file does not say of its own."""
    known = chosen.round
    if known is None:
        own = {"name": chosen.name or None, "election_date": chosen.election_date}
        if said["election_date"] in (None, chosen.election_date):
            said |= {name: said.get(name) or value for name, value in own.items()}
        return said
    names_another = said.get("name") and fold(said["name"]) != fold(known.name)
    if said["election_date"] is None and not names_another:
        return said | {"election_date": known.election_date}
    return said


def _existing(
    said: dict[str, Any], file_name: str, chosen: ChosenRound | None
) -> ElectionRound | None:
    day, province = said["election_date"], fold(said.get("jurisdiction") or "")
    known = chosen.round if chosen else None
    if known is not None and _may_be(known, said):
        return known
    undated = ElectionRound.objects.filter(code=_code(said | {"election_date": None}, file_name))
    if day is None:
        return undated.first()
    rounds = ElectionRound.objects.filter(election_date=day).order_by("pk")
    for each in rounds:
        if not province or not each.jurisdiction or fold(each.jurisdiction) == province:
            return each
    named = ElectionRound.objects.filter(name=said.get("name") or None, election_date=None)
    return undated.filter(election_date=None).first() or named.first()


def _may_be(chosen: ElectionRound, said: dict[str, Any]) -> bool:
    """Say whether nothing that a file says of its round speaks against the chosen one."""
    day, province = said["election_date"], fold(said.get("jurisdiction") or "")
    if day is not None and chosen.election_date == day:
        return not province or not chosen.jurisdiction or fold(chosen.jurisdiction) == province
    if chosen.election_date is not None:
        return False
    of_that_day = day is not None and ElectionRound.objects.filter(election_date=day).exists()
    name = fold(said.get("name") or "")
    return not of_that_day and name in ("", fold(chosen.name))


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
