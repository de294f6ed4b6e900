"""The part of a national report that tells what changed since each province's package before."""

from collections.abc import Sequence

from django.utils.timezone import localdate

from pollready import language as lang
from pollready.reports.blocks import Block, note, subheading, table
from pollready.reports.content import Cell, Column, Table
from pollready.reports.national.changes import FIGURES, ProvinceChange
from pollready.reports.national.rolling_up import RollUp
from pollready.reports.national.words import Words

NAMED_MAX = 6


def change_blocks(words: Words, found: RollUp) -> list[Block]:
    """Lay out each province's change; a first package has none to count from."""
    columns = [
        Column(words("national.province"), "1fr"),
        Column(words("national.since"), "auto"),
        *(Column(words(f"trend.{name}"), "auto", "number") for name in FIGURES),
        Column(words("national.new"), "auto", "number"),
        Column(words("national.gone"), "auto", "number"),
    ]
    told = [(each.name, each.change) for each in found.present]
    rows = [_row(words, name, change) for name, change in told]
    blocks = [table(Table(columns, rows, words("national.nothing")))]
    for name, change in told:
        if change is not None and (change.new or change.gone):
            blocks += [subheading(name), *_named(words, change)]
    return blocks


def _row(words: Words, name: str, change: ProvinceChange | None) -> list[Cell]:
    if change is None:
        return [name, words("national.first"), *[""] * (len(FIGURES) + 2)]
    since = lang.date_short(localdate(change.since), words.language)
    figures = (words.signed(change.figures[each]) for each in FIGURES)
    return [name, since, *figures, words.number(len(change.new)), words.number(len(change.gone))]


def _named(words: Words, change: ProvinceChange) -> Sequence[Block]:
    """Name the obstacles that are new, and those that are gone, those of most stations first."""
    blocks = []
    for key, obstacles in (("new_are", change.new), ("gone_are", change.gone)):
        listed = sorted(obstacles.items(), key=lambda each: (-each[1], each[0]))
        named = [
            words("national.at_stations", rule=words.rule(rule), stations=stations)
            for (rule, _), stations in listed[:NAMED_MAX]
        ]
        if len(listed) > NAMED_MAX:
            named.append(words("national.and_more", more=len(listed) - NAMED_MAX))
        if named:
            blocks.append(note(words(f"national.{key}", names=named)))
    return blocks
