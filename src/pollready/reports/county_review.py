"""The pack of a county as a document, with what the county answered and who signed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localdate, localtime

from pollready import language as lang
from pollready.assessment.result import Readiness
from pollready.reports.bars import divided_bar, station_parts
from pollready.reports.blocks import (
    Block,
    figure,
    legend_block,
    note,
    section,
    subheading,
    table,
    text,
)
from pollready.reports.content import Cell, Column, Table, bar_cell, sign_cell
from pollready.reports.county_map import Map, draw_map
from pollready.reports.review_words import Data, ItemWords, ReviewWords, tally_of
from pollready.reports.signs import ORDER, SIGNS, sign_picture
from pollready.reports.typesetting import typeset

# The kinds of items in the order of a pack.
KINDS = ("obstacle", "duty", "follow_up", "promise", "contradiction", "decision")


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed a review, when, and the fingerprint of what he signed."""

    name: str
    at: datetime
    signed_hash: str


@dataclass(frozen=True, slots=True)
class _Point:
    """A station of a pack as maps draw it."""

    listing_id: int
    lat: float | None
    lon: float | None
    county_code: str
    readiness: Readiness
    contradicted: bool


def review_pdf(
    pack: Data,
    answers: Mapping[int, tuple[str, str]],
    language: str,
    *,
    pack_hash: str,
    signed: Signed | None,
    now: datetime,
) -> bytes:
    """Typeset a pack with the answers by the numbers of items, each (answer, reason)."""
    content = document_of(pack, answers, language, pack_hash=pack_hash, signed=signed, now=now)
    return typeset("county_review.typ", content, now=now)


def document_of(
    pack: Data,
    answers: Mapping[int, tuple[str, str]],
    language: str,
    *,
    pack_hash: str,
    signed: Signed | None,
    now: datetime,
) -> dict[str, Any]:
    """Build everything that the template lays out."""
    words = ReviewWords(language)
    county = lang.isolate(pack["county"]["name"])
    place = pack["round"]["jurisdiction"]
    title = words.told("document.title", county=pack["county"]["name"])
    return {
        "language": language,
        "direction": lang.direction(language),
        "digits": [lang.digits(str(digit), language) for digit in range(10)],
        "title": title,
        "signs": {name: sign_picture(name) for name in SIGNS},
        "frame": {
            "office": lang.say("report.office", language, jurisdiction=lang.isolate(place))
            if place
            else lang.say("report.office_alone", language),
            "classification": words.classification(pack["class"]),
            "page": lang.say("report.page", language, page="{page}", pages="{pages}"),
            "foot": words.told("document.foot", made=localdate(now)),
        },
        "head": {
            "title": title,
            "round": pack["round"]["name"],
            "status": lang.say("report.status", language, date=date.fromisoformat(pack["as_of"])),
            "number": words.told("document.number", number=pack["number"]),
        },
        "parts": [
            _situation(words, pack, county),
            _causes(words, pack),
            _lessons(words, pack),
            *_items(words, pack, answers),
            _sign_off(words, pack_hash, signed),
        ],
    }


def pack_map(pack: Data, *, width: float, height: float, dot: float, label: float) -> Map | None:
    """Draw the stations of a pack, its districts named; None where none has a place."""
    districts = {district for *_, district in pack["map"]["points"] if district}
    points = [
        _Point(
            number, lat, lon, district if len(districts) > 1 else "",
            Readiness.UNKNOWN if sign == "contradicted" else Readiness(sign),
            sign == "contradicted",
        )
        for number, (lat, lon, sign, district) in enumerate(pack["map"]["points"])
    ]  # fmt: skip
    return draw_map(
        points, {name: name for name in districts}, doubtful=frozenset(), width=width,
        height=height, dot=dot, label=label,
    )  # fmt: skip


def _situation(words: ReviewWords, pack: Data, county: str) -> Block:
    situation = pack["situation"]
    total = tally_of(situation["total"])
    band: Block = {
        "kind": "county",
        "title": county,
        "stations": words.headline(situation["total"]),
        "bar": divided_bar(
            station_parts(total), direction=lang.direction(words.language), width=240
        ),
        "tally": [
            {
                "name": name,
                "text": lang.say(
                    "report.counties.state", words.language,
                    state=_sign_word(words, name), stations=getattr(total, name),
                ),
            }
            for name in ORDER
        ],
        "blocks": [text(words.change(pack))],
    }  # fmt: skip
    kinds = [
        (lang.say(f"console.kind.{kind}", words.language), tally)
        for kind, tally in situation["kinds"].items()
    ]
    districts = [
        (
            lang.isolate(each["name"]) or lang.say("report.no_district", words.language),
            each["tally"],
        )
        for each in situation["districts"]
    ]
    blocks = [band, _tallies(words, words.told("column.kind"), kinds)]
    if len(districts) > 1:
        blocks.append(_tallies(words, words.told("column.district"), districts))
    return section("situation", words.told("part.situation"), [*blocks, *_map(words, pack)])


def _tallies(words: ReviewWords, heading: str, rows: Sequence[tuple[str, Data]]) -> Block:
    columns = [
        Column(heading, "auto"),
        Column(words.told("column.stations"), "auto", "number"),
        Column("", "1fr"),
        *(Column(sign_cell(name, _sign_word(words, name)), "auto", "number") for name in ORDER),
        Column(words.told("column.voters"), "auto", "number"),
    ]
    written: list[list[Cell]] = []
    for name, row in rows:
        tally = tally_of(row)
        bar = divided_bar(station_parts(tally), direction=lang.direction(words.language))
        counts = [words.number(getattr(tally, each)) for each in ORDER]
        written.append(
            [name, words.number(tally.stations), bar_cell(bar), *counts, words.number(tally.voters)]
        )
    return table(Table(columns, written))


