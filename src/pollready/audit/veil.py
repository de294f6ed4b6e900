"""What a reader may not see: names of what lies upstream become masked codes in every text."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from pollready.language import fold

# Letters and digits of any script, with the invisible marks and vowel signs inside a word.
_TOKEN = re.compile(
    r"[^\W_]+(?:[\u0640\u064b-\u0655\u0670\u200b-\u200f\u2060-\u2069\ufeff]+[^\W_]+)*"
)
# A number this long inside a text is a code; a shorter one may be any number.
_CODE_DIGITS_MIN = 4
_PRUNED_AT = 3  # characters by which most words are told to begin no hidden name

Mask = Callable[[str], str]


class HiddenNames:
    """Codes and names to hide, found again however a text writes them.

    A name counts as found whatever its case, digits, Arabic or Persian letters, and whatever
    stands between its words and figures: `TX-17`, `tx 17` and «TX۱۷» are one. A number of less
    than four figures is hidden only where it is the whole text.
    """

    def __init__(self, hidden: Mapping[str, str], open_texts: Iterable[str] = ()) -> None:
        """Take each text to hide with the code whose mask stands for it."""
        self._open = {key for text in open_texts if (key := _key(text))}
        self._codes = {
            key: code
            for text, code in hidden.items()
            if (key := _key(text)) and key not in self._open
        }
        self._begins = {key[:_PRUNED_AT] for key in self._codes}
        self._longest = max(map(len, self._codes), default=0)

    def __contains__(self, text: str) -> bool:
        return _key(text) in self._codes

    def masked(self, text: str, mask: Mask) -> str:
        """Give the text with each hidden name in it replaced by its mask."""
        whole = _key(text)
        if whole in self._codes:
            return mask(self._codes[whole])
        if whole in self._open or not self._codes:
            return text
        found, end = [], 0
        tokens = list(_TOKEN.finditer(text))
        for first, token in enumerate(tokens):
            if token.start() < end:
                continue
            hit = self._longest_from(tokens, first)
            if hit is not None:
                last, code = hit
                found += [text[end : token.start()], mask(code)]
                end = tokens[last].end()
        return "".join([*found, text[end:]]) if found else text

    def _longest_from(self, tokens: list[re.Match[str]], first: int) -> tuple[int, str] | None:
        """Find the longest hidden name that begins with a token: its last token, its code."""
        key, hit = "", None
        for number in range(first, len(tokens)):
            key += _key(tokens[number].group())
            short = len(key) < _PRUNED_AT
            if len(key) > self._longest or not (short or key[:_PRUNED_AT] in self._begins):
                break
            if key in self._codes and not (key.isdecimal() and len(key) < _CODE_DIGITS_MIN):
                hit = number, self._codes[key]
        return hit


class NameVeil:
    """Shows one reader what he may see: everything, or texts without hidden names."""

    def __init__(
        self, names: HiddenNames | None, mask: Mask, *, inside: Mask | None = None
    ) -> None:
        """Take the names to hide, None for who sees all; `inside` masks within a sentence."""
        self._names = names
        self._mask = mask
        self._inside = inside or mask
        self._seen: dict[str, str] = {}  # texts repeat: a source, a county, a word

    @property
    def reveals(self) -> bool:
        """Whether names are shown as they are."""
        return self._names is None

    def code(self, code: str) -> str:
        """Give an upstream code as this reader may see it."""
        return code if self._names is None else self._mask(code)

    def text(self, text: str) -> str:
        """Give a text with every hidden code or name in it masked."""
        if self._names is None or not text:
            return text
        said = self._seen.get(text)
        if said is None:
            mask = self._mask if text in self._names else self._inside
            said = self._seen[text] = self._names.masked(text, mask)
        return said

    def anything(self, value: Any) -> Any:
        """Give a JSON-ready value with every hidden code or name in its texts masked."""
        if self._names is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {name: self.anything(part) for name, part in value.items()}
        if isinstance(value, list | tuple):
            return [self.anything(part) for part in value]
        return value


@lru_cache(maxsize=200_000)
def _key(text: str) -> str:
    """Give what two ways of writing one name have in common: its letters and figures alone."""
    return fold(text).replace(" ", "")
