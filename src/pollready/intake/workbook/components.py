"""The sheet of the infrastructure: anything that stations depend on and that can fail."""

from pollready.intake.workbook.column import BATTERY_MOST_H, Column, ColumnKind, Sheet

COMPONENTS = Sheet(
    "components",
    (
        Column(
            "code",
            ColumnKind.CODE,
            max_chars=100,
            required=True,
            aliases=("کد زیرساخت", "component code"),
        ),
        Column(
            "kind",
            ColumnKind.CHOICE,
            required=True,
            choices="component_kind",
            width=20,
            aliases=("نوع زیرساخت", "component kind", "type"),
        ),
        Column("name", max_chars=300, width=34, aliases=("نام زیرساخت", "component name", "title")),
        Column(
            "agency",
            ColumnKind.CODE,
            max_chars=60,
            required=True,
            width=18,
            aliases=("دستگاه مسئول", "کد دستگاه", "مالک", "owner", "operator", "agency code"),
        ),
        Column("county", width=18, aliases=("نام شهرستان", "county name")),
        Column("lat", ColumnKind.LATITUDE, aliases=("عرض جغرافیایی", "latitude", "lat")),
        Column("lon", ColumnKind.LONGITUDE, aliases=("طول جغرافیایی", "longitude", "lng", "lon")),
        Column(
            "depends_on",
            ColumnKind.EXPRESSION,
            max_chars=5000,
            width=30,
            aliases=("وابستگی", "بالادست", "depends on", "upstream"),
        ),
        Column(
            "serves",
            ColumnKind.CODES,
            max_chars=1000000,
            width=40,
            aliases=("شعب", "شعب زیر پوشش", "شعب متصل", "stations served", "serves stations"),
        ),
        Column(
            "battery_h",
            ColumnKind.NUMBER,
            most_h=BATTERY_MOST_H,
            aliases=("باتری", "ساعت باتری", "battery hours", "battery"),
        ),
        Column("generator", ColumnKind.POWER, aliases=("موتور برق", "generator")),
        Column(
            "protection",
            ColumnKind.EXPRESSION,
            max_chars=5000,
            width=26,
            aliases=("مسیر پشتیبان", "مسیر دوم", "protection path", "backup path"),
        ),
        Column(
            "batch",
            ColumnKind.CODE,
            max_chars=100,
            aliases=("سری", "بچ", "batch", "production batch"),
        ),
        Column(
            "class",
            ColumnKind.CLASSIFICATION,
            choices="classification",
            aliases=("طبقه بندی", "سطح طبقه‌بندی", "classification"),
        ),
        Column("source", width=20, aliases=("منبع داده", "source of data")),
        Column(
            "as_of", ColumnKind.DATE, aliases=("تاریخ منبع", "تاریخ داده", "as of", "source date")
        ),
        Column(
            "unavailability",
            ColumnKind.SHARE,
            aliases=("نرخ خرابی", "احتمال خرابی", "q", "unavailability"),
        ),
        Column("mtbf_h", ColumnKind.NUMBER, aliases=("میانگین فاصله خرابی", "mtbf", "mtbf (h)")),
        Column("mttr_h", ColumnKind.NUMBER, aliases=("میانگین زمان تعمیر", "mttr", "mttr (h)")),
        # Understood of centres and links, for the morning surge.
        Column(
            "capacity_per_s",
            ColumnKind.NUMBER,
            printed=False,
            aliases=("ظرفیت در ثانیه", "درخواست در ثانیه", "requests per second", "capacity"),
        ),
        # Understood of mobile sites, for radio estimates.
        Column(
            "mast_height_m",
            ColumnKind.NUMBER,
            printed=False,
            aliases=("ارتفاع دکل", "ارتفاع آنتن", "mast height", "antenna height"),
        ),
        Column("power_dbm", ColumnKind.NUMBER, printed=False, aliases=("توان dbm", "eirp dbm")),
        Column("gain_dbi", ColumnKind.NUMBER, printed=False, aliases=("بهره آنتن", "antenna gain")),
        Column(
            "frequency_mhz",
            ColumnKind.NUMBER,
            printed=False,
            aliases=("فرکانس", "بسامد", "frequency"),
        ),
        # Understood in extracts of mobile cells.
        Column("radio", printed=False, aliases=("radio", "technology")),
        Column("mcc", ColumnKind.COUNT, printed=False, aliases=("mcc",)),
        Column("net", ColumnKind.COUNT, printed=False, aliases=("net", "mnc")),
        Column("area", ColumnKind.COUNT, printed=False, aliases=("area", "lac", "tac")),
        Column("cell", ColumnKind.COUNT, printed=False, aliases=("cell", "cid", "cellid")),
    ),
    aliases=("زیرساخت", "زیرساخت‌ها", "زیرساخت و تجهیزات", "components", "infrastructure"),
)
