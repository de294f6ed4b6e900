"""The phrases of a national report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pollready import language as lang


@dataclass(frozen=True, slots=True)
class Words:
    """Says the phrases of a national report in one language."""

    language: str

    def __call__(self, key: str, **fields: Any) -> str:
        return lang.say(f"reports.{key}", self.language, **fields)

    def report(self, key: str, **fields: Any) -> str:
        return lang.say(f"report.{key}", self.language, **fields)

    def number(self, value: int | None) -> str:
        return self.report("unknown") if value is None else lang.number(value, self.language)

    def signed(self, value: int) -> str:
        """Write a change with its sign, which stands before the figures in both languages."""
        return lang.isolate(f"\u200e{'+' if value > 0 else ''}{lang.number(value, self.language)}")

    def rule(self, code: str) -> str:
        return self._or_code(f"rule.{code}.title", code)

    def kind(self, code: str) -> str:
        return self._or_code(f"kind.{code}", code)

    def says(self, told: Sequence[tuple[str, str, datetime]]) -> Mapping[str, Any]:
        """Say what each neighbour says, a line each."""
        return {"lines": [f"{name}: {self(f'national.{state}')}" for name, state, _ in told]}

    def _or_code(self, key: str, code: str) -> str:
        """Say a phrase; what this version does not know, by its code."""
        try:
            return lang.say(key, self.language)
        except lang.UnknownPhrase:
            return code
