"""One call that writes everything an assessment hands out, and the annex when it may."""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from pollready import language as lang
from pollready.assessment.document import to_document, to_summary
from pollready.assessment.result import Assessment
from pollready.audit.logins import login
from pollready.register.upstream import names_upstream
from pollready.reports.annex import annex_report, contingencies_csv
from pollready.reports.fonts import BUILT_FONTS, font_paths
from pollready.reports.obstacle_workbook import write_obstacles
from pollready.reports.status_report import status_report
from pollready.reports.typesetting import typeset
from pollready.reports.veil import Veil
from pollready.reports.wording import Wording

ANNEX = "annex"  # the folder of what names what lies upstream


AlsoInAnnex = Callable[[Path], Sequence[Path]]


class RevealWithoutReason(ValueError):
    """Names were asked for, but not why."""

    code = "reports.reveal-without-reason"

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        super().__init__("an annex with names needs a reason")


def write_bundle(
    assessment: Assessment,
    out: Path,
    *,
    language: str,
    now: datetime,
    mask: Callable[[str], str],
    reveal_reason: str | None = None,
    prepared_by: str = "",
    audit_file: bool = True,
    also_in_annex: AlsoInAnnex | None = None,
    fonts: Path = BUILT_FONTS,
) -> tuple[Path, ...]:
    """Write report.pdf, obstacles.xlsx and assessment.json into `out`; give their paths.

    With `reveal_reason` also annex/annex.pdf and annex/contingencies.csv, the only files that
    name what lies upstream, and, with `audit_file`, a line in annex/audit.jsonl that says who
    had them written, when, why, and their digests (a register that is kept has its own log);
    `also_in_annex` writes what else belongs there into that folder, and gives its paths.
    The same arguments give the same bytes. Raises `MissingFont` and `RevealWithoutReason`
    before anything is written.
    """
    if reveal_reason is not None and not reveal_reason.strip():
        raise RevealWithoutReason
    font_paths(fonts)
    mask = cache(mask)  # stations name the same few components again and again
    words = Wording(assessment, language, Veil(assessment, mask))
    number = report_number(assessment, language)
    report = status_report(words, number=number, now=now, prepared_by=prepared_by)
    files = (out / "report.pdf", out / "obstacles.xlsx", out / "assessment.json")
    # The typesetter works outside Python: meanwhile the other two files are written.
    with ThreadPoolExecutor(1) as beside:
        pdf = beside.submit(typeset, "report.typ", report, now=now, fonts=fonts)
        out.mkdir(parents=True, exist_ok=True)
        write_obstacles(files[1], words, now=now)
        files[2].write_bytes(_document(words, mask))
        files[0].write_bytes(pdf.result())
    if reveal_reason is None:
        return files
    annex = _write_annex(
        assessment,
        out / ANNEX,
        language=language,
        number=number,
        now=now,
        who=prepared_by or login(),
        reason=reveal_reason.strip(),
        audit_file=audit_file,
        also=also_in_annex,
        fonts=fonts,
    )
    return (*files, *annex)


def _document(words: Wording, mask: Callable[[str], str]) -> bytes:
    """Write the assessment as JSON, without a name in its free texts either."""
    document = to_document(words.assessment, mask=mask)
    stations = document.pop("stations")
    for finding in document["findings"]:
        for row in finding["evidence"]:
            if isinstance(row["value"], str) and names_upstream(row["field"], row["value"]):
                row["value"] = mask(row["value"])
    document = words.veil.anything(document) | {"stations": stations}
    for station in stations:
        for criterion in station["criteria"]:
            if criterion["fields"]:
                criterion["fields"] = words.veil.anything(criterion["fields"])
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def report_number(assessment: Assessment, language: str) -> str:
    """Number a report by its date and a fingerprint of its data, so that both can be matched.

    The fingerprint is over the summary and every station's criteria; it is the same in both
    languages, and five digits tell nothing of what they stand for.
    """
    day = lang.latin_digits(lang.date_short(assessment.as_of, language))
    plain = "".join(letter for letter in day if letter.isdecimal())
    summary = json.dumps(to_summary(assessment, mask=None), sort_keys=True)
    stations = "".join(
        station.code + "".join(criterion.value[2] for criterion in station.criteria)
        for station in assessment.stations
    )
    print_of = crc32(stations.encode(), crc32(summary.encode())) % 100_000
    return lang.isolate(lang.digits(f"{plain}-{print_of:05d}", language))


def _write_annex(
    assessment: Assessment,
    folder: Path,
    *,
    language: str,
    number: str,
    now: datetime,
    who: str,
    reason: str,
    audit_file: bool,
    also: AlsoInAnnex | None,
    fonts: Path,
) -> tuple[Path, ...]:
    """Write the annex where only its owner may read it."""
    words = Wording(assessment, language, Veil(assessment, None))
    content = annex_report(words, number=number, now=now, who=who, reason=reason)
    written = {
        "annex.pdf": typeset("annex.typ", content, now=now, fonts=fonts),
        "contingencies.csv": contingencies_csv(words),
    }
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    paths = []
    for name, data in written.items():
        paths.append(folder / name)
        paths[-1].write_bytes(data)
    if also is not None:
        paths += also(folder)
    if audit_file:
        paths.append(_record(folder / "audit.jsonl", paths, who=who, reason=reason, now=now))
    for path in paths:
        path.chmod(0o600)
    return tuple(paths)


def _record(path: Path, files: Sequence[Path], *, who: str, reason: str, now: datetime) -> Path:
    """Append one line: who had which files written, when and why."""
    line = {
        "at": now.isoformat(),
        "who": who,
        "reason": reason,
        "files": [
            {"name": file.name, "sha256": sha256(file.read_bytes()).hexdigest()} for file in files
        ],
    }
    with path.open("a", encoding="utf-8") as log:
        log.write(json.dumps(line, ensure_ascii=False) + "\n")
    return path
