"""The life of an obstacle: its states, and which steps a person may take between them.

Nobody closes an obstacle by hand: `verified` and `gone` are reached only when the rule itself no
longer finds it. What a person can do is to work on it, to claim it fixed, which runs the rule
again, or to waive it until a named day, with a reason and an authority.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from pollready.people.permissions import Permission


class CaseState(StrEnum):
    """Where a case stands."""

    FOUND = "found"
    ACCEPTED = "accepted"
    IN_WORK = "in_work"
    CLAIMED_FIXED = "claimed_fixed"
    WAIVED = "waived"
    VERIFIED = "verified"  # claimed fixed, and the rule no longer finds it
    GONE = "gone"  # the rule no longer finds it, though nobody claimed so


# The rule finds what stands in an open state; it does not find what is settled.
SETTLED = (CaseState.VERIFIED, CaseState.GONE)
OPEN = tuple(state for state in CaseState if state not in SETTLED)
# Somebody still has something to do.
ACTIVE = (CaseState.FOUND, CaseState.ACCEPTED, CaseState.IN_WORK, CaseState.CLAIMED_FIXED)

_WORK, _WAIVE = Permission.WORK_OBSTACLES, Permission.WAIVE_OBSTACLES
Step = tuple[CaseState, CaseState]

# Every step that a person may take, with what it needs.
STEPS: Mapping[Step, Permission] = MappingProxyType(
    {
        (CaseState.FOUND, CaseState.ACCEPTED): _WORK,
        (CaseState.FOUND, CaseState.IN_WORK): _WORK,
        (CaseState.ACCEPTED, CaseState.IN_WORK): _WORK,
        (CaseState.ACCEPTED, CaseState.FOUND): _WORK,  # not ours after all
        (CaseState.IN_WORK, CaseState.ACCEPTED): _WORK,
        (CaseState.CLAIMED_FIXED, CaseState.IN_WORK): _WORK,  # the claim is taken back
        **{
            (state, CaseState.CLAIMED_FIXED): _WORK
            for state in (CaseState.FOUND, CaseState.ACCEPTED, CaseState.IN_WORK)
        },
        **{(state, CaseState.WAIVED): _WAIVE for state in ACTIVE},
        (CaseState.WAIVED, CaseState.FOUND): _WAIVE,  # the waiver is ended
    }
)
# Steps that need more than a button: a form of their own.
WITH_A_FORM = (CaseState.CLAIMED_FIXED, CaseState.WAIVED)


def steps_from(state: CaseState) -> tuple[CaseState, ...]:
    """Give the states to which a person can take a case, in the order of a case's life."""
    return tuple(after for after in CaseState if (state, after) in STEPS)


def when_found(state: CaseState, *, waiver_ended: bool) -> CaseState:
    """Give the state of a case that an assessment finds: again, still, or after its waiver."""
    if state in SETTLED or (state is CaseState.WAIVED and waiver_ended):
        return CaseState.FOUND
    return CaseState.IN_WORK if state is CaseState.CLAIMED_FIXED else state


def when_not_found(state: CaseState, *, is_disputed: bool = False) -> CaseState:
    """Give the state of a case that an assessment does not find.

    Where sources differ on what its rule looks at, finding nothing shows nothing: the case stays
    open until somebody resolves that, and a claimed fix goes back to work.
    """
    if state in SETTLED:
        return state
    if is_disputed:
        return CaseState.IN_WORK if state is CaseState.CLAIMED_FIXED else state
    return CaseState.VERIFIED if state is CaseState.CLAIMED_FIXED else CaseState.GONE
