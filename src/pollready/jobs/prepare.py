"""Getting an installation ready: the example province, the first administrator."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from pollready.assessment import assess
from pollready.assessment.commands import save_assessment
from pollready.assessment.models import SavedAssessment
from pollready.assessment.terrain_folder import open_terrain
from pollready.duties.commands import enter_duty
from pollready.example import BEFORE_ELECTION, write_example
from pollready.example.duties import example_duties
from pollready.intake.commands import import_file
from pollready.jobs.assess_file import default_as_of
from pollready.people.commands import ensure_administrator, erase_phones, make_sign_in_link
from pollready.places.models import Agency, ElectionRound
from pollready.planning.commands import take_in_catalogue
from pollready.planning.costs import cost_scenarios
from pollready.planning.queries import newest_assessments

Progress = Callable[[str], None]


def load_example(*, language: str, now: datetime, progress: Progress) -> None:
    """Import and assess the example province, unless the register already holds a round.

    It stands as of today, so that what somebody records in it today counts.
    """
    today = timezone.localdate(now)
    if not ElectionRound.objects.exists():
        progress("example")
        path = settings.POLLREADY_DATA / "example.xlsx"
        write_example(path, language=language, election=today + BEFORE_ELECTION)
        progress("reading")
        import_file(path, by=None, now=now)
        enter_example_duties(language=language, now=now)
    for round_id in ElectionRound.objects.values_list("pk", flat=True):
        if not SavedAssessment.objects.filter(round_id=round_id).exists():
            progress("assessing")
            terrain = open_terrain(settings.POLLREADY_TERRAIN)
            save_assessment(
                assess(round_id, as_of=default_as_of(round_id, today=today), terrain=terrain),
                now=now,
            )
    take_in_scenarios(now=now)


def enter_example_duties(*, language: str, now: datetime) -> None:
    """Enter the example's duties of agencies and offices, which no list brings."""
    by = ensure_administrator(now=now, may_see_names=True, language=language)
    agencies = dict(Agency.objects.values_list("code", "pk"))
    for each in ElectionRound.objects.exclude(election_date=None):
        assert each.election_date is not None  # of those that have one
        drafts = example_duties(agencies, language=language, election=each.election_date)
        for draft in drafts:
            enter_duty(draft, round_id=each.pk, by=by, now=now)


def take_in_scenarios(*, now: datetime) -> None:
    """Bring the scenarios that ship into the register; cost them beside each last assessment.

    What stands already is left alone: costs are worked out again after a new assessment.
    """
    take_in_catalogue(now=now)
    for saved in newest_assessments():
        if not saved.scenario_bindings.exists():
            cost_scenarios(saved.round_id, now=now)


def administrator_token(*, now: datetime, example: bool, language: str) -> str:
    """Give a one-time sign-in token; the example's administrator may see names, being invented.

    Phones whose day has come are erased first: a console that starts holds none of them.
    """
    erase_phones(now=now)
    user = ensure_administrator(now=now, may_see_names=example, language=language)
    return make_sign_in_link(user, now=now)
