"""A case for every cause of each round's last assessment, as saving one would have made it."""

from datetime import timedelta

from django.db import migrations

RANKS = {"severe": 0, "moderate": 1, "minor": 2, "unknown": 3}
# Gates by rule, in days before the election, as they stand when this is applied.
DAYS = {"list": 45, "coverage": 30, "rehearsal": 14, "people": 3, "delivery": 2, "set_up": 1}
GATES = {
    "no_tested_radio": "coverage",
    "no_second_path": "coverage",
    "radio_disputed": "coverage",
    "radio_estimated": "coverage",
    "mobile_stop_untested": "coverage",
    "cards_not_ready": "set_up",
    "rehearsal_failed": "rehearsal",
    "no_trained_user": "people",
    "no_way_of_closing": "set_up",
    "coordinates_implausible": "list",
}
USUAL = "delivery"


def make_cases(apps, schema_editor):
    assessments = apps.get_model("pollready", "SavedAssessment")
    case_of = apps.get_model("pollready", "ObstacleCase")
    event_of = apps.get_model("pollready", "CaseEvent")
    for election_round in apps.get_model("pollready", "ElectionRound").objects.all():
        saved = (
            assessments.objects.filter(round=election_round)
            .order_by("-made_at")
            .defer("summary")
            .first()
        )
        if saved is None:
            continue
        cases = case_of.objects.bulk_create(
            (_case(case_of, election_round, saved, record) for record in saved.causes.all()),
            batch_size=500,
        )
        event_of.objects.bulk_create(
            (
                event_of(
                    case=case,
                    kind="state",
                    at=saved.made_at,
                    before="",
                    after="found",
                    detail={"as_of": saved.as_of_date.isoformat(), "stations": case.stations},
                )
                for case in cases
            ),
            batch_size=500,
        )


def _case(case_of, election_round, saved, record):
    gate = GATES.get(record.rule, USUAL)
    day = election_round.election_date
    return case_of(
        round=election_round,
        rule=record.rule,
        key=record.key,
        record=record,
        severity=record.severity,
        severity_rank=RANKS[record.severity],
        stations=record.stations,
        voters=record.voters,
        owner=record.owner,
        due_gate=gate,
        due_date=day - timedelta(days=DAYS[gate]) if day else None,
        found_date=saved.as_of_date,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("pollready", "0009_obstacle_cases"),
    ]

    operations = [migrations.RunPython(make_cases, migrations.RunPython.noop)]
