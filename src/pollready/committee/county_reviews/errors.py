"""Why something of a county review was not done; the words are `errors.county-reviews.*`."""


class ReviewRefused(Exception):
    """What was to be written cannot stand; `code` says why, `field` where."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"county-reviews.{code}"
        self.field = field
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


class NoSuchReview(Exception):
    """The user finds no such review, item or county."""

    code = "county-reviews.not-found"

    def __init__(self) -> None:
        self.fields: dict[str, object] = {}
        super().__init__(self.code)
