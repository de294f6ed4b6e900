"""Who may plan means and accept a plan, and what is refused."""

from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.resources.rules import is_office


class AllocationRefused(Exception):
    """What was to be written cannot stand; `code` says why, `field` where in the form."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"allocation.{code}"
        self.field = field
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


def may_plan(user: User) -> bool:
    """Say whether the user makes plans and decides beforehand: as the headquarters alone.

    A plan weighs all stations and lots against each other; who sees a part could not.
    """
    return may(user, Permission.PLAN_MEANS) and is_office(user) and not user.places.exists()


def may_accept(user: User) -> bool:
    """Say whether the user accepts plans: it enters the ledger and gives agencies follow-ups."""
    return (
        may_plan(user) and may(user, Permission.EDIT_LEDGER) and may(user, Permission.EDIT_DUTIES)
    )
