"""What the steps of one import share: the round, the sources, what was found and written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from pollready.audit.classification import Classification
from pollready.audit.commands import Entry
from pollready.intake.applying.corrected import Corrections
from pollready.intake.applying.writes import Writes
from pollready.intake.staging import Record, Staged
from pollready.intake.workbook import CHOICES
from pollready.language import fold
from pollready.people.models import User
from pollready.places.models import ElectionRound, Listing, Place
from pollready.register.models import Source

_AS_THEY_ARE = (str, int)  # and no float: see below
_CLASSES = tuple(CHOICES["classification"])  # lowest first, equal to `Classification`


@dataclass(slots=True)
class Session:
    """One import into one round: what the file says, and what is going to be written."""

    staged: Staged
    round: ElectionRound
    file_source: Source
    lineage: str
    by: User | None
    now: datetime
    as_of: date | None
    sources: dict[str, Source] = field(default_factory=dict)  # by lineage, those rows name
    entries: list[Entry] = field(default_factory=list)
    writes: Writes = field(default_factory=Writes)
    listings: dict[str, Listing] = field(default_factory=dict)  # of the round as they will be
    places: dict[int, Place] = field(default_factory=dict)  # by key, new ones included
    corrections: Corrections = field(default_factory=Corrections)  # what persons said of them

    def source_of(self, record: Record) -> Source:
        """Give the source of a row: the one that it names, else the file.

        Sources that rows name have no version of their own: a newer file that names the same
        one speaks for it again.
        """
        named = record.get("source")
        if not named:
            return self.file_source
        lineage = f"source:{fold(named)}"[:200]
        if lineage not in self.sources:
            found = Source.objects.filter(round_id=self.round.pk, lineage=lineage).first()
            self.sources[lineage] = found or self._made(named, lineage)
        return self.sources[lineage]

    def _made(self, name: str, lineage: str) -> Source:
        source = Source(round_id=self.round.pk, name=name, lineage=lineage, received_at=self.now)
        self.writes.insert_things(Source, [source])
        return source

    def log(
        self,
        object_type: str,
        object_id: object,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
    ) -> None:
        """Remember one object for the audit batch."""
        self.entries.append(Entry(object_type, str(object_id), plain(before), plain(after)))


def class_of(record: Record, default: Classification) -> Classification:
    """Give the class of a row's object: as written, else the default of its kind."""
    given = record.get("class")
    return default if given is None else Classification(_CLASSES.index(given))


def plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Give values as the log keeps them: text, numbers, yes and no."""
    if values is None:
        return None
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, _AS_THEY_ARE):  # most values are
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    # PostgreSQL gives 1e22 back as a whole number and -0.0 without its sign.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
