"""The reliability diagram as an SVG of our own: chance given against how often it came."""

from typing import Any

from pollready.language import number, percent

_SIDE, _GAP, _TOP, _LEFT = 190, 80, 74, 60
_BELOW = 104  # a panel: its axis and the heading of the next
_COLUMNS = 3
_WORDS = {
    "en": {
        "title": "Does what is given a chance happen as often?",
        "x": "chance given",
        "y": "share that happened",
        "holds": "90% interval holds {share}",
        "names": {},
    },
    "fa": {
        "title": "آیا رخدادها به همان اندازه‌ای روی می‌دهند که گفته شده است؟",
        "x": "احتمال گفته‌شده",
        "y": "سهم روی‌داده",
        "holds": "بازه ۹۰٪ در {share} موارد درست است",
        "names": {
            "gamma cells": "خانه‌های گاما",
            "lognormal cells, rounds differ": "خانه‌های لگ‌نرمال، دوره‌های متفاوت",
            "strong agencies, small exposure": "اثر دستگاه، مواجهه کم",
            "over-dispersed rounds, large exposure": "دوره‌های پراکنده، مواجهه زیاد",
            "two kinds of cells": "دو گونه خانه",
            "margins alone": "تنها حاشیه‌ها",
            "storms and an outlying place": "توفان و یک مکان پرت",
        },
    },
}


def reliability_drawing(rows: list[dict[str, Any]], language: str) -> str:
    """Draw one panel per mechanism; dots lie on the diagonal where chances are honest."""
    words = _WORDS[language]
    lines = -(-len(rows) // _COLUMNS)
    width = _LEFT + _COLUMNS * (_SIDE + _GAP)
    height = _TOP + lines * (_SIDE + _BELOW)
    panels = []
    for place, row in enumerate(rows):
        x = _LEFT + place % _COLUMNS * (_SIDE + _GAP)
        y = _TOP + place // _COLUMNS * (_SIDE + _BELOW)
        panels.append(_panel(row, words, language, x, y))
    direction = "rtl" if language == "fa" else "ltr"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" direction="{direction}" '
        'font-family="Vazirmatn, sans-serif" font-size="12" fill="#1c2733">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f"{_text(width / 2, 30, str(words['title']), size=17)}{''.join(panels)}</svg>\n"
    )


def _panel(row: dict[str, Any], words: Any, language: str, x: float, y: float) -> str:
    name = words["names"].get(row["mechanism"], row["mechanism"])
    holds = words["holds"].format(share=percent(row["interval_holds"], language, decimals=1))
    parts = [
        _text(x + _SIDE / 2, y - 22, name, size=13),
        _text(x + _SIDE / 2, y - 6, holds, size=11, fill="#5b6b7b"),
        f'<rect x="{x}" y="{y}" width="{_SIDE}" height="{_SIDE}" fill="#f6f8fa" stroke="#c3ccd5"/>',
        f'<line x1="{x}" y1="{y + _SIDE}" x2="{x + _SIDE}" y2="{y}" stroke="#8796a5" '
        'stroke-dasharray="4 4"/>',
        _text(x + _SIDE / 2, y + _SIDE + 34, words["x"], size=11),
        _text(x - 40, y + _SIDE / 2, words["y"], size=11, turned=True),
    ]
    for tick in (0.0, 0.5, 1.0):
        mark = number(tick, language, decimals=1)
        parts.append(_text(x + tick * _SIDE, y + _SIDE + 16, mark, size=10))
        parts.append(_text(x - 14, y + (1 - tick) * _SIDE + 4, mark, size=10))
    most = max(point["cells"] for point in row["reliability"])
    for point in row["reliability"]:
        across, up = x + point["given"] * _SIDE, y + (1 - point["happened"]) * _SIDE
        low, high = (y + (1 - point[end]) * _SIDE for end in ("low", "high"))
        size = 2.5 + 4.5 * (point["cells"] / most) ** 0.5  # the area tells how many cells
        parts.append(
            f'<line x1="{across:.1f}" y1="{low:.1f}" x2="{across:.1f}" y2="{high:.1f}" '
            'stroke="#0b6e8f" stroke-width="1.5"/>'
            f'<circle cx="{across:.1f}" cy="{up:.1f}" r="{size:.1f}" fill="#0b6e8f" '
            'fill-opacity="0.8"/>'
        )
    return "".join(parts)


def _text(
    x: float, y: float, text: str, *, size: int, fill: str = "#1c2733", turned: bool = False
) -> str:
    turn = f' transform="rotate(-90 {x:.1f} {y:.1f})"' if turned else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" '
        f'text-anchor="middle"{turn}>{text}</text>'
    )
