"""The national report: the packages that were held by a moment, side by side, kept like others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.timezone import localdate

from pollready import language as lang
from pollready.audit.classification import Classification
from pollready.places.models import ElectionRound
from pollready.reports.blocks import Block, note, section, table, text
from pollready.reports.content import Cell, Column, Table
from pollready.reports.formats.docx.layout import write_docx
from pollready.reports.formats.html import write_html
from pollready.reports.kept.data import FORMAT, canonical, digest
from pollready.reports.national.changed_words import change_blocks
from pollready.reports.national.models import Package
from pollready.reports.national.rolling_up import RollUp, roll_up
from pollready.reports.national.words import Words
from pollready.reports.signs import SIGNS, sign_picture
from pollready.reports.typesetting import typeset

_SHOWN = ("stations", "ready", "not_ready", "unknown", "contradicted", "voters")
CAUSES_MAX = 40


def held_by(round_id: int, moment: datetime, classification: int) -> list[Package]:
    """Give the packages of a round that had come by a moment, up to a class, newest first."""
    packages = Package.objects.filter(
        round=round_id, received_at__lte=moment, classification__lte=classification
    )
    return list(packages.select_related("key"))


@dataclass(frozen=True)
class NationalInputs:
    """All that a national report follows from: what the log held, and these packages."""

    round_id: int
    moment: datetime
    batch: int
    batch_hash: str
    as_of: date
    packages: Sequence[Package]


@dataclass(frozen=True)
class NationalMade:
    """A national report's data, from which its files are written."""

    inputs: NationalInputs
    round: ElectionRound

    @cached_property
    def found(self) -> RollUp:
        """The provinces side by side."""
        return roll_up(self.inputs.packages, now=self.inputs.moment)

    @property
    def classification(self) -> int:
        """The highest class of the packages that stand."""
        return max(
            (each.package.classification for each in self.found.present if each.package),
            default=int(Classification.NORMAL),
        )

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the report says; of shared components their kind alone, which is no name."""
        found, inputs = self.found, self.inputs
        severities = ("severe", "moderate", "minor", "unknown")
        return {
            "format": FORMAT,
            "kind": "national",
            "as_of": inputs.moment.isoformat(),
            "as_of_date": inputs.as_of.isoformat(),
            "inputs": {
                "batch": inputs.batch,
                "batch_hash": inputs.batch_hash,
                "packages": {
                    each.name: each.package.sha256 for each in found.present if each.package
                },
                "before": {each.name: each.before.sha256 for each in found.present if each.before},
            },
            "figures": {
                **found.sums,
                "causes": {
                    name: sum(row["causes"] for row in found.causes if row["severity"] == name)
                    for name in severities
                },
            },
            "provinces": [
                {
                    "name": each.name,
                    "as_of": each.package.as_of.isoformat() if each.package else None,
                    "figures": each.figures,
                }
                for each in found.provinces
            ],
            "changes": {
                each.name: change.as_data()
                for each in found.present
                if (change := each.change) is not None
            },
            "missing": found.missing,
            "causes": list(found.causes),
            "means": list(found.means),
            "disagreements": [
                {"kind": each.kind, "says": [[name, state] for name, state, _ in each.says]}
                for each in found.disagreements
            ],
        }

    @cached_property
    def content(self) -> bytes:
        """The data in their canonical form."""
        return canonical(self.data)

    def number(self, language: str) -> str:
        """Number the report by day and data, in plain Latin digits."""
        day = lang.latin_digits(lang.date_short(self.inputs.as_of, language))
        plain = "".join(letter for letter in day if letter.isdecimal())
        return f"{plain}-{int(digest(self.content)[:8], 16) % 100_000:05d}"

    def files(
        self, *, language: str, now: datetime, prepared_by: str, address: str, forms: Any = None
    ) -> dict[str, bytes]:
        """Write the files of the report."""
        content = self.document(language=language, now=now)
        return {
            "report.pdf": typeset("national.typ", content, now=now),
            "report.docx": write_docx(content, now=now),
            "report.html": write_html(content),
            "data.json": self.content,
        }

    def document(self, *, language: str, now: datetime) -> dict[str, Any]:
        """Build what every format lays out."""
        words = Words(language)
        title = words("title.national")
        number = lang.isolate(lang.digits(self.number(language), language))
        say = words.report
        made = lang.date_short(localdate(now), language)
        short = lang.date_short(self.inputs.as_of, language)
        return {
            "language": language,
            "direction": lang.direction(language),
            "digits": [lang.digits(str(digit), language) for digit in range(10)],
            "title": f"{title} — {self.round.name}",
            "signs": {name: sign_picture(name) for name in SIGNS},
            "frame": {
                "office": say("office_alone"),
                "classification": say(f"class.{Classification(self.classification).label}"),
                "page": say("page", page="{page}", pages="{pages}"),
                "foot": say("foot", number=number, date=short, made=made),
            },
            "head": {
                "title": title,
                "round": say("round_alone", round=lang.isolate(self.round.name))
                if self.round.election_date is None
                else say(
                    "round_and_date",
                    round=lang.isolate(self.round.name),
                    date=self.round.election_date,
                ),
                "status": say("status", date=lang.date_text(self.inputs.as_of, language)),
                "number": say("number", number=number),
            },
            "parts": self._parts(words),
        }

    def _parts(self, words: Words) -> list[dict[str, Any]]:
        found = self.found
        lines: list[Block] = [
            text(words("national.missing", names=found.missing))
            if found.missing
            else text(words("national.no_missing"))
        ]
        if found.without_voters:
            lines.append(note(words("national.without_voters", count=found.without_voters)))
        disagreements: list[list[Cell]] = [
            [words.kind(each.kind), words.says(each.says)] for each in found.disagreements
        ]
        inputs = words(
            "inputs.text",
            moment=self.inputs.moment,
            batch=self.inputs.batch,
            hash=lang.isolate(self.inputs.batch_hash[:16] or "0"),
        )
        return [
            section(
                "provinces",
                words("national.sum", known=len(found.present), all=len(found.provinces)),
                [*lines, table(self._provinces(words))],
            ),
            section("changes", words("national.changes"), change_blocks(words, self.found)),
            section(
                "disagreements",
                words("national.disagreements"),
                [
                    note(words("national.disagreements_note")),
                    table(
                        Table(
                            [Column(words("national.component"), "auto"),
                             Column(words("national.says"), "1fr")],
                            disagreements,
                            words("national.no_disagreements"),
                        )
                    ),
                ],
            ),
            section("causes", words("national.causes"), [table(self._causes(words))]),
            section("means", words("national.means"), [table(self._means(words))]),
            section("inputs", words("inputs.title"), [text(inputs), note(words("inputs.again"))]),
        ]  # fmt: skip

    def _provinces(self, words: Words) -> Table:
        columns = [
            Column(words("national.province"), "1fr"),
            Column(words("national.as_of"), "auto"),
            *(Column(words(f"trend.{name}"), "auto", "number") for name in _SHOWN),
        ]
        rows: list[list[Cell]] = []
        for each in self.found.provinces:
            told = each.figures or {}
            moment = each.package.as_of if each.package else None
            when = (
                lang.datetime_text(moment, words.language) if moment else words("national.nothing")
            )
            rows.append([each.name, when, *(words.number(told.get(name)) for name in _SHOWN)])
        known, every = len(self.found.present), len(self.found.provinces)
        total = words("national.sum", known=known, all=every)
        rows.append([total, "", *(words.number(self.found.sums[name]) for name in _SHOWN)])
        return Table(columns, rows, strong=(len(rows) - 1,))

    def _causes(self, words: Words) -> Table:
        columns = [
            Column(words("moves.cause"), "1fr"),
            Column(words.report("column.severity"), "auto"),
            *(
                Column(words(name), "auto", "number")
                for name in ("national.causes_count", "national.provinces", "trend.stations")
            ),
        ]
        rows: list[list[Cell]] = [
            [
                words.rule(row["rule"]),
                words.report(f"severity.{row['severity']}"),
                words.number(row["causes"]),
                words.number(row["provinces"]),
                words.number(row["stations"]),
            ]
            for row in self.found.causes[:CAUSES_MAX]
        ]
        return Table(columns, rows, words.report("first.no_causes"))

    def _means(self, words: Words) -> Table:
        names = ("pledged", "delivered", "shortfall")
        columns = [
            Column(words.report("column.means"), "1fr"),
            *(Column(words.report(f"column.{name}"), "auto", "number") for name in names),
            Column(words("national.means_unknown"), "auto", "number"),
        ]
        rows: list[list[Cell]] = [
            [
                words.kind(row["kind"]),
                *(words.number(row[name]) for name in names),
                words.number(row["unknown"]),
            ]
            for row in self.found.means
        ]
        return Table(columns, rows, words.report("first.no_commitments"))
