"""Where the list behind a figure is found in the console, once its address is set."""

from dataclasses import dataclass
from urllib.parse import urlencode

from pollready.reports.content import Cell


@dataclass(frozen=True, slots=True)
class Links:
    """Makes cells lead to the console; without an address they stay plain text.

    `scope` are the filters that every list of this report has: a county, an agency.
    """

    address: str = ""  # of the console, such as https://pollready.example
    scope: tuple[tuple[str, str], ...] = ()

    def stations(self, text: str, **filters: str) -> Cell:
        """Lead to the list of stations with these filters."""
        return self._link(text, "stations/", filters)

    def causes(self, text: str, **filters: str) -> Cell:
        """Lead to the board of obstacles with these filters."""
        return self._link(text, "causes/", filters, scoped=False)

    def page(self, text: str, path: str) -> Cell:
        """Lead to any page."""
        return self._link(text, path, {}, scoped=False)

    def _link(self, text: str, path: str, filters: dict[str, str], *, scoped: bool = True) -> Cell:
        if not self.address:
            return text
        asked = {**(dict(self.scope) if scoped else {}), **filters}
        query = f"?{urlencode(asked)}" if asked else ""
        return {"link": f"{self.address.rstrip('/')}/{path}{query}", "text": text}


NO_LINKS = Links()
