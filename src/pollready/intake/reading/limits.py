"""How much intake takes in: stated, so that a hostile or mistaken file cannot fill the machine."""

from pollready.language import Phrase

FILE_MAX_BYTES = 200 * 1024 * 1024
ROWS_MAX = 1_000_000
COLUMNS_MAX = 500
# Of what a packed file (zip, xlsx, ods) may unpack to, all together and against its size.
UNPACKED_MAX_BYTES = 1024 * 1024 * 1024
UNPACKED_MAX_RATIO = 200
UNPACKED_RATIO_FROM_BYTES = 20 * 1024 * 1024  # small files may pack as well as they like
FILES_MAX = 200  # files in one folder or one archive


class FileTooLarge(ValueError):
    """The file is larger than intake takes in, as it is or once unpacked.

    `what` is one of the phrases `intake.limit`: bytes, files, unpacked, rows, columns, far-cells.
    """

    code = "intake.file-too-large"

    def __init__(self, name: str, what: str, limit: int) -> None:
        shown = limit // (1024 * 1024) if what in ("bytes", "unpacked") else limit
        self.fields = {"name": name, "why": Phrase(f"intake.limit.{what}", {"limit": shown})}
        super().__init__(f"{name}: {what} over {limit}")


class UnreadableFile(ValueError):
    """The file is not what it says it is, or is broken; `form` is a phrase `intake.unreadable`."""

    code = "intake.unreadable-file"

    def __init__(self, name: str, form: str) -> None:
        self.fields = {"name": name, "why": Phrase(f"intake.unreadable.{form}", {})}
        super().__init__(f"{name}: not readable as {form}")


class UnknownForm(ValueError):
    """The file is of a kind that intake does not read; `form` is a phrase `intake.form`."""

    code = "intake.unknown-form"

    def __init__(self, name: str, form: str) -> None:
        self.fields = {"name": name, "form": Phrase(f"intake.form.{form}", {})}
        super().__init__(f"{name}: {form} is not a list")


class NoSuchFile(ValueError):
    """There is nothing at the path."""

    code = "intake.no-such-file"

    def __init__(self, name: str) -> None:
        self.fields = {"name": name}
        super().__init__(name)


class NoAccess(ValueError):
    """The file is there but cannot be read from the disk."""

    code = "intake.no-access"

    def __init__(self, name: str) -> None:
        self.fields = {"name": name}
        super().__init__(name)
