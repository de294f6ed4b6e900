"""A station's dependency picture in words and addresses: each box can be walked to, or tried."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pollready.assessment.exploring import Explored
from pollready.assessment.picturing import (
    DEPTH_DEFAULT,
    DEPTH_MAX,
    Box,
    Drawing,
    Sort,
    State,
    Trial,
    draw,
    own_top,
    station_cone,
)
from pollready.console.explore_words import Things
from pollready.console.links import named_url
from pollready.console.needs import private_part
from pollready.console.picture_layout import Layout, Line, Place, lay_out
from pollready.engine.cone import Cone
from pollready.language import say
from pollready.register.veil import masked

TRIED_MAX = 40
LINE_MAX = 20  # letters of a line in a box
# What the picture is drawn for: a service and a level.
LEVELS = ("admit.online", "admit.offline", "close.electronic")


@dataclass(frozen=True, slots=True)
class PictureAsked:
    """What an address asks of a picture."""

    level: str
    duration: str
    depth: int
    root: str  # token of the box that stands on top; empty for the station
    failed: tuple[str, ...]
    repaired: tuple[str, ...]

    @property
    def is_trial(self) -> bool:
        """Whether anything is tried."""
        return bool(self.failed or self.repaired)


@dataclass(frozen=True, slots=True)
class BoxInWords:
    """A box as it is drawn."""

    box: Box
    place: Place
    lines: Sequence[str]
    code: str
    label: str  # all of it in one sentence
    walk: str  # address with this box on top
    toggle: str  # address with its failure, or its repair, tried or taken back
    toggle_label: str
    page: str  # its own page

    @property
    def word_y(self) -> int:
        """Where the first line stands."""
        if len(self.lines) > 1:
            return 22 if self.code else 34
        return 30 if self.code else 42

    @property
    def second_y(self) -> int:
        """Where the second line stands."""
        return self.word_y + 18


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line between two boxes, and how what it leads to stands."""

    line: Line
    state: State


