"""Rows of a mobile cell extract as components.

One component is one cell: radio, country, network, area and cell number name it. Cells are not
joined into sites: an extract's positions are estimated cell by cell, so which of them stand on
one mast would be a guess, and a wrong one hides a single point of failure.
"""

from pollready.intake.staging.records import Staged


def name_cells(staged: Staged) -> None:
    """Give each cell its code, its kind, and its operator's network as its agency."""
    for record in staged.records("components"):
        values = record.values
        if "cell" not in values or "code" in values:
            continue
        numbers = [str(values.get(name, "")) for name in ("mcc", "net", "area", "cell")]
        radio = str(values.get("radio", "")).upper()
        values["code"] = "-".join([radio, *numbers]).strip("-")
        values.setdefault("name", f"{radio} {'-'.join(numbers[2:])}".strip())
        values.setdefault("kind", "mobile_site")
        values.setdefault("agency", "-".join(numbers[:2]))
