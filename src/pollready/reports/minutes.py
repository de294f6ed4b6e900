"""Minutes as a document: the same blocks for the PDF, and for the DOCX that can be edited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from pollready import language as lang
from pollready.committee.meetings.minutes import ADDENDUM_FORM
from pollready.reports.blocks import Block, note, section, subheading, table, text
from pollready.reports.content import Column, Table
from pollready.reports.formats.docx.layout import write_minutes
from pollready.reports.formats.docx.reading import read_texts
from pollready.reports.minutes_words import MeetingWords
from pollready.reports.signs import SIGNS, sign_picture
from pollready.reports.typesetting import typeset

Content = Mapping[str, Any]


def minutes_pdf(signed: Content, language: str, *, now: datetime) -> bytes:
    """Typeset what is frozen, or is to be: content, its hash, and who signed."""
    made = now.replace(microsecond=0)  # a PDF knows no parts of a second
    return typeset("minutes.typ", document_of(signed, language, now=made), now=made)


def minutes_docx(signed: Content, language: str, *, now: datetime) -> bytes:
    """Write the same as a DOCX in which records and decisions can be edited."""
    return write_minutes(document_of(signed, language, now=now), now=now)


def texts_of_docx(content: bytes) -> dict[str, str]:
    """Give the records and decisions of a DOCX that came back, by their tags.

    Raises `DocxRefused`.
    """
    hints = {MeetingWords(language).tell("document.no_record") for language in lang.LANGUAGES}
    return read_texts(content, hints=hints)


def document_of(signed: Content, language: str, *, now: datetime) -> dict[str, Any]:
    """Build everything that the template lays out."""
    words = MeetingWords(language)
    content = signed["content"]
    is_addendum = content["form"] == ADDENDUM_FORM
    meeting = content["meeting"]
    key = "document.addendum" if is_addendum else "document.title"
    title = words.tell(key, number=content.get("number", 0))
    place = meeting["jurisdiction"]
    signatures = _signatures(words, signed)
    parts = [_addendum(words, content)] if is_addendum else _minutes(words, content)
    return {
        "language": language,
        "direction": lang.direction(language),
        "digits": [lang.digits(str(digit), language) for digit in range(10)],
        "title": f"{title} — {meeting['title']}",
        "signs": {name: sign_picture(name) for name in SIGNS},
        "frame": {
            "office": lang.say("report.office", language, jurisdiction=lang.isolate(place))
            if place
            else lang.say("report.office_alone", language),
            "classification": words.classification(meeting["class"]),
            "page": lang.say("report.page", language, page="{page}", pages="{pages}"),
            "foot": words.tell("document.foot", made=localdate(now)),
        },
        "head": {
            "title": title,
            "round": meeting["title"],
            "status": words.moment(meeting["starts_at"]),
            "number": words.tell(f"kind.{meeting['kind']}"),
        },
        "parts": [*parts, signatures],
    }


def _minutes(words: MeetingWords, content: Content) -> list[Block]:
    meeting = content["meeting"]
    facts = [
        (words.tell("field.round"), meeting["round"]),
        (words.tell("field.starts_at"), words.moment(meeting["starts_at"])),
        (words.tell("field.venue"), meeting["venue"] or words.tell("not_said")),
        (words.tell("document.held"), words.tell(
            "document.from_to", start=words.moment(meeting["opened_at"]),
            end=words.moment(meeting["closed_at"]),
        )),
        (words.tell("document.as_of"), words.day(content["as_of"])),
    ]  # fmt: skip
    if meeting["county"]:
        facts.insert(1, (words.tell("field.county"), meeting["county"]))
    head = section("meeting", words.tell("document.meeting"), [_pairs(words, facts)])
    items = [_item(words, meeting["id"], item) for item in content["items"]]
    return [head, _attendance(words, content), *items]


def _attendance(words: MeetingWords, content: Content) -> Block:
    rows = [
        [each["name"], words.member(each), words.presence(each["present"])]
        for each in content["members"]
    ]
    columns = [
        Column(words.tell("document.member"), "1fr"),
        Column(words.tell("document.post"), "1fr"),
        Column(words.tell("document.presence"), "auto"),
    ]
    quorum = content["quorum"]
    reached = "reached" if quorum["reached"] else "missed"
    said = words.tell(f"quorum.{reached}", present=quorum["present"], needed=quorum["needed"])
    blocks = [table(Table(columns, rows, empty=words.tell("document.nobody_invited"))), text(said)]
    return section("attendance", words.tell("document.attendance"), blocks)


def _item(words: MeetingWords, meeting_id: int, item: Content) -> Block:
    number = lang.number(item["number"], words.language)
    blocks: list[Block] = []
    if why := words.why(item):
        blocks.append(note(why))
    facts = words.facts(item["facts"])
    if facts:
        blocks += [subheading(words.tell("document.evidence")), _pairs(words, facts)]
    blocks.append(subheading(words.tell("document.record")))
    blocks.append(
        _editable(item["record"], f"{meeting_id}:record:{item['id']}:{item['version']}",
                  words.tell("document.no_record"))
    )  # fmt: skip
    if item["views"]:
        blocks.append(subheading(words.tell("document.views")))
        blocks += [_said(words, each) for each in item["views"]]
    if item["suggestions"]:
        blocks.append(subheading(words.tell("document.suggestions")))
        for each in item["suggestions"]:
            blocks += _suggestion(words, each)
    if item["decisions"]:
        blocks.append(subheading(words.tell("document.decisions")))
        for each in item["decisions"]:
            blocks += _decision(words, meeting_id, each)
    title = words.tell("document.item", number=number, title=words.title(item))
    return section(f"item-{item['number']}", title, blocks)


def _who(words: MeetingWords, said: Content) -> str:
    what = words.member(said)
    name = lang.isolate(said["by"])
    return f"{name} ({lang.isolate(what)}):" if what else f"{name}:"


def _said(words: MeetingWords, said: Content) -> Block:
    """Write who said what; his words keep their own direction beside his name."""
    return text(f"{_who(words, said)} {lang.isolate(said['text'])}")


def _suggestion(words: MeetingWords, said: Content) -> list[Block]:
    blocks = [_said(words, said)]
    lines = [words.change(row) for row in said["changes"]]
    if said["effect"]:
        lines += words.effect(said["effect"], said["effect_date"])
    if lines:
        blocks.append(note(" ".join(lines)))
    answer = words.tell(f"answer.{said['state']}") + "."
    if said["reason"]:
        answer += " " + words.tell("answer.because", reason=said["reason"])
    blocks.append(note(answer))
    return blocks


def _decision(words: MeetingWords, meeting_id: int, said: Content) -> list[Block]:
    tag = f"{meeting_id}:decision:{said['id']}:{said['version']}"
    facts = [
        (words.tell("field.owner"), words.owner(said["agency"] or said["office"])),
        (words.tell("field.due_date"), words.day(said["due_date"])),
    ]
    if said["legal_ground"]:
        facts.append((words.tell("field.legal_ground"), said["legal_ground"]))
    if said["figure"]:
        facts.append((words.tell("field.figure"), said["figure"]))
    return [_editable(said["text"], tag, ""), _pairs(words, facts)]


def _addendum(words: MeetingWords, content: Content) -> Block:
    by = words.tell("document.addendum_by", name=content["by"], moment=words.moment(content["at"]))
    to = words.tell("document.addendum_to", hash=content["to"])
    blocks = [text(content["text"]), note(by), note(to)]
    return section("addendum", words.tell("document.addendum_text"), blocks)


def _signatures(words: MeetingWords, signed: Content) -> Block:
    rows = [
        [each["name"], words.tell(f"verdict.{each['verdict']}"), each["text"],
         words.moment(each["at"])]
        for each in signed["signatures"]
    ]  # fmt: skip
    columns = [
        Column(words.tell("document.member"), "1fr"),
        Column(words.tell("document.verdict"), "auto"),
        Column(words.tell("document.objection"), "1.4fr"),
        Column(words.tell("document.signed_at"), "auto"),
    ]
    blocks = [
        table(Table(columns, rows, empty=words.tell("document.nobody_signed"))),
        note(words.tell("document.hash", hash=signed["content_hash"])),
    ]
    return section("signatures", words.tell("document.signatures"), blocks)


def _pairs(words: MeetingWords, facts: list[tuple[str, str]]) -> Block:
    """Place what and how much in two columns."""
    columns = [
        Column(words.tell("document.what"), "1fr"),
        Column(words.tell("document.value"), "2fr"),
    ]
    return table(Table(columns, [list(pair) for pair in facts]))


def _editable(said: str, tag: str, empty: str) -> Block:
    """Place a text that comes back from the DOCX under its tag."""
    return {"kind": "text", "text": said or empty, "tag": tag, "said": said}
