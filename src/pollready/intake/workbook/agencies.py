"""The sheet of the responsible agencies and the letters that name their people."""

from pollready.intake.workbook.classification import CLASS
from pollready.intake.workbook.column import Column, ColumnKind, Sheet

AGENCIES = Sheet(
    "agencies",
    (
        Column(
            "code",
            ColumnKind.CODE,
            max_chars=60,
            required=True,
            aliases=("کد دستگاه", "agency code"),
        ),
        Column("name", required=True, width=34, aliases=("نام دستگاه", "agency name", "agency")),
        Column("role", max_chars=60, width=22, aliases=("نقش دستگاه", "agency role")),
        Column("representative", width=22, aliases=("نام نماینده", "نماینده تام‌الاختیار")),
        Column("deputy", width=22, aliases=("جانشین نماینده", "deputy representative")),
        Column(
            "phone_24h", ColumnKind.CODE, max_chars=60, width=16, aliases=("تلفن کشیک", "24h phone")
        ),
        Column(
            "letter_no",
            ColumnKind.CODE,
            max_chars=60,
            width=16,
            aliases=("شماره معرفی‌نامه", "شماره نامه"),
        ),
        Column("letter_date", ColumnKind.DATE, aliases=("تاریخ معرفی‌نامه", "تاریخ نامه")),
        Column(
            "ready_declared",
            ColumnKind.YES_OR_DATE,
            width=16,
            aliases=("اعلام آمادگی کرده", "declaration of readiness"),
        ),
        CLASS,
    ),
    aliases=("دستگاه‌ها", "دستگاه‌های مسئول", "agencies", "responsible agencies"),
)
