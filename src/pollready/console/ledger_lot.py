"""One lot's page: where each account stands and by whose word, its entries, who plans with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import cached_property

from pollready.console.attached import AttachedFile, attached_file
from pollready.console.ledger import LedgerPages
from pollready.console.scenario_words import ScenarioWords
from pollready.language import isolate
from pollready.people.permissions import Permission, may
from pollready.places.models import Agency, Place
from pollready.planning.means import is_kind, kind_of
from pollready.planning.models import Scenario
from pollready.planning.queries import needs_for, scenarios_for
from pollready.resources.accounts import ACCOUNTS, MOVES, EntryKind
from pollready.resources.balance import Balance, Standing, balance
from pollready.resources.files import may_withdraw_note
from pollready.resources.models import LotEntry, ResourceLot
from pollready.resources.queries import (
    entries_for,
    evidence_for,
    is_kept_with,
    lots_for,
    sent_here,
    sharing_serials,
    twice_of,
)
from pollready.resources.rules import faults_of, may_count, may_move, may_settle
from pollready.resources.serials import split_serials


@dataclass(frozen=True, slots=True)
class SpokenCount:
    """One speaker's count of an account, brought up to now."""

    speaker: str
    words: str
    count: int
    moved: bool
    may_choose: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account of a lot."""

    name: str
    standing: Standing
    words: list[SpokenCount]
    may_settle: bool


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry, with its files and what was corrected of it."""

    entry: LotEntry
    kind: str
    speaker: str
    note: str
    letter_no: str
    serials: str
    corrected_to: int | None
    files: list[AttachedFile]
    may_correct: bool
    may_attach: bool

    @property
    def names_account(self) -> bool:
        """Whether the kind of entry does not tell its account."""
        return self.kind in ("listed", "counted", "settle", "correct")

    @property
    def begins(self) -> bool:
        """Whether it says only that the lot begins in the ledger, at nothing."""
        return self.kind == "opened"

    @property
    def happens(self) -> bool:
        """Whether it happened on a day, by a letter: a correction or settlement did not."""
        return self.kind not in ("settle", "correct", "opened")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan that counts on means of this kind."""

    scenario: Scenario
    title: str
    count: int


class LotPage:
    """Everything that a lot's page shows; parts are read where the template asks for them."""

    def __init__(self, lot: ResourceLot, pages: LedgerPages) -> None:
        self.lot, self.pages, self.user = lot, pages, pages.user
        self.is_kept_here = is_kept_with(self.user, lot)
        self.depot, self.model = pages.text(lot.depot), pages.text(lot.model)
        self.compatible, self.custodian = pages.text(lot.compatible), pages.text(lot.custodian)
        self.kind = pages.kind(kind_of(lot.kind))

    @cached_property
    def entries(self) -> list[LotEntry]:
        """The entries that the viewer may read."""
        return list(entries_for(self.user, self.lot))

    @cached_property
    def balance(self) -> Balance:
        """Where each account stands, by all of the entries."""
        return balance(self.entries)

    @cached_property
    def accounts(self) -> list[AccountRow]:
        """The accounts with each speaker's count."""
        return [self._account(self.balance[account]) for account in ACCOUNTS]

    @cached_property
    def sent(self) -> Mapping[Any, int] | None:
        """Of a lot kept elsewhere, what is promised or sent to the viewer's places."""
        if self.is_kept_here:
            return None
        lots = lots_for(self.user, self.lot.round_id).filter(pk=self.lot.pk)
        return sent_here(self.user, lots).get(self.lot.pk, {})

    @cached_property
    def faults(self) -> list[str]:
        """What of the accounts cannot all be true, or needs a word."""
        return faults_of(self.balance) if self.is_kept_here else []

    @cached_property
    def rows(self) -> list[EntryRow]:
        """The entries, the newest first."""
        lots = lots_for(self.user, self.lot.round_id).filter(pk=self.lot.pk)
        files: dict[int, list[AttachedFile]] = {}
        for file in evidence_for(self.user, lots):
            shown = attached_file(
                file, name=self.pages.text(file.name),
                reason=self.pages.text(file.withdrawal_reason),
                may_withdraw=may_withdraw_note(self.user, file),
            )  # fmt: skip
            files.setdefault(file.entry_id, []).append(shown)
        corrected: dict[int, int] = {}
        for entry in self.entries:
            if entry.corrects_id is not None:
                corrected[entry.corrects_id] = corrected.get(entry.corrects_id, 0) + entry.count
        rows = [self._entry(entry, corrected, files.get(entry.pk, [])) for entry in self.entries]
        begins = [row for row in rows if row.begins]
        # That a lot begins at nothing is said once, not of each of its accounts.
        return [*begins[:1], *(row for row in rows if not row.begins)][::-1]

    @cached_property
    def serials(self) -> tuple[str, ...]:
        """The serial numbers."""
        if not self.is_kept_here:
            return ()
        return tuple(self.pages.text(each) for each in split_serials(self.lot.serials))

    @cached_property
    def twice(self) -> int:
        """How many pieces an earlier lot counts already."""
        return twice_of(self.lot.round_id).get(self.lot.pk, 0) if self.is_kept_here else 0

    @cached_property
    def sharing(self) -> list[tuple[ResourceLot, int]]:
        """The lots in the viewer's scope that count pieces of this one."""
        if not self.is_kept_here:
            return []
        return sharing_serials(self.lot, lots_for(self.user, self.lot.round_id))

    @cached_property
    def plans(self) -> list[PlanRow]:
        """The plans that count on means of this kind; all of them count on the same ones."""
        if not may(self.user, Permission.SEE_INFRASTRUCTURE):
            return []
        needs = [
            need
            for need in needs_for(self.user, self.lot.round_id)
            if is_kind(need.kind, self.lot.kind)
        ]
        if not needs:
            return []
        words = ScenarioWords(self.pages.reading.wording)
        scenarios = {
            each.pk: each
            for each in scenarios_for(self.user, self.lot.round_id).filter(
                pk__in=[need.scenario for need in needs]
            )
        }
        return [
            PlanRow(scenarios[need.scenario], words.title(scenarios[need.scenario]), need.count)
            for need in needs
            if need.scenario in scenarios
        ]

    @property
    def planned(self) -> int:
        """What all these plans need together."""
        return sum(row.count for row in self.plans)

    @property
    def may_move(self) -> bool:
        """Whether the viewer enters what moves."""
        return may_move(self.user, self.lot)

    @property
    def may_count(self) -> bool:
        """Whether the viewer states counts."""
        return may_count(self.user, self.lot, is_kept_here=self.is_kept_here)

    def speaker(self, speaker: str) -> str:
        """Name who speaks."""
        kind, _, key = speaker.partition(":")
        if kind == "agency":
            name = self._names["agency"].get(int(key))
            return isolate(name) if name else self.pages.told("speaker.agency")
        if kind == "county":
            name = self._names["county"].get(int(key)) if key.isdecimal() else ""
            return self.pages.told(
                "speaker.county", name=isolate(name or self.pages.told("no_county"))
            )
        return self.pages.told(f"speaker.{speaker}")

    @cached_property
    def _names(self) -> dict[str, dict[int, str]]:
        """Name the agencies and counties that speak in the entries."""
        speakers = {entry.speaker for entry in self.entries}
        keys = {
            kind: [
                int(each.partition(":")[2])
                for each in speakers
                if each.startswith(f"{kind}:") and each.partition(":")[2].isdecimal()
            ]
            for kind in ("agency", "county")
        }
        agencies = Agency.objects.filter(pk__in=keys["agency"])
        counties = Place.objects.filter(pk__in=keys["county"])
        return {
            "agency": dict(agencies.values_list("pk", "name")),
            "county": dict(counties.values_list("pk", "name")),
        }

    def _account(self, standing: Standing) -> AccountRow:
        words = [
            SpokenCount(
                speaker,
                self.speaker(speaker),
                word.count,
                word.moved,
                may_settle(self.user, self.lot, speaker),
            )
            for speaker, word in standing.words.items()
        ]
        settles = standing.is_conflict and self.is_kept_here and any(w.may_choose for w in words)
        return AccountRow(standing.account.value, standing, words, settles)

    def _entry(
        self, entry: LotEntry, corrected: Mapping[int, int], files: list[AttachedFile]
    ) -> EntryRow:
        changed = corrected.get(entry.pk)
        moves = entry.kind in list(MOVES) and entry.count > 0
        kind = entry.kind
        if kind == EntryKind.RETURN and entry.count < 0:
            kind = "return_deployed"
        if kind == EntryKind.COUNTED and entry.happened_date is None and not entry.count:
            kind = "opened"  # a lot that begins in the ledger begins at nothing
        return EntryRow(
            entry,
            kind,
            self.speaker(entry.speaker),
            self.pages.text(entry.note),
            self.pages.text(entry.letter_no),
            self.pages.text(entry.serials),
            None if changed is None else entry.count + changed,
            files,
            moves and self.may_move,
            entry.happened_date is not None and self.may_count,
        )
