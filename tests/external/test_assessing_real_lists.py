"""Real lists through the whole main job: from the file to the report."""

from datetime import UTC, datetime

import openpyxl
import pytest

from pollready.jobs.assess_file import as_json, assess_file

pytestmark = [pytest.mark.external, pytest.mark.django_db]

# stations, whether `complete.xlsx` is asked of the office
LISTS = {
    "uk_station_finder/democracy-counts-utf-16le.csv": (34, True),
    "uk_station_finder/ems-fcs.json": (2, True),
    "us_polling_places/Connecticut_input_2012.xls": (705, True),
    "nigeria_inec/native/ward_units_index.json": (15, True),
    "cells_il/opencellid_425_2.csv": (0, False),  # infrastructure alone
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_was_not_made_for_it_comes_out_all_unknown(real_data, tmp_path, name):
    stations, is_to_complete = LISTS[name]
    done = assess_file(
        real_data / name,
        out=tmp_path,
        language="fa",
        now=datetime(2024, 6, 1, tzinfo=UTC),
        mapping={},
    )
    result = as_json(done)
    assert (result["stations"], result["unknown"]) == (stations, stations)
    assert (result["ready"], result["not_ready"], result["worst_pair"]) == (0, 0, None)
    assert (tmp_path / "complete.xlsx").exists() is is_to_complete
    if is_to_complete:
        page = openpyxl.load_workbook(tmp_path / "complete.xlsx")["شعب"]
        assert page.max_row == stations + 1
