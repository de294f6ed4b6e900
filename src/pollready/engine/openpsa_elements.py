"""Elements of an Open-PSA file with their places; hostile files are refused on the way."""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from pollready.engine.errors import EngineError

MAX_BYTES = 64 << 20
MAX_ELEMENTS = 2_000_000
MAX_DEPTH = 150


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a file is refused, and the name that it is about."""

    kind: str
    name: str

    @property
    def code(self) -> str:
        """Give the key of its sentence."""
        return f"engine.open-psa.{self.kind}"

    @property
    def fields(self) -> dict[str, Any]:
        """Give the values that a message names."""
        return {"name": self.name}


class OpenPsaError(EngineError):
    """An Open-PSA file is refused: the reason, and its place (line and column from 1)."""

    code = "engine.open-psa"

    def __init__(self, kind: str, line: int, column: int, name: str = "") -> None:
        super().__init__(kind, line, column, name)
        self.reason = Reason(kind, name if len(name) <= 200 else f"{name[:200]}…")
        self.line = line
        self.column = column


@dataclass(slots=True)
class Element:
    """One element and where it begins."""

    tag: str
    attributes: dict[str, str]
    line: int
    column: int
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def error(self, reason: str, name: str | None = None) -> OpenPsaError:
        """Make an error of this place."""
        return OpenPsaError(reason, self.line, self.column, self.tag if name is None else name)

    def name(self) -> str:
        """Give the attribute `name`, which must be there."""
        name = self.attributes.get("name", "").strip()
        if not name:
            raise self.error("without-name")
        return name


def elements_of(content: bytes | str) -> Element:
    """Read the elements of a file; raises `OpenPsaError`.

    A declaration of a document type is refused, and with it every entity that could swell.
    """
    raw = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    if len(raw) > MAX_BYTES:
        raise OpenPsaError("too-large", 1, 1, f"{MAX_BYTES >> 20} MB")
    reader = _Reader(expat.ParserCreate("utf-8" if isinstance(content, str) else None))
    try:
        reader.parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise OpenPsaError(
            "not-well-formed", error.lineno, error.offset + 1, expat.ErrorString(error.code) or ""
        ) from None
    except (LookupError, ValueError) as error:  # an encoding nobody knows, a name out of letters
        raise OpenPsaError("not-well-formed", 1, 1, type(error).__name__) from None
    assert reader.root is not None  # expat itself refuses a file without an element
    return reader.root


class _Reader:
    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.StartDoctypeDeclHandler = self.refuse_doctype
        parser.EntityDeclHandler = self.refuse_doctype

    def place(self) -> tuple[int, int]:
        return self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        element = Element(tag, attributes, *self.place())
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            if len(self.open) >= MAX_DEPTH:
                raise element.error("too-deep", f"{MAX_DEPTH}")
            raise element.error("too-many-elements", f"{MAX_ELEMENTS}")
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, tag: str) -> None:
        self.open.pop()

    def characters(self, text: str) -> None:
        self.open[-1].text += text

    def refuse_doctype(self, *declared: object) -> None:
        raise OpenPsaError("document-type", *self.place(), str(declared[0]))
