"""The sheet of the stops: where a mobile station halts, in which order."""

from pollready.intake.workbook.classification import CLASS
from pollready.intake.workbook.column import Column, ColumnKind, Sheet

STOPS = Sheet(
    "stops",
    (
        Column(
            "code",
            ColumnKind.CODE,
            required=True,
            aliases=("کد شعبه سیار", "کد شعبه", "کد", "شماره شعبه", "station code", "code"),
        ),
        Column("order", ColumnKind.COUNT, width=8, aliases=("ردیف توقف", "شماره توقف", "stop no")),
        Column("place", width=28, aliases=("محل توقف", "نام محل", "stop", "stop name")),
        Column("lat", ColumnKind.LATITUDE, aliases=("عرض جغرافیایی", "latitude", "lat")),
        Column("lon", ColumnKind.LONGITUDE, aliases=("طول جغرافیایی", "longitude", "lng", "lon")),
        Column("arrive", ColumnKind.TIME, width=9, aliases=("ساعت ورود", "arrival", "arrives")),
        Column("leave", ColumnKind.TIME, width=9, aliases=("ساعت خروج", "departure", "leaves")),
        Column(
            "signal_1",
            ColumnKind.CHOICE,
            choices="signal",
            aliases=("آنتن‌دهی اول", "آنتن‌دهی اپراتور اول", "signal 1"),
        ),
        Column(
            "signal_2",
            ColumnKind.CHOICE,
            choices="signal",
            aliases=("آنتن‌دهی دوم", "آنتن‌دهی اپراتور دوم", "signal 2"),
        ),
        CLASS,
    ),
    aliases=("توقف‌ها", "توقف", "مسیر سیار", "stops", "route", "mobile stops"),
)
