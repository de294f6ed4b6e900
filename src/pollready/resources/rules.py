"""Who may write what in the ledger, and which movements can be."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pollready.people.models import PLACE_ROLES, User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import is_of_agency
from pollready.resources.accounts import MOVES, Account, EntryKind
from pollready.resources.balance import Balance

OFFICE = "office"
COUNT_MAX = 1_000_000


class LedgerRefused(Exception):
    """What was to be written cannot stand; `code` says why, `field` where in the form."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"ledger.{code}"
        self.field = field
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


@dataclass(frozen=True, slots=True)
class Movement:
    """What somebody enters of a lot."""

    kind: EntryKind
    count: int
    happened_date: date | None = None
    letter_no: str = ""
    serials: str = ""
    note: str = ""
    county_id: int | None = None
    from_deployed: bool = False  # of what is given back: it came from a station


def is_office(user: User) -> bool:
    """Say whether the user speaks for the headquarters: for no agency, and no place by his role."""
    return not is_of_agency(user) and user.role not in PLACE_ROLES


def may_move(user: User, lot: Any) -> bool:
    """Say whether the user enters what moves: of his agency's lots, or as the headquarters."""
    if not may(user, Permission.EDIT_LEDGER):
        return False
    return is_office(user) or (is_of_agency(user) and lot.agency_id == user.agency_id)


def may_count(user: User, lot: Any, *, is_kept_here: bool) -> bool:
    """Say whether the user states counts: who may move it, and the county where it is kept."""
    if may_move(user, lot):
        return True
    return may(user, Permission.EDIT_LEDGER) and is_kept_here and not is_of_agency(user)


def may_open_lot(user: User) -> bool:
    """Say whether the user opens new lots: an agency its own, the headquarters anybody's."""
    return may(user, Permission.EDIT_LEDGER) and (is_office(user) or is_of_agency(user))


def speaker_of(user: User, lot: Any) -> str:
    """Name for whom a user speaks of a lot; whoever serves a place, for the lot's county."""
    if is_of_agency(user):
        return f"agency:{user.agency_id}"
    return OFFICE if is_office(user) else f"county:{lot.county_id}"


def may_settle(user: User, lot: Any, chosen: str) -> bool:
    """Say whether the user may settle on a speaker's count: nobody decides for himself.

    The headquarters decides; a party may only give way to another.
    """
    if not may(user, Permission.EDIT_LEDGER) or not may(user, Permission.RESOLVE_CONTRADICTIONS):
        return False
    return is_office(user) or chosen != speaker_of(user, lot)


def check_movement(movement: Movement, before: Balance, after: Balance, *, today: date) -> None:
    """Raise `LedgerRefused` for what cannot be; what is not known hinders nothing.

    More than was pledged, and what goes out untested, need a reason. More tested than delivered,
    more given back than there is, and less than nothing are refused.
    """
    if movement.kind not in MOVES:
        raise LedgerRefused("kind-unknown", "kind")
    if not 0 < movement.count <= COUNT_MAX:
        raise LedgerRefused("count-wrong", "count", most=COUNT_MAX)
    if movement.happened_date is not None and movement.happened_date > today:
        raise LedgerRefused("date-to-come", "happened_date", date=movement.happened_date)
    if movement.kind is EntryKind.DELIVER and _exceeds(after, Account.DELIVERED, Account.PLEDGED):
        _ask_reason(movement, "over-pledged", after, Account.PLEDGED)
    if movement.kind is EntryKind.DEPLOY and _exceeds(after, Account.DEPLOYED, Account.TESTED):
        _ask_reason(movement, "deployed-untested", after, Account.TESTED)
    if movement.kind is EntryKind.RETURN:
        _check_return(movement, before)
    check_sane(after, "count")


def check_sane(after: Balance, field: str) -> None:
    """Raise `LedgerRefused` where accounts contradict one another or fall below nothing."""
    for standing in after.values():
        if any(word.count < 0 for word in standing.words.values()) or standing.moved < 0:
            raise LedgerRefused("below-nothing", field)
    if _exceeds(after, Account.TESTED, Account.DELIVERED):
        most = after[Account.DELIVERED].high
        raise LedgerRefused("over-delivered", field, most=most)
    delivered = after[Account.DELIVERED].high
    gone = after[Account.DEPLOYED].low + after[Account.RETURNED].low
    if delivered is not None and gone > delivered:
        raise LedgerRefused("more-than-there-is", field, there=delivered, gone=gone)


def faults_of(balance: Balance) -> list[str]:
    """Name where the accounts of a lot cannot all be true, or need a word: lists bring such too."""
    found = []
    for code, more, less in (
        ("over-pledged", Account.DELIVERED, Account.PLEDGED),
        ("over-delivered", Account.TESTED, Account.DELIVERED),
        ("deployed-untested", Account.DEPLOYED, Account.TESTED),
    ):
        if _exceeds(balance, more, less):
            found.append(code)
    return found


def _check_return(movement: Movement, before: Balance) -> None:
    if movement.from_deployed:
        out = before[Account.DEPLOYED].high
        if out is not None and movement.count > out:
            raise LedgerRefused("not-so-many-deployed", "count", most=out)
        return
    delivered = before[Account.DELIVERED].high
    if delivered is None:
        return
    most = delivered - before[Account.RETURNED].low - before[Account.DEPLOYED].low
    if movement.count > most:
        raise LedgerRefused("not-so-many-kept", "count", most=max(0, most))


def _exceeds(balance: Balance, more: Account, less: Account) -> bool:
    """Say whether one account is above another for certain."""
    most = balance[less].high
    return most is not None and balance[more].low > most


def _ask_reason(movement: Movement, code: str, after: Balance, bound: Account) -> None:
    if not movement.note:
        raise LedgerRefused(f"{code}-needs-reason", "note", most=after[bound].high)
