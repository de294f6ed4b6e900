"""Duties of the example: of agencies and offices, each with an invented basis that says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pollready.duties.commands import DutyDraft
from pollready.example.ledger import letter_no
from pollready.language.numerals import digits

BASIS = (
    "دستورالعمل اجرایی ستاد، بند {} (نمونه ساختگی)",
    "Instructions of the headquarters, item {} (invented)",
)


@dataclass(frozen=True, slots=True)
class ExampleDuty:
    """A duty: the code of an agency or the name of an office, its words, and what it covers."""

    owner: str
    item: int  # of the invented instructions
    text: tuple[str, str]
    deadline: str
    covers: str = "owner"
    query: str = ""
    proof: str = "declared"
    proof_of: str = ""
    evidence: tuple[str, str] = ("", "")


SHEET = ("صورتجلسه آزمون", "test sheet")
DUTIES = (
    ExampleDuty(
        "ICT",
        3,
        ("مسیر دوم مستقل برای هر شعبه ثابت", "A second independent path to every fixed station"),
        "coverage",
        "stations",
        "kind=fixed",
        "criterion",
        "second_path",
    ),
    ExampleDuty(
        "TELECOM",
        5,
        (
            "آزمون خط و مسیر پشتیبان همه گره‌های تجمیع",
            "Test every aggregation node and its backup path",
        ),
        "T-7",
        "components",
        "kind=aggregation",
        evidence=SHEET,
    ),
    ExampleDuty(
        "POWER",
        8,
        ("برق دوم یا ژنراتور برای همه شعب", "A second supply or a generator at every station"),
        "delivery",
        "stations",
        "",
        "criterion",
        "power",
    ),
    ExampleDuty(
        "POWER",
        9,
        ("بازدید از همه فیدرهای شعب", "Inspect every feeder of a station"),
        "T-1 18:00",
        "components",
        "kind=feeder",
        evidence=SHEET,
    ),
    ExampleDuty(
        "OP1",
        6,
        ("آزمون آنتن‌دهی در توقف‌های شعب سیار", "Test the signal at the stops of mobile stations"),
        "coverage",
        "stations",
        "kind=mobile",
        "obstacle",
        "mobile_stop_untested",
    ),
    ExampleDuty(
        "CIVIL",
        11,
        ("صدور کارت عوامل همه شعب", "Issue the staff cards of every station"),
        "set_up",
        "stations",
        "",
        "field",
        "cards",
    ),
    ExampleDuty(
        "CRISIS",
        14,
        ("معرفی خودروهای پشتیبان و کشیک شبانه", "Name the reserve vehicles and the night shift"),
        "T-3",
        evidence=("نامه معرفی", "letter that names them"),
    ),
    ExampleDuty(
        "governor",
        2,
        ("تعیین کلیددار هر شعبه", "Name the key holder of every station"),
        "T-1 18:00",
        "stations",
        "",
        "field",
        "keyholder",
    ),
    ExampleDuty(
        "secretary",
        4,
        ("ابلاغ مرجع دستور تعرفه کاغذی به شهرستان‌ها", "Tell the counties who may order paper"),
        "people",
    ),
    ExampleDuty(
        "operations",
        12,
        ("آماده کردن جدول کشیک روز رأی‌گیری", "Prepare the shifts of election day"),
        "T-1 18:00",
    ),
)


def example_duties(
    agencies: Mapping[str, int], *, language: str, election: date
) -> list[DutyDraft]:
    """Give the duties as somebody would enter them; `agencies` are keys by code."""
    column = 0 if language == "fa" else 1
    return [
        DutyDraft(
            text=duty.text[column],
            agency_id=agencies.get(duty.owner),
            office="" if duty.owner in agencies else duty.owner,
            legal_basis=BASIS[column].format(digits(str(duty.item), language)),
            letter_no=letter_no(1300 + duty.item, election),
            letter_date=election - timedelta(days=50 - duty.item),
            deadline=duty.deadline,
            covers=duty.covers,
            query=duty.query,
            proof=duty.proof,
            proof_of=duty.proof_of,
            evidence_needed=duty.evidence[column],
        )
        for duty in DUTIES
    ]
