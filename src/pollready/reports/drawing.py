"""Just enough SVG for the report's charts: elements with escaped text, nothing else."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr


def element(tag: str, text: str | None = None, /, **attributes: str | float) -> str:
    """Build one element; `stroke_width=` becomes `stroke-width`, numbers get two decimals.

    >>> element("rect", x=1, width=2.5, fill="#fff")
    '<rect x="1" width="2.50" fill="#fff"/>'
    >>> element("text", "a < b", x=0)
    '<text x="0">a &lt; b</text>'
    """
    written = "".join(
        f" {name.replace('_', '-')}={quoteattr(_value(value))}"
        for name, value in attributes.items()
    )
    return f"<{tag}{written}/>" if text is None else f"<{tag}{written}>{escape(text)}</{tag}>"


def _value(value: str | float) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def picture(width: float, height: float, parts: Iterable[str]) -> str:
    """Put elements on a canvas; one unit is one point."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}pt" height="{height:g}pt"'
        f' viewBox="0 0 {width:g} {height:g}">{"".join(parts)}</svg>'
    )
