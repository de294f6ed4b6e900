"""The form by which tables of a page leave the console."""

from pollready.console.kept_plan_forms import PlanExportForm
from pollready.reports.table_file import FORMATS


class TableExportForm(PlanExportForm):
    """In which format, and why."""

    formats = FORMATS
    words = "lists.tables"
