"""The sheet of the round: one row that says when people vote, and where."""

from pollready.intake.workbook.column import Column, ColumnKind, Sheet

ROUND = Sheet(
    "round",
    (
        Column("name", required=True, width=44, aliases=("نام دوره", "election name")),
        Column(
            "election_date",
            ColumnKind.DATE,
            required=True,
            aliases=("تاریخ انتخابات", "روز رأی‌گیری", "polling day", "date"),
        ),
        Column("opens", ColumnKind.TIME, aliases=("ساعت شروع", "آغاز رأی‌گیری", "opening time")),
        Column("closes", ColumnKind.TIME, aliases=("ساعت پایان", "پایان رأی‌گیری", "closing time")),
        Column(
            "province",
            required=True,
            width=20,
            aliases=("نام استان", "jurisdiction", "region", "state"),
        ),
    ),
    aliases=("دوره", "انتخابات", "election"),
)
