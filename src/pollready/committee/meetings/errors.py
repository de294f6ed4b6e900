"""Why something of a meeting was not done; the words are `errors.meetings.*`."""


class MeetingRefused(Exception):
    """What was to be written cannot stand; `code` says why, `field` where."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"meetings.{code}"
        self.field = field
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


class DecisionIncomplete(Exception):
    """A decision lacks what it needs to be closed: `missing` names each field."""

    code = "meetings.decision-incomplete"

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        self.fields: dict[str, object] = {"count": len(missing)}
        super().__init__(", ".join(missing))


class NoSuchThing(Exception):
    """The user finds no such meeting, item, suggestion, decision, minutes or object."""

    code = "meetings.not-found"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)
