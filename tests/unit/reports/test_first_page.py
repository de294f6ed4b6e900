"""What the first page says, in which order, and that it stays one page."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from pypdf import PdfReader

from pollready.assessment.result import Assessment
from pollready.reports.first_page import first_page
from pollready.reports.veil import Veil
from pollready.reports.wording import Wording

NINE_FA = [
    "۱. خلاصه مدیریتی",
    "۲. وضعیت آمادگی شعب",
    "۳. موارد نیازمند تصمیم",
    "۴. مهم‌ترین موانع و مشکلات",
    "۵. وضعیت شهرستان‌ها",
    "۶. تعهدات دستگاه‌ها",
    "۷. آسیب‌پذیری‌های کلیدی",
    "۸. نتیجه آخرین مانور",
    "۹. اطمینان داده‌ها",
]
NINE_EN = [
    "1. Executive summary",
    "2. Readiness of stations",
    "3. What needs a decision",
    "4. Main obstacles and problems",
    "5. Counties",
    "6. Commitments of agencies",
    "7. Key vulnerabilities",
    "8. Result of the last drill",
    "9. Confidence in the data",
]


def said(assessment: Assessment, mask: Callable[[str], str], language: str = "en") -> dict:
    return first_page(Wording(assessment, language, Veil(assessment, mask)))


def test_the_nine_sections_stand_on_page_one_in_their_order_in_persian(province_fa, headings):
    first = [title for title, page in headings(province_fa / "report.pdf") if page == 1]
    assert first == NINE_FA


def test_the_nine_sections_stand_on_page_one_in_their_order_in_english(province_en, headings):
    first = [title for title, page in headings(province_en / "report.pdf") if page == 1]
    assert first == NINE_EN


def test_sections_behind_the_first_page_begin_with_the_counties(province_en, headings):
    later = [title for title, page in headings(province_en / "report.pdf") if page > 1]
    assert later == [
        "Counties",
        "All causes and their remedies",
        "Commitments of agencies",
        "What the worst failures would cost",
        "Method",
        "Confidence in the data",
        "Terms",
    ]


def test_the_first_page_stays_one_page_with_sixty_counties_of_long_names(
    invented: ModuleType, bundle, headings
):
    counties = [(f"شهرستانی با نامی بلند در جنوب {i}", 6, 36 + i / 30, 46.0) for i in range(60)]
    assessment = invented.province(counties)
    agencies = {
        code: replace(agency, name=f"{agency.name} و شرکت‌های تابعه آن در سراسر استان")
        for code, agency in assessment.facts.agencies.items()
    }
    crowded = replace(assessment, facts=replace(assessment.facts, agencies=agencies))
    found = headings(bundle(crowded) / "report.pdf")
    assert [title for title, page in found if page == 1] == NINE_FA
    assert found[9][1] == 2


def test_every_page_carries_class_and_page_of_pages_at_head_and_foot(province_en: Path):
    pages = PdfReader(province_en / "report.pdf").pages
    for number, page in enumerate(pages, 1):
        text = page.extract_text()
        assert text.count("Confidential") == 2
        assert text.count(f"Page {number} of {len(pages)}") == 2


def test_persian_pages_have_no_latin_digits(province_fa: Path):
    for page in PdfReader(province_fa / "report.pdf").pages:
        assert re.findall(r"[0-9]+", page.extract_text().replace("obstacles.xlsx", "")) == []


@pytest.mark.parametrize(("language", "folder"), [("fa", "province_fa"), ("en", "province_en")])
def test_document_names_its_language_and_title(language, folder, request):
    reader = PdfReader(request.getfixturevalue(folder) / "report.pdf")
    assert reader.root_object["/Lang"] == language
    assert reader.metadata is not None
    assert reader.metadata.title


def test_head_says_number_and_status_date(province_en: Path):
    text = PdfReader(province_en / "report.pdf").pages[0].extract_text()
    assert "Status as of Tuesday 18 June 2024" in text
    assert re.search(r"Number: \W?20240618-\d{5}", text)


def test_readiness_counts_are_those_of_the_assessment(province, mask_of):
    rows = said(province, mask_of)["readiness"]["table"]["rows"]
    total = province.total
    assert [cell for cell in rows[0] if isinstance(cell, str)] == [
        "All stations",
        *(
            f"{count:,}"
            for count in (
                total.stations,
                total.ready,
                total.not_ready,
                total.unknown,
                total.contradicted,
                total.on_course,
            )
        ),
    ]
    assert [row[0] for row in rows[::2]] == ["All stations", "Fixed", "Mobile"]


def test_change_since_the_last_report_is_said_in_words(province, mask_of):
    assert said(province, mask_of)["readiness"]["headline"] == (
        "Since the last report: Ready 214 more, Not ready 96 fewer, Unknown 118 fewer"
    )
    first = replace(province, change=None)
    assert said(first, mask_of)["readiness"]["headline"] == "No earlier report to compare with"


def test_counties_keep_code_order_whatever_their_readiness(province, mask_of):
    tables = said(province, mask_of)["counties"]["tables"]
    listed = [row[0] for table in tables for row in table["rows"]]
    assert listed == [province.county_names[code] for code in province.by_county]


def test_at_most_five_decisions_and_ten_causes(province, mask_of):
    many = replace(province, decisions=province.decisions * 4, causes=province.causes * 4)
    page = said(many, mask_of)
    assert len(page["decisions"]["table"]["rows"]) == 5
    assert len(page["causes"]["table"]["rows"]) == 10


def test_no_probability_stands_on_the_first_page(province, mask_of):
    """Expected voters affected (41,250 to 188,401) rest on probabilities."""
    page = str(said(province, mask_of))
    assert "41,250" not in page
    assert "188,401" not in page
    assert "probab" not in page.lower()


def test_figures_that_unknowns_change_are_given_twice(province, mask_of):
    rows = said(province, mask_of)["vulnerabilities"]["table"]["rows"]
    assert rows[0][1:] == ["31 to 93", "26,970 to 80,910", "93 to 279"]


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "1 day remains before election day"),
        (10, "10 days remain before election day"),
        (0, "Today is election day"),
        (-3, "Election day was"),
    ],
)
def test_summary_says_how_long_it_is_to_the_election(days, words, province, mask_of):
    as_of = province.election_date - timedelta(days=days)
    moved = replace(province, as_of=as_of, facts=replace(province.facts, as_of=as_of))
    assert words in " ".join(said(moved, mask_of)["summary"]["lines"])
