"""A folder of elevation tiles, read as the engine asks for them."""

import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pollready.engine.terrain import (
    Terrain,
    TileKey,
    WrongTileName,
    tile_from_bytes,
    tile_key,
    tile_side,
)

ENDING = ".hgt"


class UnreadableTile(Exception):
    """A tile's file cannot be read from the disk."""

    code = "assessment.unreadable-tile"

    def __init__(self, name: str) -> None:
        self.fields = {"name": name}
        super().__init__(name)


class TileFolder(Mapping[TileKey, NDArray[Any]]):
    """The tiles of a folder by their corner; a file is mapped into memory when first asked for.

    Sent to another process it goes as its paths alone.
    """

    def __init__(self, paths: Mapping[TileKey, Path]) -> None:
        self._paths = dict(paths)
        self._open: dict[TileKey, NDArray[Any]] = {}

    def __getitem__(self, key: TileKey) -> NDArray[Any]:
        if key not in self._open:
            self._open[key] = _mapped(self._paths[key])
        return self._open[key]

    def __iter__(self) -> Iterator[TileKey]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def __reduce__(self) -> tuple[type["TileFolder"], tuple[dict[TileKey, Path]]]:
        return TileFolder, (self._paths,)


def open_terrain(folder: Path | None) -> Terrain | None:
    """Open the tiles (`N38E046.hgt`) of a folder; None where there is no folder or no tile.

    Every file's name and size is looked at first: raises `engine.terrain.WrongTileName` or
    `WrongTileSize`, which name the file, and `UnreadableTile`.
    """
    if folder is None:
        return None
    try:
        if not folder.is_dir():
            return None
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ENDING)
    except OSError:
        raise UnreadableTile(folder.name) from None
    paths = {_key(path): path for path in files}
    return Terrain(TileFolder(paths)) if paths else None


def _key(path: Path) -> TileKey:
    if len(path.stem) != len("N00E000"):
        raise WrongTileName(path.name)
    try:
        tile_side(path.name, path.stat().st_size)
    except OSError:
        raise UnreadableTile(path.name) from None
    return tile_key(path.name)


def _mapped(path: Path) -> NDArray[Any]:
    try:
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError):  # gone, not readable, or emptied meanwhile
        raise UnreadableTile(path.name) from None
    return tile_from_bytes(path.name, memoryview(content))
