"""What a person reads at the end of `pollready assess`."""

from pollready.jobs.assess_file import AssessedFile
from pollready.language import say

_NAMES_MAX = 20


def print_summary(result: AssessedFile, language: str) -> None:
    """Print the assessment's head: rows, readiness, causes, what was written."""
    imported, total = result.imported, result.assessment.total
    print(
        say(
            "cli.rows",
            language,
            read=imported.rows_read,
            registered=imported.rows_registered,
            merged=imported.rows_merged,
            rejected=imported.rows_rejected,
        )
    )
    if imported.changes is not None:
        print(
            say(
                "cli.changes",
                language,
                added=len(imported.changes.added),
                changed=imported.changes.stations_changed,
                not_named=len(imported.changes.not_named),
            )
        )
    if imported.columns_dropped:
        print(say("cli.dropped", language, columns=imported.columns_dropped))
    if imported.unread:
        print(say("cli.unread", language, columns=imported.unread[:_NAMES_MAX]))
    print(
        say(
            "cli.readiness",
            language,
            stations=total.stations,
            ready=total.ready,
            not_ready=total.not_ready,
            unknown=total.unknown,
            contradicted=total.contradicted,
        )
    )
    print(say("cli.voters", language, voters=total.voters, without=total.stations_without_voters))
    print(
        say(
            "cli.causes",
            language,
            causes=len(result.assessment.causes),
            findings=len(result.assessment.findings),
        )
    )
    for path in result.files:
        print(say("cli.file", language, file=str(path)))
    print(say("cli.seconds", language, seconds=round(result.seconds, 1)))
