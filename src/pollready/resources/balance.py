"""What the entries of a lot come to: the count of each account, and where sources differ.

Every count of a speaker is carried on by the movements after it, so that counts of different days
can be compared: a list that said 40 and twelve delivered since, against somebody who counts 50
today. A correction reaches the counts that its entry had reached, and no others. Where nobody has
counted, movements alone tell a least number, and no more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from pollready.resources.accounts import ACCOUNTS, COUNTS, Account, EntryKind

ENTRIES, SETTLED, LIST = "entries", "settled", "list"
_BEFORE_ALL = -1


class Line(Protocol):
    """What is read of an entry."""

    @property
    def pk(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def speaker(self) -> str: ...
    @property
    def corrects_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Word:
    """What one speaker's count comes to by now; `said` is the place of the count in the ledger."""

    count: int
    said: int
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """One account: each speaker's word, and what moved since the ledger began."""

    account: Account
    words: Mapping[str, Word] = field(default_factory=dict)
    moved: int = 0

    @property
    def counts(self) -> list[int]:
        """The different counts, the lowest first."""
        return sorted({word.count for word in self.words.values()})

    @property
    def is_conflict(self) -> bool:
        """Say whether sources differ."""
        return len(self.counts) > 1

    @property
    def is_known(self) -> bool:
        """Say whether somebody has counted; of what came back, entries tell all that is known."""
        return bool(self.words) or self.account is Account.RETURNED

    @property
    def low(self) -> int:
        """At least so many, by whatever is known."""
        return self.counts[0] if self.words else max(0, self.moved)

    @property
    def high(self) -> int | None:
        """At most so many; None where nobody has counted."""
        if not self.is_known:
            return None
        return self.counts[-1] if self.words else max(0, self.moved)

    @property
    def relied_on(self) -> int | None:
        """The count that others may rely on: while sources differ, that which promises less."""
        if not self.is_known:
            return None
        promises_less = self.account in (Account.DEPLOYED, Account.RETURNED)
        count = self.high if promises_less else self.low
        return max(0, count or 0)


Balance = Mapping[Account, Standing]


def balance(lines: Iterable[Line]) -> Balance:
    """Work out every account from the entries of one lot, in the order in which they were made."""
    standings = {account: Standing(account) for account in ACCOUNTS}
    places: dict[int, int] = {}
    for place, line in enumerate(lines):
        places[line.pk] = place
        before = standings[Account(line.account)]
        kind = EntryKind(line.kind)
        if kind in COUNTS:
            after = _counted(before, line, place)
        elif kind is EntryKind.SETTLE:
            after = replace(before, words={SETTLED: Word(line.count, place)})
        else:
            # What an entry should have been concerns the counts that the entry had reached.
            since = place if line.corrects_id is None else places[line.corrects_id]
            after = _moved(before, line.count, since)
        standings[before.account] = after
    return standings


def _counted(before: Standing, line: Line, place: int) -> Standing:
    """Let a speaker's count take the place of his earlier one.

    What movements alone came to stays beside it, to be seen where the count does not bear it out.
    """
    words = dict(before.words)
    earlier = words.get(line.speaker)
    if not words and before.moved:
        words[ENTRIES] = Word(before.moved, _BEFORE_ALL, moved=True)
    elif line.speaker == LIST and earlier is not None and earlier.moved:
        words[ENTRIES] = earlier
    if ENTRIES in words and words[ENTRIES].count == line.count:
        del words[ENTRIES]  # borne out: from now on the count carries them
    words[line.speaker] = Word(line.count, place)
    return replace(before, words=words)


def _moved(before: Standing, count: int, since: int) -> Standing:
    words = {
        speaker: Word(word.count + count, word.said, moved=True) if word.said < since else word
        for speaker, word in before.words.items()
    }
    return replace(before, words=words, moved=before.moved + count)


def available_of(
    delivered: int | None, tested: int | None, deployed: int | None, returned: int
) -> int | None:
    """Say how many can be sent out: tested, there, not out yet; None where it is not known.

    >>> available_of(12, 10, 4, 1), available_of(12, None, 0, 0)
    (5, None)
    """
    if tested is None or deployed is None:
        return None
    there = tested if delivered is None else min(tested, delivered)
    return max(0, there - deployed - returned)
