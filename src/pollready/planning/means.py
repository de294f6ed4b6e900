"""Means in the ledger: how many of a kind a plan can count on, at least and at most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pollready.language import fold, say
from pollready.resources.balance import available_of

# Words by which lots call the kinds that the catalogue names; any other kind is its own word.
_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "generator": ("ژنراتور", "generator", "موتور برق"),
        "terminal": ("پایانه ماهواره", "satellite terminal", "vsat"),
        "modem": ("مودم", "modem"),
        "identity_device": ("دستگاه احراز هویت", "identity device", "id device"),
        "technician": ("تکنسین", "technician"),
        "vehicle": ("خودرو", "vehicle"),
        "forms": ("برگه", "ملزومات", "forms"),
    }
)
MEANS = tuple(_WORDS)


@dataclass(frozen=True, slots=True)
class LotCounts:
    """One lot's counts; None is not known."""

    kind: str
    agency: str = ""
    pledged: int | None = None
    delivered: int | None = None
    tested: int | None = None
    deployed: int | None = None
    returned: int = 0  # given back to the agency, as far as it is recorded


@dataclass(frozen=True, slots=True)
class Stock:
    """What is there of a kind: at least (tested, not yet out), and at most (None: not told)."""

    at_least: int
    at_most: int | None


def stock_of(kind: str, lots: Iterable[LotCounts]) -> Stock | None:
    """Add up the lots of a kind; None where no lot of it is recorded at all."""
    found = [_usable(lot) for lot in lots if is_kind(kind, lot.kind)]
    if not found:
        return None
    most = [high for _, high in found]
    known = [high for high in most if high is not None]
    return Stock(
        at_least=sum(low for low, _ in found),
        at_most=sum(known) if len(known) == len(most) else None,
    )


def is_kind(kind: str, called: str) -> bool:
    """Tell whether a lot's own word means the kind."""
    words = _WORDS.get(kind)
    key = fold(called)
    if words is None:
        return key == fold(kind)
    return any(fold(word) in key for word in words)


def kind_of(called: str) -> str:
    """Give the kind that a lot's own word means; the word itself where it is no known kind."""
    return next((kind for kind in MEANS if kind == called or is_kind(kind, called)), called)


def means_word(kind: str, language: str) -> str:
    """Name a kind of the ledger; an office's own word stands for a kind that is not known."""
    return say(f"ledger.kind.{kind}", language) if kind in MEANS else kind


def kinds_called(words: Iterable[str]) -> list[str]:
    """Give one word for each kind of means beyond the known ones, however it is spelt."""
    others = {fold(word): word for word in sorted(words) if word and kind_of(word) not in MEANS}
    return sorted(others.values())


def _usable(lot: LotCounts) -> tuple[int, int | None]:
    """Bound what of a lot can be sent: tested and not deployed yet."""
    most = next((n for n in (lot.tested, lot.delivered, lot.pledged) if n is not None), None)
    if most is not None:
        most = max(0, most - (lot.deployed or 0) - lot.returned)
    there = available_of(lot.delivered, lot.tested, lot.deployed, lot.returned)
    return there or 0, most
