"""What the pages of the ledger show to one viewer: by kind, by county, lots, one lot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import cached_property

from pollready.assessment.result import CRITERIA
from pollready.console.context import Reading
from pollready.language import UnknownPhrase, alphabetical, isolate, say
from pollready.obstacles.catalogue import RULES
from pollready.obstacles.office import office_thresholds
from pollready.people.models import User
from pollready.people.scopes import is_of_agency
from pollready.places.models import Agency, Place
from pollready.planning.ledger import (
    Figure,
    LotFigures,
    PeopleTotal,
    Total,
    by_county,
    by_kind,
    lot_figures,
    lots_listed,
    people_by_kind,
)
from pollready.planning.needs import NeedCount, Needed, needed
from pollready.resources.accounts import ACCOUNTS
from pollready.resources.models import ResourceLot
from pollready.resources.needs import office_needs

_CRITERION_OF = {rule.code: rule.criterion for rule in RULES}
ONLY = ("conflict", "twice", "unknown")
COLUMNS = ("pledged", "delivered", "tested", "deployed", "available")
LOT_COLUMNS = (*(account.value for account in ACCOUNTS), "available")
Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; what is not understood is told, and left out."""

    kind: str = ""
    county: int | None = None
    agency: int | None = None
    only: str = ""
    understood: bool = True

    @property
    def any(self) -> bool:
        """Whether anything is left out at all."""
        return bool(self.kind or self.county or self.agency or self.only)

    def query(self, **changes: Any) -> str:
        """Give the address's query, with changes; empty where nothing is asked for."""
        asked = {"kind": self.kind, "county": self.county, "agency": self.agency} | changes
        found = urlencode({name: value for name, value in asked.items() if value})
        return f"?{found}" if found else ""


def chosen(query: Mapping[str, str]) -> Chosen:
    """Read the address."""
    keys: dict[str, int | None] = {}
    understood = True
    for name in ("county", "agency"):
        text = query.get(name, "")
        known = text.isascii() and text.isdecimal() and len(text) < 19
        keys[name] = int(text) if known else None
        understood &= known or not text
    only = query.get("only", "")
    if only not in (*ONLY, ""):
        only, understood = "", False
    return Chosen(query.get("kind", "")[:80], keys["county"], keys["agency"], only, understood)


