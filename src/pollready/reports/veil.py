"""What a reader may not see: names of upstream components become masked codes."""

import re
from collections.abc import Callable
from typing import Any

from pollready.assessment.result import Assessment

# A code as people write it: letters and digits of any script, joined by - _ . /
_WORD = re.compile(r"[\w\-./]+")


class Veil:
    """Hides codes and names of components and groups in whatever is about to be written.

    Findings promise to name components in `upstream` only, and masks are put there. This
    also covers what a field or a free text of the workbook says by the way: a whole value,
    or a word of it, that is a component's code or name. Words that are open (stations,
    places, agencies) stay as they are.
    """

    def __init__(self, assessment: Assessment, mask: Callable[[str], str] | None) -> None:
        self._mask = mask
        self._hidden: dict[str, str] = {}  # whole text -> the code whose mask stands for it
        self._words: dict[str, str] = {}  # codes that are one word, looked for inside texts
        self._by_first: dict[str, list[str]] = {}  # names of several words, by their first
        self._seen: dict[str, str] = {}  # texts repeat: a source, a county, a word
        if mask is None:
            return
        open_words = _open_words(assessment)
        for component in assessment.facts.components.values():
            for text in (component.code, component.name):
                if text and text not in open_words:
                    self._hide(text, component.code)

    def _hide(self, text: str, code: str) -> None:
        """Remember a text to hide; a bare number or common word is hidden only when alone."""
        self._hidden[text] = code
        first = _WORD.search(text)
        if first is None:
            return
        if first.group() != text:
            self._by_first.setdefault(first.group(), []).append(text)
        elif text == code and not text.isdecimal():
            self._words[text] = code

    @property
    def reveals(self) -> bool:
        """Whether names are shown."""
        return self._mask is None

    def code(self, code: str) -> str:
        """Give the code of an upstream component as this reader may see it."""
        return self._mask(code) if self._mask else code

    def text(self, text: str) -> str:
        """Give a text with every hidden code or name in it masked."""
        if self._mask is None or not text:
            return text
        said = self._seen.get(text)
        if said is None:
            said = self._seen[text] = self._masked(text, self._mask)
        return said

    def _masked(self, text: str, mask: Callable[[str], str]) -> str:
        if text in self._hidden:
            return mask(self._hidden[text])
        for match in list(_WORD.finditer(text)):
            for name in self._by_first.get(match.group(), ()):
                if name in text:
                    text = text.replace(name, mask(self._hidden[name]))
        return _WORD.sub(self._word, text)

    def _word(self, match: re.Match[str]) -> str:
        code = self._words.get(match.group())
        return self.code(code) if code else match.group()

    def anything(self, value: Any) -> Any:
        """Give a JSON-ready value with every hidden code or name in its texts masked."""
        if self._mask is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {name: self.anything(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.anything(part) for part in value]
        return value


def _open_words(assessment: Assessment) -> frozenset[str]:
    """Gather the codes and names that everybody may see."""
    words = set(assessment.county_names) | set(assessment.county_names.values())
    words.update(district for _, district in assessment.by_district)
    for station in assessment.stations:
        words.update((station.code, station.name))
    for agency in assessment.facts.agencies.values():
        words.update((agency.code, agency.name))
    return frozenset(words)
