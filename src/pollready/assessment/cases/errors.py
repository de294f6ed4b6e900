"""Why a case was not changed as somebody asked; their words are `errors.board.*`."""

from datetime import datetime
from typing import ClassVar

from pollready.language import Phrase, UnknownPhrase, say


class CaseRefused(Exception):
    """A change of a case that cannot be; `code` says why."""

    code: ClassVar[str]

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


class NoSuchCase(CaseRefused):
    """The user sees no such case."""

    code = "board.no-such-case"


class StepNotPossible(CaseRefused):
    """No person takes a case from this state to that one."""

    code = "board.step-not-possible"


class ReasonMissing(CaseRefused):
    """The change needs a reason that somebody can read later."""

    code = "board.reason-missing"


class EvidenceMissing(CaseRefused):
    """Nothing that the rule looks at was recorded since it found the obstacle."""

    code = "board.evidence-missing"

    def __init__(self, looked_at: tuple[str, ...], since: datetime) -> None:
        self.looked_at = looked_at
        super().__init__(looked_at=tuple(map(_phrase_of, looked_at)), since=since)


class PersonOutside(CaseRefused):
    """The person does not see the case and so cannot work on it."""

    code = "board.person-outside"


class WaiverWithoutEnd(CaseRefused):
    """A waiver needs an end to come: a gate, or a day where the round has no election day."""

    code = "board.waiver-without-end"


class CommentNotYours(CaseRefused):
    """Only who wrote a comment changes it."""

    code = "board.comment-not-yours"


class CommentTooOld(CaseRefused):
    """A comment stands as it is once others have had time to read it."""

    code = "board.comment-too-old"


def _phrase_of(field: str) -> Phrase | str:
    """Name a field as the workbook's headings do."""
    for sheet in ("stations", "components", "stops"):
        try:
            say(f"workbook.{sheet}.{field}", "en")
        except UnknownPhrase:
            continue
        return Phrase(f"workbook.{sheet}.{field}", {})
    return field