def _map(words: ReviewWords, pack: Data) -> list[Block]:
    drawn = pack_map(pack, width=520, height=250, dot=5.0, label=8.5)
    if drawn is None:
        return [note(words.told("map.none"))]
    blocks = [
        subheading(words.told("map.title")),
        figure(drawn.svg, words.told("map.alt", stations=drawn.drawn), height=250),
        legend_block([(name, lang.say(f"report.sign.{name}", words.language)) for name in ORDER]),
    ]
    left_out = pack["map"]["left_out"] + drawn.left_out
    if left_out:
        blocks.append(note(lang.say("report.first.not_on_map", words.language, stations=left_out)))
    return blocks


def _causes(words: ReviewWords, pack: Data) -> Block:
    blocks = [*_cause_table(words, pack["causes"], words.told("causes.none"))]
    if pack["unknowns"]["rows"]:
        blocks.append(subheading(words.told("causes.unknowns")))
        blocks += _cause_table(words, pack["unknowns"], "")
    return section("causes", words.told("part.causes"), blocks)


def _cause_table(words: ReviewWords, causes: Data, empty: str) -> list[Block]:
    columns = [
        Column(words.told("column.cause"), "1.6fr"),
        Column(words.told("column.by_district"), "1fr"),
        Column(words.told("column.owner"), "32mm"),
        Column(words.told("column.stations"), "auto", "number"),
    ]
    rows: list[list[Cell]] = []
    for row in causes["rows"]:
        said = words.cause(row)
        rows.append(
            [said.title, {"soft": said.by_district}, said.owner, words.number(said.stations)]
        )
    blocks: list[Block] = [table(Table(columns, rows, empty))]
    if causes["left_out"]:
        blocks.append(note(words.told("left_out", count=causes["left_out"])))
    return blocks


def _lessons(words: ReviewWords, pack: Data) -> Block:
    blocks: list[Block] = []
    for row in pack["lessons"]:
        said = words.lesson(row)
        blocks.append(subheading(said.title))
        if said.lines:
            blocks.append(note(" ".join(said.lines)))
        if said.lesson:
            blocks.append(text(words.told("lesson.learned", lesson=said.lesson)))
    if pack["lessons_left_out"]:
        blocks.append(note(words.told("left_out", count=pack["lessons_left_out"])))
    if not blocks:
        blocks.append(text(words.told("lesson.none")))
    return section("lessons", words.told("part.lessons"), blocks)


def _items(words: ReviewWords, pack: Data, answers: Mapping[int, tuple[str, str]]) -> list[Block]:
    parts = []
    for kind in KINDS:
        said = [words.item(item) for item in pack["items"] if item["kind"] == kind]
        blocks = [_item_table(words, said, answers, words.told(f"none.{kind}"))]
        if kind in pack["left_out"]:
            blocks.append(note(words.told("left_out", count=pack["left_out"][kind])))
        parts.append(section(kind, words.told(f"part.{kind}"), blocks))
    return parts


def _item_table(
    words: ReviewWords, items: Sequence[ItemWords], answers: Mapping[int, tuple[str, str]],
    empty: str,
) -> Block:  # fmt: skip
    columns = [
        Column(words.told("column.number"), "auto", "number"),
        Column(words.told("column.item"), "1.8fr"),
        Column(words.told("column.owner"), "27mm"),
        Column(words.told("column.due"), "19mm"),
        Column(words.told("column.stations"), "auto", "number"),
        Column(words.told("column.voters"), "auto", "number"),
        Column(words.told("column.answer"), "1fr"),
    ]
    rows: list[list[Cell]] = []
    for item in items:
        answer, reason = answers.get(item.number, ("", ""))
        lines = [words.answer(answer), reason] if reason else [words.answer(answer)]
        told = [item.title, *(part for part in (item.note, item.state) if part)]
        rows.append(
            [
                lang.number(item.number, words.language),
                {"lines": told},
                item.owner,
                _due(words, item),
                words.number(item.stations) if item.stations is not None else "",
                words.number(item.voters) if item.stations is not None else "",
                {"lines": lines},
            ]
        )
    return table(Table(columns, rows, empty))


def _due(words: ReviewWords, item: ItemWords) -> Cell:
    if item.due is None:
        return words.told("no_due") if item.owner else ""
    day = lang.date_short(item.due, words.language)
    return {"lines": [day, words.told("overdue")]} if item.is_overdue else day


def _sign_off(words: ReviewWords, pack_hash: str, signed: Signed | None) -> Block:
    blocks: list[Block] = [note(words.told("document.pack_hash", hash=pack_hash))]
    if signed is None:
        return section("signed", words.told("part.signed"), [text(words.told("signed.not_yet")),
                                                            *blocks])  # fmt: skip
    said = words.told("signed.by", name=signed.name, moment=localtime(signed.at))
    blocks.append(note(words.told("document.signed_hash", hash=signed.signed_hash)))
    return section("signed", words.told("part.signed"), [text(said), *blocks])


def _sign_word(words: ReviewWords, name: str) -> str:
    return lang.say(f"report.column.sign_{name}", words.language)
