"""Packing parts so that the same parts and time give the same bytes."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def zipped(parts: Mapping[str, str | bytes], now: datetime) -> bytes:
    """Pack parts in their order, all stamped with one time."""
    stamp = now.timetuple()[:6]
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            entry = ZipInfo(name, date_time=(max(stamp[0], 1980), *stamp[1:]))
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, text)
    return file.getvalue()
