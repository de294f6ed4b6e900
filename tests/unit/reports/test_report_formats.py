"""HTML and Word of a report: whole, by themselves, in both directions."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from pollready.reports.formats.docx.directions import directed
from pollready.reports.formats.docx.layout import write_docx
from pollready.reports.formats.html import write_html
from pollready.reports.links import Links
from pollready.reports.status_report import status_report
from pollready.reports.veil import Veil
from pollready.reports.wording import Wording

NOW = datetime(2024, 6, 18, 10, 30, tzinfo=UTC)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module", params=["fa", "en"])
def content(request, small, mask_of):
    links = Links("https://pollready.example")
    words = Wording(small, request.param, Veil(small, mask_of), links)
    return status_report(words, number="20240618-00001", now=NOW)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.open = [], []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_stands_by_itself(content):
    page = write_html(content).decode()
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    names = {tag for tag, _ in tags.found}
    assert not names & {"script", "link", "img", "iframe", "object"}
    fetched = re.findall(r"(?:src|url)\s*[=(]\s*[\"']?(?!data:)(https?:[^)\"']+)", page)
    assert fetched == []
    assert not re.search(r"\son\w+=|style=", page)
    assert write_html(content) == write_html(content)


def test_the_page_has_language_headings_and_heads_of_tables(content):
    tags = Tags()
    tags.feed(write_html(content).decode())
    found = dict(tags.found[0][1])
    assert (found["lang"], found["dir"]) == (content["language"], content["direction"])
    assert [tag for tag, _ in tags.found].count("h1") == 1
    tables = [tag for tag, _ in tags.found].count("table")
    assert tables == [tag for tag, _ in tags.found].count("thead") > 5
    assert all("aria-label" in given for tag, given in tags.found if tag == "figure")


def test_figures_lead_to_the_lists_behind_them(content):
    page = write_html(content).decode()
    assert 'href="https://pollready.example/stations/?readiness=not_ready"' in page
    assert "https://pollready.example/stations/?county=" in page


def parts(content) -> dict[str, bytes]:
    with ZipFile(BytesIO(write_docx(content, now=NOW))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_part_of_the_document_is_well_formed_and_related(content):
    found = parts(content)
    trees = {name: ElementTree.fromstring(text) for name, text in found.items()}
    related = {each.attrib["Id"] for each in trees["word/_rels/document.xml.rels"]}
    used = set(re.findall(rb'r:id="(\w+)"', found["word/document.xml"]))
    assert {each.decode() for each in used} <= related
    styles = {each.attrib[f"{W}styleId"] for each in trees["word/styles.xml"].iter(f"{W}style")}
    document = trees["word/document.xml"]
    named = {each.attrib[f"{W}val"] for each in document.iter(f"{W}pStyle")}
    assert named <= styles
    anchors = {each.attrib[f"{W}anchor"] for each in document.iter(f"{W}hyperlink")
               if f"{W}anchor" in each.attrib}  # fmt: skip
    marks = {each.attrib[f"{W}name"] for each in document.iter(f"{W}bookmarkStart")}
    assert anchors <= marks
    assert write_docx(content, now=NOW) == write_docx(content, now=NOW)


def test_every_paragraph_and_table_of_persian_runs_from_right_to_left(content):
    document = ElementTree.fromstring(parts(content)["word/document.xml"])
    is_rtl = content["direction"] == "rtl"
    properties = list(document.iter(f"{W}pPr"))
    assert all((each.find(f"{W}bidi") is not None) is is_rtl for each in properties)
    tables = list(document.iter(f"{W}tblPr"))
    assert tables
    assert all((each.find(f"{W}bidiVisual") is not None) is is_rtl for each in tables)
    heads = [
        row for row in document.iter(f"{W}tr") if row.find(f"{W}trPr/{W}tblHeader") is not None
    ]
    assert len(heads) == len(tables)


def test_both_say_the_class_at_head_and_foot(content):
    found = parts(content)
    for part in ("word/header1.xml", "word/footer1.xml"):
        assert content["frame"]["classification"] in found[part].decode()
    assert write_html(content).decode().count('class="class"') == 2


def test_codes_inside_a_sentence_keep_their_direction():
    said = "شعبه \u2068A-1\u2069 و \u2068تبریز\u2069"
    assert directed(said, True) == [
        ("شعبه ", True), ("A-1", False), (" و ", True), ("تبریز", True),
    ]  # fmt: skip
    assert directed("from \u2068تبریز\u2069", False) == [("from ", False), ("تبریز", True)]
