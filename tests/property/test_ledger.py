"""The ledger of means by its laws: balances are sums, nothing is below nothing or counted twice."""

from dataclasses import dataclass, replace
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pollready.resources.accounts import ACCOUNTS, MOVES, Account, EntryKind
from pollready.resources.balance import available_of, balance
from pollready.resources.rules import LedgerRefused, Movement, check_movement
from pollready.resources.serials import counted_twice, split_serials

TODAY = date(2028, 6, 19)
# A machine that is busy with other tests draws slowly.
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass(frozen=True)
class Line:
    pk: int
    kind: str
    account: str
    count: int
    speaker: str = "office"
    corrects_id: int | None = None


OPENING = [Line(n, "counted", account, 0) for n, account in enumerate(ACCOUNTS[:-1], 1)]
MOVEMENTS = st.lists(
    st.builds(
        Movement,
        kind=st.sampled_from(list(MOVES)),
        count=st.integers(0, 12),
        note=st.sampled_from(["", "letter 7"]),
        from_deployed=st.booleans(),
    ),
    max_size=25,
)
WORDS = st.lists(
    st.builds(
        Line,
        pk=st.just(0),
        kind=st.sampled_from(["counted", "listed", *map(str, MOVES)]),
        account=st.just("delivered"),
        count=st.integers(0, 40),
        speaker=st.sampled_from(["list", "agency:1", "county:2"]),
    ),
    max_size=20,
)


def lines_of(movement: Movement, place: int) -> list[Line]:
    made = [Line(place, movement.kind, MOVES[movement.kind], movement.count)]
    if movement.kind is EntryKind.RETURN and movement.from_deployed:
        made.append(Line(place + 1, "return", Account.DEPLOYED, -movement.count))
    return made


def played(movements: list[Movement]) -> list[Line]:
    """Enter what the rules let through, as the commands do."""
    lines = list(OPENING)
    for movement in movements:
        more = lines_of(movement, len(lines) + 1)
        try:
            check_movement(movement, balance(lines), balance(lines + more), today=TODAY)
        except LedgerRefused:
            continue
        lines += more
    return lines


@few
@given(MOVEMENTS)
def test_a_balance_is_the_sum_of_its_entries(movements):
    lines = played(movements)
    for account, standing in balance(lines).items():
        total = sum(line.count for line in lines if line.account == account)
        assert (standing.relied_on, standing.is_conflict) == (total, False)


@few
@given(MOVEMENTS)
def test_nothing_is_below_nothing_and_no_more_is_tested_or_gone_than_came(movements):
    found = {account: s.relied_on for account, s in balance(played(movements)).items()}
    assert min(found.values()) >= 0
    assert found[Account.TESTED] <= found[Account.DELIVERED]
    assert found[Account.DEPLOYED] + found[Account.RETURNED] <= found[Account.DELIVERED]
    there = available_of(
        found[Account.DELIVERED], found[Account.TESTED], found[Account.DEPLOYED],
        found[Account.RETURNED],
    )  # fmt: skip
    assert 0 <= there <= found[Account.DELIVERED] - found[Account.DEPLOYED]


@few
@given(MOVEMENTS)
def test_more_than_was_pledged_and_untested_deployment_have_their_reason(movements):
    without = balance(played([replace(each, note="") for each in movements]))
    assert without[Account.DELIVERED].low <= without[Account.PLEDGED].high
    assert without[Account.DEPLOYED].low <= without[Account.TESTED].high


@few
@given(WORDS)
def test_while_sources_differ_the_count_that_promises_less_is_relied_on(words):
    standing = balance([replace(each, pk=n) for n, each in enumerate(words)])[Account.DELIVERED]
    counted = any(each.kind in ("counted", "listed") for each in words)
    assert standing.is_known == counted
    if counted:
        assert standing.relied_on == min(w.count for w in standing.words.values())
        assert standing.low <= standing.high
    else:
        assert standing.relied_on is None
        assert standing.low == sum(each.count for each in words)


@few
@given(WORDS, st.integers(0, 40))
def test_a_settled_count_stands_alone_until_somebody_counts_again(words, count):
    lines = [replace(each, pk=n) for n, each in enumerate(words)]
    lines.append(Line(99, "settle", "delivered", count))
    assert balance(lines)[Account.DELIVERED].counts == [count]
    moved = [*lines, Line(100, "deliver", "delivered", 3)]
    assert balance(moved)[Account.DELIVERED].counts == [count + 3]


@few
@given(st.lists(st.lists(st.sampled_from("ABCDEFG"), max_size=6), max_size=6))
def test_a_serial_counts_once_however_many_lots_name_it(lots):
    texts = [(n, ", ".join(serials)) for n, serials in enumerate(lots)]
    named = sum(len(split_serials(text)) for _, text in texts)
    different = len({serial for serials in lots for serial in serials})
    assert named - sum(counted_twice(texts).values()) == different
