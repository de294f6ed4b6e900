"""Handing a plan out as a file, in the format that its form asks."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.http import HttpResponse
from django.utils import timezone
from django.utils.timezone import localdate

from pollready.console.handing_out import to_keep
from pollready.console.kept_plan_forms import PlanExportForm
from pollready.language import file_day

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def plan_file(
    form: PlanExportForm, name: str, language: str, write: Callable[[Path, str, datetime], None]
) -> HttpResponse:
    """Answer with the file that `write` makes of a path, the reason and the moment."""
    now = timezone.now().replace(microsecond=0)
    kind = form.cleaned_data["format"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"plan.{kind}"
        write(path, form.cleaned_data["reason"], now)
        content = path.read_bytes()
    day = file_day(localdate(now), language)
    return to_keep(content, f"{name} {day}.{kind}", TYPES[kind])
