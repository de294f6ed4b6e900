"""The sheet of the ledger: what each agency pledged, delivered, tested and deployed."""

from pollready.intake.workbook.classification import CLASS
from pollready.intake.workbook.column import Column, ColumnKind, Sheet

RESOURCES = Sheet(
    "resources",
    (
        Column(
            "agency",
            ColumnKind.CODE,
            max_chars=60,
            required=True,
            width=18,
            aliases=("دستگاه مسئول", "کد دستگاه"),
        ),
        Column(
            "kind",
            max_chars=80,
            required=True,
            width=22,
            aliases=("نوع امکانات", "نوع کالا", "resource kind"),
        ),
        Column("model", max_chars=120, width=18, aliases=("مدل دستگاه",)),
        Column(
            "compatible", max_chars=300, width=24, aliases=("سازگاری", "compatible with", "fits")
        ),
        Column(
            "serials",
            max_chars=10000,
            width=24,
            aliases=("شماره سریال", "سریال‌ها", "serial numbers", "serial"),
        ),
        Column("pledged", ColumnKind.COUNT, width=9, aliases=("تعهد شده", "تعداد تعهد")),
        Column("delivered", ColumnKind.COUNT, width=9, aliases=("تحویل شده", "تعداد تحویل")),
        Column("tested", ColumnKind.COUNT, width=9, aliases=("آزمون شده", "آزمایش شده")),
        Column("deployed", ColumnKind.COUNT, width=9, aliases=("مستقر شده", "استقرار")),
        Column(
            "returned",
            ColumnKind.COUNT,
            width=9,
            aliases=("برگشت", "برگشت داده شده", "returned", "given back"),
        ),
        Column("county", width=16, aliases=("شهرستان انبار", "county of the depot")),
        Column("depot", width=20, aliases=("محل انبار", "warehouse")),
        Column("provisioned", ColumnKind.YES_NO, aliases=("پیکربندی شده", "configured")),
        Column("custodian", width=20, aliases=("تحویل گیرنده", "امانت‌دار")),
        Column(
            "lot",
            ColumnKind.COUNT,
            width=10,
            aliases=("شماره در دفتر", "ledger number", "lot number"),
        ),
        CLASS,
    ),
    aliases=("امکانات", "دفتر امکانات", "resources", "means", "ledger"),
)
