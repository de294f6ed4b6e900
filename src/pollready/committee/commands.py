"""What the committee's people write of duties, where the register has to say what they cover."""

from collections.abc import Collection
from datetime import datetime

from pollready.assessment.models import SavedAssessment
from pollready.committee.duty_states import DutyReader, DutyState
from pollready.duties.commands import Done, report_done, report_done_at
from pollready.duties.models import Covers
from pollready.duties.queries import duties_for
from pollready.duties.rules import DutyRefused
from pollready.people.models import User

EVERYWHERE = "everywhere"


def report_done_where_covered(
    duty_id: int,
    done: Done,
    where: Collection[int] | str,
    *,
    saved: SavedAssessment,
    by: User,
    now: datetime,
) -> int:
    """Say that a duty is done, at the objects named or everywhere that it is not; give how many.

    `where` are listings or components, or `EVERYWHERE`; what the duty does not cover in the
    speaker's scope is left out. Raises `NotPermitted`, `DutyRefused`.
    """
    round_id = saved.round_id
    duty = duties_for(by, round_id).filter(pk=duty_id).first()
    if duty is None:
        raise DutyRefused("not-found")
    if duty.covers == Covers.OWNER:
        report_done(duty_id, done, round_id=round_id, by=by, now=now)
        return 1
    key = "listing" if duty.covers == Covers.STATIONS else "pk"
    covered = DutyReader(by, saved, now=now).objects(duty).order_by()
    if isinstance(where, str):
        covered = covered.exclude(duty_state=DutyState.DONE)
    else:
        covered = covered.filter(**{f"{key}__in": where})
    keys = list(covered.values_list(key, flat=True))
    return report_done_at(duty_id, done, keys, round_id=round_id, by=by, now=now)
