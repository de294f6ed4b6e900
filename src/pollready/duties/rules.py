"""Who may enter duties and say that they are done, and what is valid."""

from pollready.duties.models import Duty
from pollready.people.models import PLACE_ROLES, Role, User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import is_of_agency

# Offices that can owe a duty: roles of people who act, not of those who only look.
OFFICES = tuple(
    role
    for role in Role
    if role
    not in (Role.ADMINISTRATOR, Role.SUPERVISION, Role.AGENCY_REPRESENTATIVE, Role.AGENCY_DEPUTY)
)


class DutyRefused(Exception):
    """What was to be saved cannot stand; `code` says why, `field` where."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"duties.{code}"
        self.field = field
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


def owes(user: User, duty: Duty) -> bool:
    """Say whether a duty is this user's to do: his agency's, or his office's."""
    if duty.agency_id is not None:
        return is_of_agency(user) and user.agency_id == duty.agency_id
    return bool(duty.office) and user.role == duty.office


def may_report(user: User, duty: Duty) -> bool:
    """Say whether the user may say that a duty is done; the headquarters may for an owner."""
    if duty.person_id is not None or duty.ended_at is not None:
        return False  # a person's duty is settled by the list that brought it
    if may(user, Permission.EDIT_DUTIES):
        return True
    return may(user, Permission.REPORT_DONE) and owes(user, duty)


def sees_all(user: User) -> bool:
    """Say whether the user sees the duties of every owner."""
    return not is_of_agency(user) and user.role not in PLACE_ROLES
