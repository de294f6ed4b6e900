"""An office's thresholds are read from a file, and everything wrong with it is named at once."""

import pytest

from pollready.obstacles.thresholds import Thresholds, WrongThresholds, load, recorded


def test_what_a_file_does_not_name_keeps_its_default(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text("test_age_max_days = 45\nreserve_share_min = 0.2\n")
    assert load(path) == Thresholds(test_age_max_days=45, reserve_share_min=0.2)


def test_everything_wrong_is_named_at_once(tmp_path):
    path = tmp_path / "t.toml"
    path.write_text(
        "test_age_max_days = 4.5\nreserve_share_min = 1.2\nno_such = 1\nwait_target_min = -1\n"
        'forms_share_min = "half"\n'
    )
    with pytest.raises(WrongThresholds) as wrong:
        load(path)
    assert wrong.value.fields["wrong"] == (
        "test_age_max_days = 4.5",
        "reserve_share_min = 1.2",
        "no_such = 1",
        "wait_target_min = -1",
        "forms_share_min = 'half'",
    )


@pytest.mark.parametrize("content", [b"x = [", b"\xff\xfe\x00"])
def test_a_file_that_is_no_toml_is_named(tmp_path, content):
    (tmp_path / "t.toml").write_bytes(content)
    with pytest.raises(WrongThresholds) as wrong:
        load(tmp_path / "t.toml")
    assert "t.toml" in wrong.value.fields["wrong"][0]


@pytest.mark.parametrize(("text", "is_right"), [
    ("[1, 2, 3]", True), ("[]", True), ("[0, 0]", False), ("[1, -1]", False), ("0.5", False),
    ('["a"]', False), ("[1, inf]", False),
])  # fmt: skip
def test_arrivals_are_numbers_that_are_not_all_nothing(tmp_path, text, is_right):
    path = tmp_path / "t.toml"
    path.write_text(f"arrival_shares = {text}\n")
    if is_right:
        assert load(path).arrival_shares == tuple(eval(text))
    else:
        with pytest.raises(WrongThresholds):
            load(path)


@pytest.mark.parametrize("name", ["polling_h", "check_in_service_min"])
def test_what_is_divided_by_is_not_nought(tmp_path, name):
    path = tmp_path / "t.toml"
    path.write_text(f"{name} = 0\n")
    with pytest.raises(WrongThresholds):
        load(path)


def test_thresholds_kept_as_data_come_back_from_any_version():
    """Found by proving a kept report: a list in data is no tuple, and names come and go."""
    kept = {"arrival_shares": [1.0, 2.0], "test_age_max_days": 45, "peak_hour_share": 0.12}
    again = recorded(kept)
    assert again == Thresholds(arrival_shares=(1.0, 2.0), test_age_max_days=45)
    assert hash(again)