class LedgerPages:
    """Reads the ledger of one round for one viewer, a fixed number of queries whatever it holds."""

    def __init__(self, reading: Reading, user: User, asked: Chosen) -> None:
        self.reading, self.user, self.chosen = reading, user, asked
        self.language = reading.wording.language
        self.columns, self.lot_columns, self.only = COLUMNS, LOT_COLUMNS, ONLY

    def told(self, key: str, **fields: Any) -> str:
        """Say a phrase of this area."""
        return say(f"ledger.{key}", self.language, **fields)

    @cached_property
    def all(self) -> list[LotFigures]:
        """Every lot that the viewer may read."""
        return lot_figures(self.user, self.reading.round.pk)

    @cached_property
    def lots(self) -> list[LotFigures]:
        """Those that the filters leave."""
        return [lot for lot in self.all if self._fits(lot)]

    @cached_property
    def needs(self) -> list[Needed]:
        """What the last assessment needs, within the viewer's scope."""
        return needed(self.user, self.reading.saved, office_needs(), office_thresholds())

    @cached_property
    def totals(self) -> list["KindRow"]:
        """The ledger by kind of means."""
        rows = by_kind(self.lots, self.needs, self.chosen.county)
        return [self._row(row) for row in rows if self.chosen.kind in ("", row.key)]

    @cached_property
    def counties(self) -> list["KindRow"]:
        """One kind by county, where one is chosen: in the order of names, without a ranking."""
        if not self.chosen.kind:
            return []
        rows = by_county(self.lots, self.needs, self.chosen.kind)
        wanted = self.chosen.county
        found = [self._row(row, of=row.key) for row in rows if wanted in (None, row.key)]
        return sorted(found, key=lambda row: (not row.total.key, alphabetical(row.title)))

    @cached_property
    def people(self) -> list["PeopleRow"]:
        """The people whom lists name, by kind."""
        county, kind = self.chosen.county, self.chosen.kind
        if self.chosen.agency is not None:
            return []
        rows = people_by_kind(self.user, self.reading.round.pk, self.needs, county)
        return [
            PeopleRow(row, self.kind(row.kind), self._parts(row.needed, self.chosen.county))
            for row in rows
            if kind in ("", row.kind)
        ]

    @property
    def reasons(self) -> list["KindRow | PeopleRow"]:
        """The kinds of which something is needed, with what it is counted from."""
        rows: list[KindRow | PeopleRow] = [*self.totals, *self.people]
        return [row for row in rows if row.parts]

    @cached_property
    def options(self) -> dict[str, Options]:
        """What the filters offer: what the ledger holds."""
        kinds = {lot.kind for lot in self.all} | {row.need.means for row in self.needs}
        agencies = Agency.objects.filter(pk__in={lot.agency for lot in self.all})
        return {
            "kind": sorted(
                ((kind, self.kind(kind)) for kind in kinds), key=lambda pair: alphabetical(pair[1])
            ),
            "county": sorted(
                ((str(pk), name) for pk, name in self._counties.items()),
                key=lambda pair: alphabetical(pair[1]),
            ),
            "agency": [(str(each.pk), each.name) for each in agencies.order_by("name")],
        }

    @cached_property
    def is_of_agency(self) -> bool:
        """Whether the viewer speaks for an agency: its own obstacles alone are counted then."""
        return is_of_agency(self.user)

    def kind(self, kind: str) -> str:
        """Name a kind of means or people; what is no known kind names itself."""
        try:
            return self.told(f"kind.{kind}")
        except UnknownPhrase:
            return self.text(kind)

    def county(self, key: int | None) -> str:
        """Name a county."""
        return self._counties.get(key or 0) or self.told("no_county")

    def text(self, text: str) -> str:
        """Give a text as this viewer may see it."""
        return self.reading.wording.veil.text(text)

    def listed(self, page: Iterable[LotFigures]) -> list["LotRow"]:
        """Give the lots of a page to be shown."""
        figures = list(page)
        lots = {
            lot.pk: lot
            for lot in lots_listed(self.user, self.reading.round.pk, [each.pk for each in figures])
        }
        return [
            LotRow(
                lots[each.pk],
                each,
                self.kind(each.kind),
                self.text(lots[each.pk].model),
                self.text(lots[each.pk].depot),
            )
            for each in figures
            if each.pk in lots
        ]

    @cached_property
    def _places(self) -> dict[int, tuple[str, str]]:
        keys = {lot.county for lot in self.all} | {
            county for need in self.needs for county in need.by_county
        }
        places = Place.objects.filter(pk__in=[key for key in keys if key])
        return {pk: (code, name) for pk, code, name in places.values_list("pk", "code", "name")}

    @cached_property
    def _counties(self) -> dict[int, str]:
        return {pk: name for pk, (_, name) in self._places.items()}

    def _fits(self, lot: LotFigures) -> bool:
        asked = self.chosen
        if asked.kind and lot.kind != asked.kind:
            return False
        if asked.county is not None and lot.county != asked.county and not lot.is_elsewhere:
            return False
        if asked.agency is not None and lot.agency != asked.agency:
            return False
        return {
            "": True,
            "conflict": bool(lot.conflicts),
            "twice": bool(lot.twice),
            "unknown": None in lot.counts.values(),
        }[asked.only]

    def _row(self, total: Total, *, of: int | None = None) -> "KindRow":
        county = of or self.chosen.county
        is_kind = isinstance(total.key, str)
        kind = total.key if is_kind else self.chosen.kind
        title = self.kind(total.key) if is_kind else self.county(total.key)
        query = self.chosen.query(kind=kind, county=county)
        return KindRow(total, title, query, self._parts(total.needed, county))

    def _parts(
        self, parts: Iterable[tuple[Needed, NeedCount]], county: int | None
    ) -> list["NeedPart"]:
        """Say of each part of a need from what it is counted, with the way to its stations."""
        found = []
        where = {"county": (self._places[county][0] or self._counties[county])} if (
            county in self._places
        ) else {}  # fmt: skip
        for line, count in parts:
            if not (count.count or count.unknown):
                continue
            rule = line.need.rule
            criterion = _CRITERION_OF[rule]
            unknown = ""
            if criterion is not None and count.unknown:
                name = f"{CRITERIA[criterion - 1]}.unknown"
                unknown = f"{reverse('stations')}?{urlencode({'criterion': name, **where})}"
            found.append(
                NeedPart(
                    words=self.told(
                        f"need.{line.need.per}" if line.need.share else "need.plain",
                        rule=isolate(say(f"rule.{rule}.title", self.language)),
                        count=count.count,
                        stations=count.stations,
                        share=round(100 * getattr(office_thresholds(), line.need.share or "", 0)),
                    ),
                    link=f"{reverse('stations')}?{urlencode({'rule': rule, **where})}",
                    unknown=count.unknown,
                    unknown_link=unknown,
                )
            )
        return found


@dataclass(frozen=True, slots=True)
class NeedPart:
    """One reason for a need, in words."""

    words: str
    link: str
    unknown: int
    unknown_link: str


@dataclass(frozen=True, slots=True)
class KindRow:
    """A line of the ledger added up, with the way to the lots behind it."""

    total: Total
    title: str
    query: str
    parts: list[NeedPart]

    @property
    def columns(self) -> list[tuple[str, Figure]]:
        """The counts, in the order of `COLUMNS`."""
        return [(name, self.total.figures[name]) for name in COLUMNS]


@dataclass(frozen=True, slots=True)
class PeopleRow:
    """People of one kind."""

    total: PeopleTotal
    title: str
    parts: list[NeedPart]


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot in a list."""

    lot: ResourceLot
    figures: LotFigures
    kind: str
    model: str
    depot: str
