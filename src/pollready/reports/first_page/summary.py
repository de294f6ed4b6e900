"""Section 1: where the round stands, when, what weighs most, and what is not known."""

from typing import Any

from pollready.assessment.result import Tally
from pollready.reports.first_page.causes import gaps_of, obstacles_of
from pollready.reports.first_page.heading import heading
from pollready.reports.wording import Wording


def summary_section(words: Wording) -> dict[str, Any]:
    """Say where the round stands, when, what weighs most, and what is not known."""
    assessment, total = words.assessment, words.assessment.total
    lines = []
    if not total.stations:
        return {**heading(words, 1, "summary"), "lines": [words.say("first.no_stations")]}
    lines.append(
        words.say(
            "first.summary_readiness",
            stations=total.stations,
            ready=total.ready,
            ready_share=words.share(total.ready, total.stations),
            not_ready=total.not_ready,
            unknown=total.unknown,
        )
        + _summary_voters(words, total)
    )
    lines.append(_summary_course(words, total))
    obstacles, gaps = obstacles_of(assessment), gaps_of(assessment)
    if obstacles:
        lines.append(
            words.say(
                "first.summary_obstacle",
                causes=len(obstacles),
                cause=words.cause(obstacles[0]),
                stations=obstacles[0].stations,
                owner=words.isolated(words.owner(obstacles[0].owner)),
            )
        )
    if gaps:
        lines.append(
            words.say(
                "first.summary_gap",
                causes=len(gaps),
                cause=words.cause(gaps[0]),
                stations=gaps[0].stations,
            )
        )
    return {**heading(words, 1, "summary"), "lines": lines}


def _summary_voters(words: Wording, total: Tally) -> str:
    if total.voters is None:
        return " " + words.say("first.summary_no_voters")
    text = " " + words.say(
        "first.summary_voters", voters=total.voters, not_ready=total.voters_not_ready or 0
    )
    if total.stations_without_voters:
        text += " " + words.say("first.some_without_voters", stations=total.stations_without_voters)
    return text


def _summary_course(words: Wording, total: Tally) -> str:
    days = words.assessment.facts.days_before()
    if days is None:
        return words.say("first.summary_no_date")
    if days == 0:
        return words.say("first.summary_today", on_course=total.on_course)
    if days < 0:
        return words.say("first.summary_after", date=words.assessment.election_date)
    return words.say("first.summary_course", days=days, on_course=total.on_course)
