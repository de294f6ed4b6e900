"""The first page: nine sections in the order that officials read them."""

from typing import Any

from pollready.reports.first_page.causes import causes_section, decisions_section
from pollready.reports.first_page.commitments import commitments_section
from pollready.reports.first_page.confidence import confidence_section
from pollready.reports.first_page.counties import counties_section
from pollready.reports.first_page.readiness import readiness_section, rehearsal_section
from pollready.reports.first_page.summary import summary_section
from pollready.reports.first_page.vulnerabilities import vulnerabilities_section
from pollready.reports.wording import Wording


def first_page(words: Wording) -> dict[str, Any]:
    """Build the nine sections."""
    return {
        "summary": summary_section(words),
        "readiness": readiness_section(words),
        "decisions": decisions_section(words),
        "causes": causes_section(words),
        "counties": counties_section(words),
        "commitments": commitments_section(words),
        "vulnerabilities": vulnerabilities_section(words),
        "rehearsal": rehearsal_section(words),
        "confidence": confidence_section(words),
    }
