"""Why a correction is refused, for the words of `errors.correct.<code>`."""

from pollready.audit.versions import ChangedMeanwhile


class CorrectionRefused(Exception):
    """What was asked for cannot be written; `field` is the form's field that has to change."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"correct.{code}"
        self.field = field
        self.fields: dict[str, object] = fields
        super().__init__(code)


def check_for_change(expected: str | None, state: str, what: str) -> None:
    """Raise `ChangedMeanwhile` where the form was opened on another state; None asks nothing."""
    if expected is not None and expected != state:
        raise ChangedMeanwhile(what, 0)
