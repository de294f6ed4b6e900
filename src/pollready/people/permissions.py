"""What each role may do. Scope and class then say on what: see `people.scopes`."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pollready.people.models import Role, User


class Permission(StrEnum):
    """One thing that somebody may do; its words are `permission.<value>`."""

    SEE_REGISTER = "see_register"
    SEE_INFRASTRUCTURE = "see_infrastructure"
    CORRECT_REGISTER = "correct_register"
    RESOLVE_CONTRADICTIONS = "resolve_contradictions"
    WITHDRAW_EVIDENCE = "withdraw_evidence"  # others' too; one's own goes with correcting
    ASSIGN_AGENCY = "assign_agency"  # say whose a component is
    SET_CLASS = "set_class"  # say how secret it is
    CHANGE_LIST = "change_list"  # relocate, merge, add, cancel a station
    IMPORT_LISTS = "import_lists"
    EXPORT = "export"
    EXPORT_CLASSIFIED = "export_classified"
    EXPLORE_FAILURES = "explore_failures"
    EDIT_SCENARIOS = "edit_scenarios"
    DECLARE_READINESS = "declare_readiness"
    EDIT_DUTIES = "edit_duties"  # enter, change and end them; hand back what was said to be done
    REPORT_DONE = "report_done"  # of one's own duties
    SEE_MEETINGS = "see_meetings"  # of the committee and one's county, or to which one is invited
    TAKE_PART = "take_part"  # give views and suggestions, sign minutes
    HOLD_MEETINGS = "hold_meetings"  # plan and lead them, record, decide
    ANSWER_REVIEW = "answer_review"  # agree or object to the review of one's own county, sign it
    EDIT_LEDGER = "edit_ledger"  # enter what moves, count; each of what is his to say
    PLAN_MEANS = "plan_means"  # plan who gets which means, decide beforehand
    MAKE_REPORTS = "make_reports"  # status reports that are kept, of what one sees
    ROLL_UP = "roll_up"  # packages of provinces: send, take in, trust keys
    WORK_OBSTACLES = "work_obstacles"
    WAIVE_OBSTACLES = "waive_obstacles"
    COMMENT = "comment"
    SEE_AUDIT = "see_audit"
    MANAGE_PEOPLE = "manage_people"
    ASSESS = "assess"


class NotPermitted(Exception):
    """The user's role does not include what was asked for."""

    code = "people.not-permitted"

    def __init__(self, permission: Permission) -> None:
        self.fields: dict[str, object] = {"permission": permission.value}
        super().__init__(permission.value)


_P = Permission
_READING = frozenset({_P.SEE_REGISTER, _P.SEE_INFRASTRUCTURE, _P.EXPORT})
_DISCUSSING = _READING | {_P.COMMENT}
_MEETING = frozenset({_P.SEE_MEETINGS, _P.TAKE_PART})
_COMMITTEE = _DISCUSSING | _MEETING | {
    _P.CORRECT_REGISTER, _P.RESOLVE_CONTRADICTIONS, _P.CHANGE_LIST, _P.EXPORT_CLASSIFIED,
    _P.EXPLORE_FAILURES, _P.EDIT_SCENARIOS, _P.WORK_OBSTACLES, _P.SEE_AUDIT, _P.ASSESS,
    _P.EDIT_DUTIES, _P.REPORT_DONE, _P.HOLD_MEETINGS, _P.EDIT_LEDGER, _P.MAKE_REPORTS,
    _P.ROLL_UP, _P.PLAN_MEANS,
}  # fmt: skip
_AGENCY = _DISCUSSING | _MEETING | {
    _P.CORRECT_REGISTER, _P.RESOLVE_CONTRADICTIONS, _P.EXPLORE_FAILURES, _P.EDIT_SCENARIOS,
    _P.DECLARE_READINESS, _P.WORK_OBSTACLES, _P.SET_CLASS, _P.REPORT_DONE, _P.EDIT_LEDGER,
    _P.MAKE_REPORTS,
}  # fmt: skip

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        # Keeps the installation; its content is the committee's business, its people are his.
        Role.ADMINISTRATOR: frozenset(Permission)
        - {_P.DECLARE_READINESS, _P.WAIVE_OBSTACLES, _P.ANSWER_REVIEW},
        Role.NATIONAL: _DISCUSSING | _MEETING
        | {_P.EXPLORE_FAILURES, _P.WAIVE_OBSTACLES, _P.SEE_AUDIT, _P.ASSIGN_AGENCY,
           _P.REPORT_DONE, _P.MAKE_REPORTS, _P.ROLL_UP},
        Role.COMMITTEE_HEAD: _COMMITTEE | {_P.WAIVE_OBSTACLES, _P.ASSIGN_AGENCY},
        Role.SECRETARY: _COMMITTEE | {_P.IMPORT_LISTS, _P.WITHDRAW_EVIDENCE},
        Role.AGENCY_REPRESENTATIVE: _AGENCY,
        Role.AGENCY_DEPUTY: _AGENCY,
        Role.GOVERNOR: _DISCUSSING | _MEETING
        | {_P.CORRECT_REGISTER, _P.RESOLVE_CONTRADICTIONS, _P.CHANGE_LIST, _P.WORK_OBSTACLES,
           _P.REPORT_DONE, _P.EDIT_LEDGER, _P.MAKE_REPORTS, _P.ANSWER_REVIEW},
        Role.DISTRICT: _DISCUSSING | _MEETING
        | {_P.CORRECT_REGISTER, _P.WORK_OBSTACLES, _P.REPORT_DONE},
        Role.OPERATIONS: _DISCUSSING | _MEETING
        | {_P.CORRECT_REGISTER, _P.EXPLORE_FAILURES, _P.EDIT_SCENARIOS, _P.WORK_OBSTACLES,
           _P.ASSESS, _P.REPORT_DONE, _P.EDIT_LEDGER, _P.PLAN_MEANS},
        Role.TECHNICIAN: frozenset(
            {_P.SEE_REGISTER, _P.CORRECT_REGISTER, _P.WORK_OBSTACLES, _P.COMMENT, _P.REPORT_DONE}
        ),
        Role.SUPERVISION: _READING | {_P.SEE_AUDIT, _P.SEE_MEETINGS},
    }
)  # fmt: skip


def permissions_of(user: User) -> frozenset[Permission]:
    """Give everything that the user may do; nothing once he is no longer active."""
    return PERMISSIONS[Role(user.role)] if user.is_active else frozenset()


def may(user: User, permission: Permission) -> bool:
    """Say whether the user may do this at all."""
    return permission in permissions_of(user)


def check(user: User, permission: Permission) -> None:
    """Raise `NotPermitted` unless the user may do this."""
    if not may(user, permission):
        raise NotPermitted(permission)
