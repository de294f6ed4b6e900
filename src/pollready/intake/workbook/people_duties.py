"""The sheet of the people, what they are named for, and what duty each has."""

from pollready.intake.workbook.classification import CLASS
from pollready.intake.workbook.column import Column, ColumnKind, Sheet

PEOPLE_DUTIES = Sheet(
    "people_duties",
    (
        Column("name", width=24, aliases=("نام و نام خانوادگی", "نام فرد", "full name", "person")),
        Column(
            "role",
            max_chars=80,
            required=True,
            width=22,
            aliases=("سمت/نقش", "عنوان سمت", "position", "post"),
        ),
        Column(
            "scope", max_chars=300, width=22, aliases=("حوزه مسئولیت", "محدوده", "area of work")
        ),
        Column(
            "mobile",
            ColumnKind.CODE,
            max_chars=40,
            width=16,
            aliases=("تلفن همراه", "شماره همراه", "mobile phone"),
        ),
        Column("deputy", width=22, aliases=("نام جانشین", "deputy name")),
        Column("trained", ColumnKind.YES_NO, width=9, aliases=("آموزش دیده", "دوره آموزشی")),
        Column("shift", max_chars=80, width=14, aliases=("نوبت کاری", "نوبت")),
        Column(
            "duty", max_chars=500, width=36, aliases=("وظیفه قانونی", "شرح وظیفه", "legal duty")
        ),
        Column(
            "legal_basis",
            max_chars=300,
            width=26,
            aliases=("مستند قانونی", "مبنای قانونی", "basis in law"),
        ),
        Column(
            "deadline",
            ColumnKind.DEADLINE,
            max_chars=40,
            width=10,
            aliases=("موعد", "مهلت انجام", "due"),
        ),
        Column("evidence", max_chars=300, width=26, aliases=("مدرک انجام", "proof")),
        CLASS,
    ),
    aliases=("افراد و وظایف", "افراد", "وظایف", "people and duties", "people", "duties", "staff"),
)
