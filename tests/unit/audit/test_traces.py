"""What is kept of an unexpected error says where and what, and quotes nothing."""

from pollready.audit.traces import trace_of


def fail() -> None:
    try:
        {}["QZVFEEDER"]
    except KeyError as missing:
        raise RuntimeError("QZVTOWER") from missing


def test_a_trace_names_places_and_types_without_the_texts():
    try:
        fail()
    except RuntimeError as error:
        trace = trace_of(error)
    assert trace.index("builtins.KeyError") < trace.index("builtins.RuntimeError")
    assert "test_traces.py" in trace
    assert "(its text is left out" in trace
    shown = [line for line in trace.splitlines() if not line.startswith("    ")]
    assert not any("QZV" in line for line in shown)  # but for this test's own lines


def test_errors_that_lead_to_each_other_end():
    one, other = ValueError("QZV"), ValueError("QZV")
    one.__cause__, other.__cause__ = other, one
    assert "QZV" not in trace_of(one)
