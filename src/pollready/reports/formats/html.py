"""A report as one HTML file that stands by itself: no script, nothing fetched, made for print too.

Headings, tables with heads, and pictures with texts are what screen readers go by.
"""

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from pollready.reports.fonts import BUILT_FONTS
from pollready.reports.formats.flow import Content, first_page_of, titles_of

STYLE = Path(__file__).with_name("report.css")


def write_html(content: Content, *, fonts: Path = BUILT_FONTS) -> bytes:
    """Write a report; the same content gives the same bytes."""
    return _Page(content, fonts).written().encode()


@cache
def _style(fonts: Path) -> str:
    face = b64encode((fonts / "vazirmatn.woff2").read_bytes()).decode()
    font = (
        "@font-face{font-family:Vazirmatn;font-weight:100 900;"
        f"src:url(data:font/woff2;base64,{face}) format('woff2')}}"
    )
    return font + STYLE.read_text("utf-8")


class _Page:
    """Writes one report."""

    def __init__(self, content: Content, fonts: Path) -> None:
        self._content, self._fonts = content, fonts
        self._titles = titles_of(content)

    def written(self) -> str:
        content, frame = self._content, self._content["frame"]
        head = content["head"]
        mark = f'<p class="class">{escape(frame["classification"])}</p>'
        body = "".join(
            [
                f'<header class="head"><div class="office">{escape(frame["office"])}</div>{mark}',
                f"<h1>{escape(head['title'])}</h1><p>{escape(head['round'])}</p>",
                f"<p><strong>{escape(head['status'])}</strong> · {escape(head['number'])}</p>",
                "</header><main>",
                *(self._first(*part) for part in first_page_of(content)),
                self._signatures(content.get("signatures", ())),
                *(self._part(part) for part in content["parts"]),
                f"</main><footer>{mark}<p>{escape(frame['foot'])}</p></footer>",
            ]
        )
        return (
            f'<!doctype html><html lang="{content["language"]}" dir="{content["direction"]}">'
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, '
            'initial-scale=1"><meta name="referrer" content="no-referrer">'
            f"<title>{escape(content['title'])}</title><style>{_style(self._fonts)}</style>"
            f"</head><body>{body}</body></html>\n"
        )

    def _first(self, title: str, headline: str, blocks: Sequence[Content]) -> str:
        answer = f'<p class="answer">{escape(headline)}</p>' if headline else ""
        return f"<section><h2>{escape(title)}</h2>{answer}{self._blocks(blocks)}</section>"

    def _part(self, part: Content) -> str:
        label, title = escape(part["label"]), escape(part["title"])
        blocks = self._blocks(part["blocks"])
        return f'<section class="part" id="{label}"><h2>{title}</h2>{blocks}</section>'

    def _blocks(self, blocks: Iterable[Content]) -> str:
        return "".join(self._block(block) for block in blocks)

    def _block(self, block: Content) -> str:
        kind = block["kind"]
        if kind == "table":
            return self._table(block["table"])
        if kind == "figure":
            return self._figure(block)
        if kind == "legend":
            return f'<p class="legend">{self._legend(block["items"])}</p>'
        if kind == "notes":
            lines = "".join(f"<p>{escape(line)}</p>" for line in block["lines"])
            return f'<div class="soft">{lines}</div>'
        if kind == "terms":
            items = "".join(
                f"<div><dt>{escape(each['word'])}</dt><dd>{escape(each['meaning'])}</dd></div>"
                for each in block["items"]
            )
            return f"<dl>{items}</dl>"
        if kind == "county":
            return self._county(block)
        if kind == "see":
            title = escape(self._titles.get(block["see"], ""))
            return f'<p class="soft"><a href="#{escape(block["see"])}">{title}</a></p>'
        tag, name = _TEXTS[kind]
        return f"<{tag}{name}>{escape(block['text'])}</{tag}>"

    def _county(self, county: Content) -> str:
        return (
            f'<section class="county"><h3>{escape(county["title"])} '
            f'<span class="soft">{escape(county["stations"])}</span></h3>'
            f'<p class="legend">{self._legend(county["tally"])}</p>'
            f"{self._blocks(county['blocks'])}</section>"
        )

    def _table(self, table: Content) -> str:
        if not table["rows"]:
            return f'<p class="soft">{escape(table["empty"])}</p>'
        columns = table["columns"]
        heads = "".join(
            f'<th scope="col"{_side(column)}>{self._cell(column["heading"])}</th>'
            if column["heading"] != ""
            else "<td></td>"
            for column in columns
        )
        rows = []
        for index, row in enumerate(table["rows"]):
            kind = "strong" if index in table["strong"] else ""
            kind = kind or ("soft" if index in table["quiet"] else "")
            cells = "".join(
                f"<td{_side(column)}>{self._cell(cell)}</td>"
                for column, cell in zip(columns, row, strict=True)
            )
            rows.append(f'<tr class="{kind}">{cells}</tr>' if kind else f"<tr>{cells}</tr>")
        return (
            '<div class="wide" tabindex="0"><table>'
            f"<thead><tr>{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        )

    def _cell(self, cell: Any) -> str:
        if isinstance(cell, str):
            return escape(cell)
        if "bar" in cell:
            bar = cell["bar"].replace("<svg ", '<svg preserveAspectRatio="none" ', 1)
            return f'<span class="bar" aria-hidden="true">{bar}</span>'
        if "link" in cell:
            return f'<a href="{escape(cell["link"])}">{escape(cell["text"])}</a>'
        if "lines" in cell:
            return "<br>".join(escape(line) for line in cell["lines"])
        if "soft" in cell:
            return f'<span class="soft">{self._cell(cell["soft"])}</span>'
        if "sign" in cell:
            return self._sign(cell["sign"], cell["text"])
        return escape(str(cell.get("text", "")))

    def _sign(self, name: str, words: str) -> str:
        picture = self._content["signs"][name]
        return f'<span class="sign" aria-hidden="true">{picture}</span>{escape(words)}'

    def _legend(self, items: Sequence[Mapping[str, str]]) -> str:
        return " ".join(
            f'<span class="item">{self._sign(item["name"], item["text"])}</span>' for item in items
        )

    def _figure(self, block: Content) -> str:
        if not block["svg"]:
            return f'<p class="soft">{escape(block["empty"])}</p>'
        alt = escape(block["alt"])
        return f'<figure role="img" aria-label="{alt}">{block["svg"]}</figure>'

    def _signatures(self, signatures: Sequence[Mapping[str, str]]) -> str:
        if not signatures:
            return ""
        boxes = "".join(
            f'<div><strong>{escape(each["title"])}</strong> <span class="soft">'
            f"{escape(each['hint'])}</span><br>{escape(each['text'])}</div>"
            for each in signatures
        )
        return f'<div class="signatures">{boxes}</div>'


_TEXTS = {
    "text": ("p", ""),
    "lead": ("p", ' class="answer"'),
    "note": ("p", ' class="soft"'),
    "heading": ("h3", ""),
    "subheading": ("h3", ""),
}


def _side(column: Content) -> str:
    return ' class="number"' if column["align"] == "number" else ""
