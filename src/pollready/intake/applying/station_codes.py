"""Finding the station that another sheet means by its code."""

from collections.abc import Mapping

from pollready.places.models import Listing


class StationCodes:
    """The listed stations of a round by code, also where leading zeros were lost."""

    def __init__(self, listings: Mapping[str, Listing]) -> None:
        self._listings = listings
        self._bare: dict[str, str | None] = {}
        for code in listings:
            if code.isdecimal():
                bare = code.lstrip("0")
                self._bare[bare] = None if bare in self._bare else code

    def find(self, code: str) -> tuple[Listing | None, bool]:
        """Give the listing, and whether zeros had to be put back to find it."""
        if code in self._listings:
            return self._listings[code], False
        padded = self._bare.get(code.lstrip("0")) if code.isdecimal() else None
        return (self._listings[padded], True) if padded else (None, False)

    def all(self) -> Mapping[str, Listing]:
        """Give every listing by its code."""
        return self._listings
