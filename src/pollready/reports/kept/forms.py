"""The national headquarters' own forms: kept once, filled with every report of the province."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from pollready.audit.commands import Entry, record
from pollready.people.models import User
from pollready.people.permissions import Permission, check
from pollready.reports.formats.office_form import Figure, FormRefused, figures_named, fill
from pollready.reports.kept.data import digest
from pollready.reports.kept.models import ReportForm, ReportKind
from pollready.reports.kept.rules import ReportRefused, kinds_for

_TALLY = (
    "stations", "ready", "not_ready", "unknown", "contradicted", "on_course", "voters",
    "voters_ready", "voters_not_ready", "voters_unknown", "stations_without_voters",
)  # fmt: skip
# What every report has; counties and means come with the province's own names.
GENERAL = (
    *(f"total.{name}" for name in _TALLY),
    *(f"{kind}.{name}" for kind in ("fixed", "mobile") for name in _TALLY),
    *(f"{what}.{severity}" for what in ("causes", "cause_stations")
      for severity in ("severe", "moderate", "minor", "unknown")),
    *(f"rehearsal.{name}" for name in ("passed", "failed", "absent", "unknown")),
    "round", "province", "election_date", "as_of", "components",
)  # fmt: skip


def figures_for(data: Mapping[str, Any]) -> dict[str, Figure]:
    """Give every figure of a report that a form may ask for, by its name."""
    summary = data["summary"]
    found: dict[str, Figure] = dict.fromkeys(GENERAL)
    found |= _tally("total", summary["total"])
    for kind, tally in summary["by_kind"].items():
        found |= _tally(kind, tally)
    for code, tally in summary["by_county"].items():
        found |= _tally(f"county.{code}", tally)
    for what in ("causes", "cause_stations"):
        found |= {f"{what}.{name}": value for name, value in data["figures"][what].items()}
    found |= {f"rehearsal.{name}": value for name, value in summary["rehearsal"].items()}
    for row in summary["commitments"]:
        for name in ("pledged", "delivered", "shortfall", "overdue"):
            key = f"means.{row['kind']}.{name}"
            if row[name] is not None:
                found[key] = (found.get(key) or 0) + row[name]
            else:
                found.setdefault(key, None)
    return found | {
        "round": summary["round"], "province": summary["jurisdiction"],
        "election_date": summary["election_date"], "as_of": data["as_of_date"],
        "components": summary["components"],
    }  # fmt: skip


def _tally(name: str, tally: Mapping[str, Any]) -> dict[str, Figure]:
    return {f"{name}.{field}": tally[field] for field in _TALLY}


def is_figure(name: str) -> bool:
    """Say whether a name may be a figure; those of counties and means show in each report."""
    parts = name.split(".")
    if name in GENERAL:
        return True
    if len(parts) != 3:
        return False
    fields = {"county": _TALLY, "means": ("pledged", "delivered", "shortfall", "overdue")}
    return parts[2] in fields.get(parts[0], ())


def standing_forms() -> QuerySet[ReportForm]:
    """Give the forms that are filled now."""
    return ReportForm.objects.filter(ended_at=None).order_by("pk")


def filled(
    forms: QuerySet[ReportForm], data: Mapping[str, Any], *, unknown: str, now: datetime
) -> Iterator[tuple[str, bytes]]:
    """Fill forms; a county or means of which this report knows nothing is unknown in them."""
    figures = figures_for(data)
    for form in forms:
        content = bytes(form.content)
        known = {
            name: figures.get(name) for name in figures_named(content, form.mapping)
            if name in figures or is_figure(name)
        }  # fmt: skip
        yield file_name(form.pk), fill(content, form.mapping, known, unknown=unknown, now=now)


def file_name(form_id: int) -> str:
    """Name the file of a form as reports keep it."""
    return f"form-{form_id}.xlsx"


@transaction.atomic
def keep_form(*, name: str, content: bytes, mapping: str, by: User, now: datetime) -> ReportForm:
    """Keep a form; an earlier one of that name ends, and stays for reports that it was filled in.

    Raises `NotPermitted`, `ReportRefused`, and `FormRefused` with every name that is no figure.
    """
    _check(by)
    said = " ".join(name.split())[:100]
    if not said:
        raise FormRefused("without-name", "name")
    named = figures_named(content, mapping)
    wrong = sorted(each for each in named if not is_figure(each))
    if wrong:
        raise FormRefused("unknown-figures", names=wrong)
    if not named:
        raise FormRefused("names-nothing")
    ReportForm.objects.filter(name=said, ended_at=None).update(ended_at=now)
    made = ReportForm.objects.create(
        name=said, content=content, sha256=digest(content), mapping=mapping, sent_by=by, sent_at=now
    )
    _record(made, "keep_form", by=by, now=now)
    return made


@transaction.atomic
def end_form(*, form_id: int, by: User, now: datetime) -> ReportForm:
    """Fill a form no longer; raises `NotPermitted`, `ReportRefused`."""
    _check(by)
    form = ReportForm.objects.select_for_update().filter(pk=form_id, ended_at=None).first()
    if form is None:
        raise ReportRefused("no-such-form")
    form.ended_at = now
    form.save(update_fields=["ended_at"])
    _record(form, "end_form", by=by, now=now)
    return form


def may_keep_forms(user: User) -> bool:
    """Say whether somebody keeps the forms: who reports on the whole province."""
    return ReportKind.PROVINCIAL in kinds_for(user)


def _check(by: User) -> None:
    check(by, Permission.MAKE_REPORTS)
    if not may_keep_forms(by):
        raise ReportRefused("kind-not-yours")


def _record(form: ReportForm, command: str, *, by: User, now: datetime) -> None:
    after = {"name": form.name, "sha256": form.sha256, "ended": form.ended_at is not None}
    entry = Entry("report_form", str(form.pk), None, after)
    if command == "keep_form":
        record(actor=by.username, command="keep_form", now=now, entries=[entry])
    else:
        record(actor=by.username, command="end_form", now=now, entries=[entry])
