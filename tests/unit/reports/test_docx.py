"""Documents for a word processor: as they are written, and what of them comes back."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZIP_LZMA, ZipFile, ZipInfo

import docx
import pytest
from docx.enum.table import WD_TABLE_DIRECTION
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from pollready.language import LANGUAGES, message
from pollready.reports.blocks import note, section, subheading, table, text
from pollready.reports.content import Column, Table
from pollready.reports.formats.docx import reading
from pollready.reports.formats.docx.layout import write_minutes
from pollready.reports.formats.docx.reading import DocxRefused, read_texts

NOW = datetime(2028, 6, 19, 9, 0, tzinfo=UTC)
HINT = "شرحی ثبت نشده است."
PART = "word/document.xml"
# What a text may hold once a form has taken it: no lone surrogates, lines without blanks around.
LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"])).map(str.strip), max_size=4
)


def minutes(*blocks, language="fa") -> dict:
    return {
        "language": language,
        "direction": "rtl" if language == "fa" else "ltr",
        "title": "صورت‌جلسه",
        "frame": {
            "office": "ستاد \u2068آذربایجان\u2069", "foot": "ساخته‌شده", "classification": "محرمانه",
            "page": "صفحه {page} از {pages}",
        },
        "head": {"title": "صورت‌جلسه ۱", "round": "دور", "status": "امروز", "number": "عادی"},
        "parts": [section("item-1", "دستور ۱", blocks)],
    }  # fmt: skip


def editable(said, tag="1:record:2:3", hint=HINT):
    return {"kind": "text", "text": said or hint, "said": said, "tag": tag}


def written(*blocks, language="fa", now=NOW) -> bytes:
    return write_minutes(minutes(*blocks, language=language), now=now)


def parts_of(content) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def changed(content, old: str, new: str) -> bytes:
    parts = parts_of(content)
    assert old.encode() in parts[PART]
    return packed(parts | {PART: parts[PART].replace(old.encode(), new.encode())})


def refusal(content) -> str:
    with pytest.raises(DocxRefused) as error:
        read_texts(content)
    for language in LANGUAGES:
        assert message(error.value, language)
    return error.value.code


def test_the_same_content_and_time_give_the_same_bytes():
    blocks = (editable("a"), table(Table([Column("x")], [["1"]])))
    assert written(*blocks) == written(*blocks)
    assert written(*blocks) != written(*blocks, now=NOW + timedelta(hours=1))
    with ZipFile(BytesIO(written())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(2028, 6, 19, 9, 0, 0)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paragraph_run_table_and_section_carries_its_direction(language):
    rows = Table([Column("شعبه"), Column("شمار", align="number")], [["\u2068A-1\u2069", "۱"]])
    document = docx.Document(BytesIO(written(text("متن"), table(rows), language=language)))
    is_rtl = language == "fa"
    paragraphs = document.element.body.xpath(".//w:p")
    assert all(bool(each.xpath("./w:pPr/w:bidi")) == is_rtl for each in paragraphs)
    found = document.tables[0]
    assert (found.table_direction == WD_TABLE_DIRECTION.RTL) == is_rtl
    assert bool(document.sections[0]._sectPr.xpath("./w:bidi")) == is_rtl
    said = {run.text: run.font.rtl for p in document.paragraphs for run in p.runs}
    assert said["متن"] is (True if is_rtl else None)
    code = found.rows[1].cells[0].paragraphs[0].runs[0]
    assert (code.text, code.font.rtl) == ("A-1", None)


def test_words_of_people_run_as_their_language_does():
    document = docx.Document(BytesIO(written(editable("Agreed.\nموافقت شد."), language="en")))
    said = document.element.body.xpath(".//w:sdtContent/w:p")
    assert [bool(each.xpath("./w:pPr/w:bidi")) for each in said] == [False, True]
    assert [bool(each.xpath("./w:r/w:rPr/w:rtl")) for each in said] == [False, True]


def test_the_head_of_a_table_repeats_and_its_rows_hold_together():
    rows = [[str(n), "x"] for n in range(80)]
    document = docx.Document(BytesIO(written(table(Table([Column("n"), Column("x")], rows)))))
    found = document.tables[0].rows
    marks = [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in found]
    assert marks == [True, *[False] * 80]
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in found)
    widths = [column.width for column in document.tables[0].columns]
    assert all([cell.width for cell in row.cells] == widths for row in found)


def test_a_document_says_its_language_class_pages_and_time():
    document = docx.Document(BytesIO(written(subheading("زیر"), note("یادداشت"))))
    properties = document.core_properties
    assert (properties.language, properties.title) == ("fa", "صورت‌جلسه")
    assert properties.author == "ستاد آذربایجان"
    assert properties.created == properties.modified == NOW
    section = document.sections[0]
    for part in (section.header, section.footer):
        assert "محرمانه" in part.paragraphs[0].text
        fields = part._element.xpath(".//w:fldSimple/@w:instr")
        assert fields == ["PAGE", "NUMPAGES"]
    styles = [each.style.name for each in document.paragraphs]
    assert styles == ["Title", "Subtitle", "Lead", "Heading 1", "Heading 3", "Soft"]
    fonts = document.styles.element.find(f".//{qn('w:rFonts')}")
    assert fonts.get(qn("w:cs")) == fonts.get(qn("w:ascii")) == "Vazirmatn"
    assert document.styles.element.find(f".//{qn('w:lang')}").get(qn("w:bidi")) == "fa-IR"


@settings(max_examples=50, deadline=None)
@given(LINES)
def test_a_text_comes_back_as_it_was_written(lines):
    said = "\n".join(lines).strip()
    assert read_texts(written(editable(said)), hints={HINT}) == {"1:record:2:3": said}


def test_signs_that_xml_does_not_have_are_left_out():
    assert read_texts(written(editable("a\x00\x1b\ufffeb")))["1:record:2:3"] == "ab"


def test_a_hint_is_no_text_until_somebody_writes_over_it():
    content = written(editable(""))
    assert read_texts(content, hints={HINT}) == {"1:record:2:3": ""}
    # A word processor that keeps the mark of a hint over what was written there.
    over = changed(content, HINT, "گفته شد.")
    assert read_texts(over, hints={HINT}) == {"1:record:2:3": "گفته شد."}
    words_own = changed(
        content, f"<w:r><w:rPr><w:rtl/></w:rPr><w:t>{HINT}",
        '<w:r><w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr><w:t>Click here to enter text.',
    )  # fmt: skip
    assert read_texts(words_own, hints={HINT}) == {"1:record:2:3": ""}


def test_what_was_struck_out_or_moved_away_is_not_read():
    content = changed(
        written(editable("kept")), "<w:t>kept</w:t></w:r>",
        "<w:t>kept</w:t></w:r><w:del><w:r><w:delText> struck</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t> moved</w:t></w:r></w:moveFrom>"
        '<w:ins><w:r><w:t xml:space="preserve"> added</w:t><w:br/><w:t>below</w:t></w:r></w:ins>',
    )  # fmt: skip
    assert read_texts(content) == {"1:record:2:3": "kept added\nbelow"}


def test_a_document_whose_main_part_was_renamed_is_read():
    parts = parts_of(written(editable("a")))
    renamed = {
        name.replace("word/document", "word/document2"): part.replace(
            b"word/document.xml", b"word/document2.xml"
        )
        for name, part in parts.items()
    }
    assert read_texts(packed(renamed)) == {"1:record:2:3": "a"}


def test_what_is_no_document_is_refused():
    content = written(editable("a"))
    assert refusal(b"") == refusal(b"PK nothing") == "meetings.docx-unreadable"
    assert refusal(content[: len(content) // 2]) == "meetings.docx-unreadable"
    assert refusal(packed({"../../word/document.xml": b"<a/>"})) == "meetings.docx-unreadable"
    assert refusal(packed(parts_of(content) | {PART: b"<broken"})) == "meetings.docx-unreadable"
    assert refusal(written(text("a"))) == "meetings.docx-without-tags"
    other = BytesIO()
    docx.Document().save(other)
    assert refusal(other.getvalue()) == "meetings.docx-without-tags"


def test_no_entity_is_resolved_and_no_document_type_taken(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    content = written(editable("a"))
    body = parts_of(content)[PART].decode()
    head, rest = body.split("?>", 1)
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
    for entities, used in ((f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "&x;"), (bomb, "&e11;")):
        said = f"{head}?><!DOCTYPE w [{entities}]>{rest.replace('<w:t>a<', f'<w:t>{used}<')}"
        for sent in (said.encode(), said.replace("UTF-8", "UTF-16").encode("utf-16")):
            assert refusal(packed(parts_of(content) | {PART: sent})) == "meetings.docx-unreadable"


def test_nothing_is_unpacked_beyond_its_bounds(monkeypatch):
    content = written(editable("a"))
    assert refusal(b"x" * (reading.FILE_MAX + 1)) == "meetings.docx-too-large"
    many = {f"{n}.xml": b"" for n in range(reading.ENTRIES_MAX + 1)}
    assert refusal(packed(many)) == "meetings.docx-too-large"
    unpacked = sum(len(part) for part in parts_of(content).values())
    monkeypatch.setattr(reading, "UNPACKED_MAX", unpacked)
    assert read_texts(content)
    monkeypatch.setattr(reading, "UNPACKED_MAX", unpacked - 1)
    assert refusal(content) == "meetings.docx-too-large"


def test_entries_twice_or_packed_in_other_ways_are_refused():
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, part in parts_of(written(editable("a"))).items():
            entry = ZipInfo(name)
            entry.compress_type = ZIP_LZMA
            archive.writestr(entry, part)
    assert refusal(out.getvalue()) == "meetings.docx-unreadable"
    twice = packed({"a.xml": b"", "b.xml": b""}).replace(b"b.xml", b"a.xml")
    assert refusal(twice) == "meetings.docx-unreadable"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_comes_back_is_read_or_refused(data):
    parts = parts_of(written(editable("a")))
    name = data.draw(st.sampled_from(sorted(parts)))
    part = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(part)))
        part[start : start + data.draw(st.integers(0, 60))] = data.draw(st.binary(max_size=8))
    try:
        read_texts(packed(parts | {name: bytes(part)}))
    except DocxRefused as error:
        assert error.code.startswith("meetings.docx-")
