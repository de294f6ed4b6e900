"""Folders that a whole run writes into, checked before anything is read."""

import os
from pathlib import Path


class FolderUnusable(ValueError):
    """Nothing can be written into the folder: it is a file, forbidden, or its disk is full."""

    code = "jobs.folder-unusable"

    def __init__(self, folder: Path) -> None:
        self.fields = {"folder": str(folder)}
        super().__init__(str(folder))


class OutputOverInput(ValueError):
    """The report would be written over, or among, the files that it is made of."""

    code = "jobs.output-over-input"

    def __init__(self, folder: Path) -> None:
        self.fields = {"folder": str(folder)}
        super().__init__(str(folder))


def check_for_unusable_folder(folder: Path) -> None:
    """Check that a folder can be written into, or made; raises `FolderUnusable`."""
    try:
        nearest = next(each for each in (folder, *folder.absolute().parents) if each.exists())
        usable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    except OSError:  # a name too long, a folder that may not be looked into
        usable = False
    if not usable:
        raise FolderUnusable(folder)


def check_for_output_over_input(path: Path, out: Path, names: tuple[str, ...]) -> None:
    """Check that no file of the report falls on what is read; raises `OutputOverInput`."""
    read = path.resolve()
    if out.resolve() == read or any((out / name).resolve() == read for name in names):
        raise OutputOverInput(out)
