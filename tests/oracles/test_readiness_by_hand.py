"""The assessment against a slow reading of the workbook: every station, criterion by criterion."""

from datetime import UTC, datetime

import pytest

from pollready.assessment import assess
from pollready.assessment.result import CRITERIA
from pollready.example import AS_OF, generate
from pollready.example.words import TEXTS
from pollready.intake.commands import import_file
from pollready.intake.writing import write_workbook
from tests.oracles.readiness_by_hand import SECOND, Workbook, criteria_of


@pytest.mark.django_db
@pytest.mark.one_database
@pytest.mark.parametrize("seed", [7])
def test_every_criterion_is_what_the_rows_say(tmp_path, seed):
    province = generate(seed, language="fa")
    write_workbook(tmp_path / "e.xlsx", province.sheets, "fa")
    imported = import_file(tmp_path / "e.xlsx", by=None, now=datetime(2028, 6, 14, tzinfo=UTC))
    assessment = assess(imported.round_id, as_of=AS_OF)
    book = Workbook(province.sheets, AS_OF, {name: pair[0] for name, pair in TEXTS.items()})
    # Structure is the engine's, which has oracles of its own; places that cannot be are no places.
    kinds = {"shared_single_point", "shared_duct", "single_point"}
    shared = {c for p in province.planted if p.kind in kinds for c in p.stations}
    misplaced = {c for p in province.planted if p.kind == "coordinates_implausible"
                 for c in p.stations}  # fmt: skip
    differing = []
    for station in assessment.stations:
        by_hand = criteria_of(book, station.code)
        if station.code in shared:
            by_hand[SECOND] = "unmet"
        if station.code in misplaced:
            by_hand["devices"] = "unknown"
        judged = {criterion.name: criterion.value.value for criterion in station.criteria}
        differing += [
            (station.code, name, judged[name], by_hand[name])
            for name in CRITERIA[:9]
            if judged[name] != by_hand[name]
        ]
    assert len(assessment.stations) == 3166
    assert differing == []
