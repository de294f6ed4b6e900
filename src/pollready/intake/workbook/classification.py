"""The class of a row, understood on every sheet: what is secret may stand anywhere."""

from pollready.intake.workbook.column import Column, ColumnKind

CLASS = Column(
    "class",
    ColumnKind.CLASSIFICATION,
    choices="classification",
    printed=False,
    aliases=("طبقه‌بندی", "درجه محرمانگی", "class", "classification", "security classification"),
)
