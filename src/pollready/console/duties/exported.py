"""The list of duties as a file: what its page shows, through the exports of all lists."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, IntegerField, Max, QuerySet, Value, When
from django.http import QueryDict

from pollready.audit.classification import Classification
from pollready.committee.duty_states import DutyState
from pollready.console.context import Reading
from pollready.console.duties.listing import Chosen, chosen, found, owners
from pollready.console.duties.rows import SIGNS, DutyPages, DutyRow
from pollready.console.lists.asked import Asked
from pollready.console.lists.cells import Cell
from pollready.console.lists.columns import Column
from pollready.console.lists.description import ListOf, Matching
from pollready.console.lists.fields import Chip, FilterField
from pollready.duties.models import Duty
from pollready.people.models import User
from pollready.register.veil import hides_from_somebody


class DutyList(ListOf):
    """Duties with how far they are; its page has filters and an order of its own."""

    name = "duties"
    default_sort = "duty"

    def __init__(self, reading: Reading, viewer: User) -> None:
        super().__init__(reading, viewer)
        self.pages = DutyPages(reading, viewer, now=datetime.now(UTC))
        self._rows: Mapping[int, DutyRow] = {}

    def all_columns(self) -> Iterable[Column]:
        """Give the columns."""
        yield _column("duty", _text, width=50, main=True, sort=("pk",))
        yield _column("owner", lambda row, of: Cell(row.owner), width=26)
        yield _column("legal_basis", lambda row, of: Cell(row.legal_basis), 34, "duties.form")
        yield _column("letter_no", lambda row, of: of.writer.code(row.letter_no), 14, "duties.form")
        yield _column(
            "letter_date", lambda row, of: _day(of, row.duty.letter_date), 14, "duties.form"
        )
        yield _column("due", lambda row, of: _day(of, row.due.day))
        yield _column("deadline", lambda row, of: Cell(row.deadline), 24, "duties.export")
        yield _column("late", _late, 14, "duties.export")
        yield _column("covers", _covers)
        yield _column("state", _state)
        for state in DutyState:
            yield _column(f"at_{state}", _at(state), 12, "duties.export", amount=True)
        yield _column("class", _class, heading="lists.column.class")

    def matching(self, query: QueryDict) -> Matching:
        """Give the duties that the page shows for an address."""
        wanted = chosen({name: str(query.get(name, "")) for name in query})
        left = found(self.pages, wanted)
        self._rows = {row.duty.pk: row for row in left.rows}
        rows = Duty.objects.filter(pk__in=self._rows)
        return Matching(rows, {"chosen": wanted, "standing": left.standing}, wanted.understood)

    def ordered(self, rows: QuerySet[Any], by: Asked) -> QuerySet[Any]:
        """Keep the order of the page."""
        places = [When(pk=key, then=Value(place)) for place, key in enumerate(self._rows)]
        order = Case(*places, default=Value(0), output_field=IntegerField())
        ordered: QuerySet[Any] = rows.order_by(order if places else "pk")
        return ordered

    def row(self, duty: Duty) -> DutyRow:
        """Give a duty as the page shows it."""
        return self._rows[duty.pk]

    def fields(self, chosen: Mapping[str, Any]) -> list[FilterField]:
        """Give none: the page of duties has a form of its own."""
        return []

    def chips(self, chosen: Mapping[str, Any]) -> list[Chip]:
        """Say the filters that are on."""
        wanted: Chosen = chosen["chosen"]
        say = self.writer.say
        named = dict(owners(chosen["standing"], 1, self.writer.language))
        said = {
            "q": wanted.q,
            "owner": named.get(wanted.owner, ""),
            "state": wanted.state and say(f"duties.state.{wanted.state}"),
            "when": wanted.when and say(f"duties.filter.when.{wanted.when}"),
            "by": wanted.by and say(f"board.gate.{wanted.by}"),
            "covers": wanted.covers and say(f"duties.covers.{wanted.covers}"),
            "ended": wanted.ended and say("duties.filter.ended"),
        }
        return [Chip(name, words) for name, words in said.items() if words]

    def highest_class(self, rows: QuerySet[Any]) -> int:
        """Give the highest class among the duties."""
        highest = rows.aggregate(highest=Max("classification"))["highest"]
        return int(highest or Classification.NORMAL)

    def shows_names(self, rows: QuerySet[Any]) -> bool:
        """Say whether a text names what others may not see."""
        texts = {
            text
            for row in self._rows.values()
            for text in (row.text, row.legal_basis, row.letter_no)
        }
        return hides_from_somebody(self.reading.round.pk, texts)

    def selected(self, rows: QuerySet[Any], keys: Sequence[int] | None) -> QuerySet[Any]:
        """Give the duties behind rows."""
        return rows if keys is None else rows.filter(pk__in=keys)


def _column(
    name: str, cell: Callable[[DutyRow, DutyList], Cell], width: float = 16,
    under: str = "duties.column", *, heading: str = "", **more: Any,
) -> Column:  # fmt: skip
    def of_row(duty: Duty, listing: DutyList) -> Cell:
        return cell(listing.row(duty), listing)

    return Column(name, of_row, width=width, heading=heading or f"{under}.{name}", **more)


def _text(row: DutyRow, of: DutyList) -> Cell:
    return Cell(row.text)


def _day(of: DutyList, day: Any) -> Cell:
    return of.writer.day(day) if day else Cell("")


def _late(row: DutyRow, of: DutyList) -> Cell:
    return of.writer.number(row.due.days_overdue) if row.is_overdue else Cell("")


def _covers(row: DutyRow, of: DutyList) -> Cell:
    return Cell(of.writer.say(f"duties.covers.{row.duty.covers}"))


def _state(row: DutyRow, of: DutyList) -> Cell:
    words = of.writer.say(f"duties.state.{row.state}")
    if row.state == "nothing":
        return Cell(words, soft=True)
    return of.writer.sign(SIGNS[row.progress.state], words=words)


def _at(state: DutyState) -> Callable[[DutyRow, DutyList], Cell]:
    """Count objects; what its owner alone does has none."""

    def cell(row: DutyRow, of: DutyList) -> Cell:
        return of.writer.number(row.progress.counts[state]) if row.is_of_objects else Cell("")

    return cell


def _class(row: DutyRow, of: DutyList) -> Cell:
    return Cell(of.writer.say(f"console.class.{row.duty.get_classification_display()}"))