@dataclass(frozen=True, slots=True)
class SinglePoint:
    """A single point of failure in words: where it is drawn, or how to walk to it."""

    words: str
    code: str
    box: str  # its place in the drawing; empty where it lies deeper than is drawn
    walk: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a station, or of a component that it needs."""

    boxes: Sequence[BoxInWords]
    lines: Sequence[DrawnLine]
    width: float
    height: float
    title: str
    deeper: str
    shallower: str
    station: str  # address with the station on top again
    cleared: str  # address without any trial
    asked: PictureAsked
    tried: Sequence[tuple[str, str]]  # words of what is tried, and the address without it
    singles: Sequence[SinglePoint]


class UnknownBox(Exception):
    """An address names a box that this station does not rest on, or that is hidden."""

    code = "explore.no-box"

    def __init__(self, token: str) -> None:
        self.fields: dict[str, object] = {"code": token[:100]}
        super().__init__(token)


def read_picture_asked(
    query: Mapping[str, str], lists: Mapping[str, Sequence[str]]
) -> PictureAsked:
    """Read an address; what is out of range is the nearest that is in it."""
    level, duration, depth = query.get("level", ""), query.get("t", ""), query.get("depth", "")
    number = int(depth) if depth.isdecimal() and len(depth) < 3 else DEPTH_DEFAULT
    return PictureAsked(
        level=level if level in LEVELS else LEVELS[0],
        duration=duration if duration in ("service", "generator") else "service",
        depth=min(max(number, 0), DEPTH_MAX),
        root=query.get("root", ""),
        failed=tuple(dict.fromkeys(lists.get("fail", ())))[:TRIED_MAX],
        repaired=tuple(dict.fromkeys(lists.get("fix", ())))[:TRIED_MAX],
    )


class Drawer:
    """Draws for one viewer what a station of a network needs."""

    def __init__(
        self, explored: Explored, things: Things, *, listing: int, name: str, asked: PictureAsked
    ) -> None:
        self.explored, self.things, self.name, self.asked = explored, things, name, asked
        self.language = things.language
        point = int(explored.points[explored.position[listing]])
        self.point = point
        self.cone: Cone = station_cone(explored, point)
        network = explored.network
        self.codes = {number: network.element_ids[number] for number in self.cone.elements()}
        self.numbers = {code: number for number, code in self.codes.items()}
        self.tokens = {self.token(code): code for code in self.numbers}
        self.said = things.say(code for code in self.numbers if code in explored.things)

    def token(self, code: str) -> str:
        """Give what stands for an element in an address; parts may name what is hidden."""
        return self.things.veil.code(code) if code in self.explored.things else masked(code)

    def elements(self, tokens: Iterable[str]) -> dict[str, int]:
        """Find the elements that tokens stand for; raises `UnknownBox`."""
        found = {}
        for token in tokens:
            code = self.tokens.get(token)
            if code is None:
                raise UnknownBox(token)
            found[token] = self.numbers[code]
        return found

    def trial(self) -> Trial:
        """Give what the address tries; raises `UnknownBox`."""
        return Trial(
            frozenset(self.elements(self.asked.failed).values()),
            frozenset(self.elements(self.asked.repaired).values()),
            self.explored.durations[self.asked.duration],
        )

    def drawn(self, *, rings: bool, may_try: bool) -> Picture | None:
        """Draw it; None where the station does not have the service. Raises `UnknownBox`."""
        trial = self.trial()
        service, _, level = self.asked.level.partition(".")
        top = own_top(self.explored.network, self.point, service, level)
        if top < 0:
            return None
        singles = frozenset(self.cone.single_points(top, trial.duration_h) if rings else ())
        is_station = not self.asked.root
        if not is_station:
            number = self.elements([self.asked.root])[self.asked.root]
            top = self.top_of(number)
        drawing = draw(
            self.cone, top, trial, depth=self.asked.depth, singles=singles, is_station=is_station
        )
        layout = lay_out(drawing, mirrored=self.language == "fa")
        return self.said_of(drawing, layout, singles, may_try=may_try)

    def top_of(self, number: int) -> int:
        """Give the node of an element: a component's own, or any hit of a group."""
        network = self.explored.network
        if number < len(network.component_ids):
            return int(network.component_node[number])
        places = [n for n, each in enumerate(self.cone.element.tolist()) if each == number]
        return int(self.cone.nodes[places[0]])

    def said_of(
        self, drawing: Drawing, layout: Layout, singles: frozenset[int], *, may_try: bool
    ) -> Picture:
        """Say everything of a drawing that is laid out."""
        boxes = [self.box(box, layout.places[box.key], may_try=may_try) for box in drawing]
        lines = [DrawnLine(line, drawing.boxes[line.lower].state) for line in layout.lines]
        has_folds = any(box.folded for box in drawing)
        asked = self.asked
        tried = [
            (self.tried_words(token, phrase), self.address(**{name: _less(all_, token)}))
            for name, all_, phrase in (
                ("fail", asked.failed, "explore.picture.tried_failed"),
                ("fix", asked.repaired, "explore.picture.tried_repaired"),
            )
            for token in all_
        ]
        return Picture(
            boxes=boxes,
            lines=lines,
            width=layout.width,
            height=layout.height,
            title=say("explore.picture.alt", self.language, name=self.name, boxes=len(boxes)),
            deeper=self.address(depth=asked.depth + 1) if has_folds else "",
            shallower=self.address(depth=asked.depth - 1) if asked.depth > 0 else "",
            station=self.address(root="") if asked.root else "",
            cleared=self.address(fail=(), fix=()) if asked.is_trial else "",
            asked=asked,
            tried=tried,
            singles=self.single_points(drawing, singles),
        )

    def single_points(self, drawing: Drawing, singles: frozenset[int]) -> list[SinglePoint]:
        """List what alone takes the level from the station, what is drawn first, then by name."""
        drawn: dict[str, int] = {}
        for box in drawing:
            if box.code:
                drawn.setdefault(box.code, box.key)
        found = []
        for code in (self.codes[number] for number in singles):
            kind, name, shown = self.naming(code)
            place = f"{drawn[code]}" if code in drawn else ""
            walk = self.address(root=self.token(code), depth=DEPTH_DEFAULT)
            found.append(SinglePoint(name or kind, shown, place, walk))
        return sorted(found, key=lambda each: (not each.box, each.words, each.code))

    def tried_words(self, token: str, phrase: str) -> str:
        kind, name, code = self.naming(self.tokens[token])
        return say(phrase, self.language, thing=" ".join(filter(None, (name or kind, code))))

    def box(self, box: Box, place: Place, *, may_try: bool) -> BoxInWords:
        """Say a box: its lines, its whole sentence, and where it leads."""
        if box.sort is Sort.STATION:
            kind, name, code = say("explore.picture.station", self.language), self.name, ""
        elif box.code:
            kind, name, code = self.naming(box.code)
        else:
            kind, name, code = self.joint(box), "", ""
        token = self.token(box.code) if box.code else ""
        toggle, toggle_label = self.toggle(box, token) if may_try and token else ("", "")
        state = say(f"explore.picture.state.{self.state_of(box)}", self.language)
        parts = [kind, name, code, state]
        if box.is_single:
            parts.append(say("explore.picture.single", self.language))
        if box.folded:
            parts.append(say("explore.picture.folded", self.language, things=box.folded))
        comma = say("console.list_comma", self.language)
        page = ""
        if box.code in self.explored.things:
            page = self.component_page(box.code)
        return BoxInWords(
            box=box,
            place=place,
            lines=_wrapped(name) if name else _wrapped(kind),
            code=_cut(code),
            label=comma.join(filter(None, parts)),
            walk=self.address(root=token, depth=DEPTH_DEFAULT) if token else "",
            toggle=toggle,
            toggle_label=toggle_label,
            page=page,
        )

    def component_page(self, code: str) -> str:
        """Give the address of a component's own page, where there is such a page."""
        key = self.things.key_of(code)
        return named_url("component", key) if key else ""

    def state_of(self, box: Box) -> str:
        if box.is_failed:
            return "failed"
        if box.is_repaired:
            return "repaired"
        if box.is_unknown and box.state is State.UNKNOWN:
            return "not_recorded"
        return box.state.value

    def toggle(self, box: Box, token: str) -> tuple[str, str]:
        """Give the address at which a box fails, or works again, and what that is called."""
        asked = self.asked
        name = " ".join(filter(None, self.naming(box.code)))
        if box.is_failed:
            return self.address(fail=_less(asked.failed, token)), self._called("undo", name)
        if box.is_repaired:
            return self.address(fix=_less(asked.repaired, token)), self._called("undo", name)
        if box.is_unknown:
            return self.address(fix=(*asked.repaired, token)), self._called("repair", name)
        return self.address(fail=(*asked.failed, token)), self._called("fail", name)

    def _called(self, verb: str, name: str) -> str:
        return say(f"explore.picture.{verb}", self.language, name=name)

    def naming(self, code: str) -> tuple[str, str, str]:
        """Give kind, name and code of an element as this viewer may see them."""
        said = self.said.get(code)
        if said is not None:
            return said.kind, said.name, said.shown
        words, hidden = private_part(code, self.language)
        return words, "", self.things.veil.code(hidden) if hidden else ""

    def joint(self, box: Box) -> str:
        """Say a joint: all, any, k of n, or for how many hours."""
        hours = int(box.hours) if box.hours == int(box.hours) else box.hours
        return say(
            f"explore.picture.joint.{box.sort}",
            self.language,
            k=box.k,
            n=len(box.children),
            hours=hours,
        )

    def address(self, **changes: object) -> str:
        """Write the address of this picture with some of it changed."""
        asked = self.asked
        values: dict[str, object] = {
            "level": asked.level,
            "t": asked.duration,
            "depth": asked.depth,
            "root": asked.root,
            "fail": asked.failed,
            "fix": asked.repaired,
        } | changes
        pairs = [(name, each) for name, value in values.items() for each in _each(value)]
        return f"?{urlencode([(name, each) for name, each in pairs if each != ''])}"


def _each(value: object) -> Sequence[object]:
    return value if isinstance(value, tuple) else (value,)


def _less(tokens: tuple[str, ...], token: str) -> tuple[str, ...]:
    return tuple(each for each in tokens if each != token)


def _wrapped(text: str) -> list[str]:
    """Break a text into at most two lines that a box takes."""
    first: list[str] = []
    rest = text.split()
    while rest and len(" ".join([*first, rest[0]])) <= LINE_MAX:
        first.append(rest.pop(0))
    if not first:
        return [_cut(text)]
    return [" ".join(first), _cut(" ".join(rest))] if rest else [" ".join(first)]


def _cut(text: str) -> str:
    return text if len(text) <= LINE_MAX else f"{text[: LINE_MAX - 1]}…"
