"""What the log's entries are about: named, and led to where the viewer may see it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pollready.assessment.cases.queries import cases_for
from pollready.audit.models import AuditBatch, AuditEntry
from pollready.console.corrections.command_words import command_word
from pollready.console.scenario_words import ScenarioWords
from pollready.console.wording import Wording
from pollready.intake.queries import imports_for
from pollready.language import UnknownPhrase, say
from pollready.obstacles.models import CaseEvent
from pollready.people.models import User
from pollready.people.permissions import Permission, may
from pollready.people.scopes import rounds_for
from pollready.planning.queries import declarations_for, plans_for, scenarios_for
from pollready.register.corrections.undoing import UNDO
from pollready.reports.kept.queries import reports_for

Named = Mapping[str, tuple[str, str]]  # by the entry's id: its name, and its address if any


@dataclass(frozen=True, slots=True)
class LogObject:
    """One thing that a command was about."""

    kind: str
    name: str = ""
    url: str = ""
    is_code: bool = False


class LogObjects:
    """Names the objects of entries, each kind read once; what is out of reach has no name."""

    def __init__(
        self, entries: Iterable[AuditEntry], wording: Wording, viewer: User, round_id: int
    ) -> None:
        self._wording, self._viewer, self._round_id = wording, viewer, round_id
        self._by_kind: dict[str, Named] = {}
        told: dict[str, list[AuditEntry]] = {}
        for entry in entries:
            told.setdefault(entry.object_type, []).append(entry)
        for kind, some in told.items():
            if kind in self._readers:
                self._by_kind[kind] = self._readers[kind](self, some)

    def of(self, entry: AuditEntry) -> LogObject:
        """Name what an entry is about: its kind, and which one where the viewer may know."""
        kind = object_word(entry.object_type, self._wording.language)
        name, url = self._by_kind.get(entry.object_type, {}).get(entry.object_id, ("", ""))
        return LogObject(kind, name, url)

    def _cases(self, entries: Sequence[AuditEntry]) -> Named:
        cases = cases_for(self._viewer).filter(pk__in=_keys(entries))
        return {
            str(case.pk): (self._wording.title(case.rule), reverse("case", args=[case.pk]))
            for case in cases
        }

    def _comments(self, entries: Sequence[AuditEntry]) -> Named:
        events = CaseEvent.objects.filter(
            pk__in=_keys(entries), case__in=cases_for(self._viewer)
        ).select_related("case")
        return {
            str(each.pk): (
                self._wording.title(each.case.rule), reverse("case", args=[each.case_id])
            )
            for each in events
        }  # fmt: skip

    def _imports(self, entries: Sequence[AuditEntry]) -> Named:
        found = imports_for(self._viewer).filter(pk__in=_keys(entries))
        return {
            str(each.pk): (each.file_name, reverse("import-stage", args=[each.pk]))
            for each in found
        }

    def _scenarios(self, entries: Sequence[AuditEntry]) -> Named:
        words = ScenarioWords(self._wording)
        found = scenarios_for(self._viewer, self._round_id).filter(pk__in=_keys(entries))
        return {
            str(each.pk): (words.title(each), reverse("scenario", args=[each.pk])) for each in found
        }

    def _plans(self, entries: Sequence[AuditEntry]) -> Named:
        words = ScenarioWords(self._wording)
        found = plans_for(self._viewer, self._round_id).filter(pk__in=_keys(entries))
        return {
            str(each.pk): (
                words.title(each.scenario), reverse("scenario", args=[each.scenario_id])
            )
            for each in found.select_related("scenario")
        }  # fmt: skip

    def _declarations(self, entries: Sequence[AuditEntry]) -> Named:
        found = declarations_for(self._viewer, self._round_id).filter(pk__in=_keys(entries))
        return {
            str(each.pk): (
                self._wording.owner(each.agency.code), reverse("declaration", args=[each.pk])
            )
            for each in found
        }  # fmt: skip

    def _reports(self, entries: Sequence[AuditEntry]) -> Named:
        found = reports_for(self._viewer).filter(pk__in=_keys(entries))
        return {str(each.pk): (each.number, reverse("report", args=[each.pk])) for each in found}

    def _people(self, entries: Sequence[AuditEntry]) -> Named:
        """Name users: no secret to who reads the log, which says who did what."""
        manages = may(self._viewer, Permission.MANAGE_PEOPLE)
        return {
            str(each.pk): (
                each.get_full_name() or each.username,
                reverse("person", args=[each.pk]) if manages else "",
            )
            for each in User.objects.filter(pk__in=_keys(entries))
        }

    def _rounds(self, entries: Sequence[AuditEntry]) -> Named:
        found = {}
        for each in rounds_for(self._viewer):
            found[str(each.pk)] = found[each.code] = (each.name, "")
        return found

    def _exports(self, entries: Sequence[AuditEntry]) -> Named:
        return {each.object_id: (self._list_name(each.object_id), "") for each in entries}

    def _list_name(self, name: str) -> str:
        for key in (f"lists.title.{name}", f"upload.template.{name}_name", f"{name}.title"):
            try:
                return say(key, self._wording.language)
            except UnknownPhrase:
                continue
        return ""

    _readers: Mapping[str, Callable[["LogObjects", Sequence[AuditEntry]], Named]] = {
        "obstacle_case": _cases,
        "case_comment": _comments,
        "import": _imports,
        "scenario": _scenarios,
        "contingency_plan": _plans,
        "declaration": _declarations,
        "report": _reports,
        "user": _people,
        "sign_in_link": _people,
        "second_step": _people,
        "round": _rounds,
        "export": _exports,
    }


def object_word(object_type: str, language: str) -> str:
    """Name a type of object of the log."""
    try:
        return say(f"correct.object.{object_type}", language)
    except UnknownPhrase:
        return object_type.replace("_", " ")


def undone_by(batches: Iterable[AuditBatch], language: str) -> dict[int, str]:
    """Say of each undoing which record it took back, by the key of its batch."""
    undoings = [each.pk for each in batches if each.command == UNDO]
    if not undoings:
        return {}
    told = AuditEntry.objects.filter(batch__in=undoings, object_type="batch")
    return {
        each.batch_id: say(
            "correct.audit.undo_of",
            language,
            number=int(each.object_id),
            command=command_word(str((each.after or {}).get("undone", "")), language),
        )
        for each in told
    }


def _keys(entries: Iterable[AuditEntry]) -> set[Any]:
    return {int(each.object_id) for each in entries if each.object_id.isdecimal()}
