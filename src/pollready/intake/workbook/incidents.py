"""The sheet of incidents of earlier rounds and what was learned from them."""

from pollready.intake.workbook.classification import CLASS
from pollready.intake.workbook.column import Column, ColumnKind, Sheet

INCIDENTS = Sheet(
    "incidents",
    (
        Column(
            "election",
            max_chars=120,
            required=True,
            width=26,
            aliases=("دوره انتخابات", "انتخابات", "round"),
        ),
        Column(
            "start", ColumnKind.MOMENT, required=True, width=18, aliases=("زمان شروع", "started")
        ),
        Column("end", ColumnKind.MOMENT, width=18, aliases=("زمان پایان", "ended")),
        Column(
            "place",
            max_chars=300,
            width=24,
            aliases=("شعبه", "محل", "شعبه/محل", "station", "station/place", "where"),
        ),
        Column(
            "kind",
            max_chars=80,
            required=True,
            width=22,
            aliases=("نوع رخداد", "incident kind", "type"),
        ),
        Column("cause", max_chars=300, width=28, aliases=("علت رخداد", "root cause")),
        Column(
            "agency", ColumnKind.CODE, max_chars=60, width=18, aliases=("دستگاه مسئول", "کد دستگاه")
        ),
        Column(
            "stop_min", ColumnKind.COUNT, aliases=("مدت توقف", "توقف (دقیقه)", "minutes stopped")
        ),
        Column("action", max_chars=10000, width=32, aliases=("اقدام انجام‌شده", "action taken")),
        Column(
            "lesson",
            max_chars=10000,
            width=32,
            aliases=("درس آموخته", "درس‌آموخته‌ها", "lesson learned"),
        ),
        Column("confirmed", ColumnKind.YES_NO, width=9, aliases=("تأیید شده", "تایید")),
        CLASS,
    ),
    aliases=("رخدادها", "سوابق رخداد", "حوادث", "incidents", "history"),
)
