"""Who may start follow-ups, say that they are done and settle them, and what is valid."""

from pollready.duties.follow_ups.models import MEASURED, FollowUp, FollowUpState
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import is_of_agency


class FollowUpRefused(Exception):
    """What was to be saved cannot stand; `code` says why, `field` where."""

    def __init__(self, code: str, field: str = "", **fields: object) -> None:
        self.code = f"follow-ups.{code}"
        self.field = field
        self.fields = fields
        super().__init__(f"{self.code} {fields}")


def is_of_owner(user: User, follow_up: FollowUp) -> bool:
    """Say whether the user is of the agency or office that owes it, or the person named."""
    if follow_up.person_id == user.pk:
        return True
    if follow_up.agency_id is not None:
        return is_of_agency(user) and user.agency_id == follow_up.agency_id
    return user.role == follow_up.office


def may_report(user: User, follow_up: FollowUp) -> bool:
    """Say whether the user may say that it is done; the headquarters may for an owner."""
    if not follow_up.is_owed:
        return False
    if may(user, Permission.EDIT_DUTIES):
        return True
    return may(user, Permission.REPORT_DONE) and is_of_owner(user, follow_up)


def may_hand_back(user: User, follow_up: FollowUp) -> bool:
    """Say whether the user may undo what was reported: its owner until it is verified."""
    if follow_up.state not in (FollowUpState.REPORTED, FollowUpState.VERIFIED):
        return False
    if may(user, Permission.EDIT_DUTIES):
        return True
    is_reported = follow_up.state == FollowUpState.REPORTED
    return is_reported and may(user, Permission.REPORT_DONE) and is_of_owner(user, follow_up)


def is_told_by_register(follow_up: FollowUp) -> bool:
    """Say whether the register itself tells if it was done."""
    return follow_up.figure in MEASURED
