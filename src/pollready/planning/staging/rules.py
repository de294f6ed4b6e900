"""Who keeps staging plans, and what is refused."""

from pollready.planning.allocations.rules import may_plan

__all__ = ["StagingRefused", "may_plan"]


class StagingRefused(Exception):
    """What was to be written cannot stand; `code` says why, `field` where in the form."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"staging.{code}"
        self.field = field
        self.fields = fields
        super().__init__(f"{self.code} {fields}")
