"""`pollready faulttree` as it is run: what it prints, and how it refuses."""

import json
import re
from pathlib import Path

import pytest

from pollready.cli.main import main

ROOT = Path(__file__).resolve().parents[3]
TREE = """<opsa-mef><define-fault-tree name="school">
<define-gate name="closed"><or><basic-event name="devices"/>
  <and><basic-event name="mains"/><basic-event name="fuel"/></and></or></define-gate>
<define-gate name="odd"><xor><basic-event name="mains"/><basic-event name="fuel"/></xor>
</define-gate></define-fault-tree><model-data>
<define-basic-event name="devices"><float value="0.05"/></define-basic-event>
<define-basic-event name="mains"><float value="0.1"/></define-basic-event>
<define-basic-event name="fuel"><float value="0.2"/></define-basic-event>
</model-data></opsa-mef>"""


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command on a file of this content; give status, standard output and errors."""
    path = tmp_path / "tree.xml"

    def run(*arguments: str, content: str = TREE, name: str = "tree.xml"):
        path.write_text(content, "utf-8")
        status = main(["faulttree", str(tmp_path / name), *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_the_json_object_holds_what_is_proven(run):
    status, out, err = run("--json", "--top", "closed", "--list")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert found.pop("seconds") >= 0
    assert found.pop("probability") == pytest.approx(0.069)
    assert found == {
        "top": "closed",
        "basic_events": 3,
        "gates": 1,
        "unknown_probabilities": 0,
        "coherent": True,
        "order": None,
        "minimal_cut_sets": 2,
        "prime_implicants": None,
        "refused": [],
        "listed_at_most": 10_000,
        "cut_sets": [["devices"], ["mains", "fuel"]],
    }


def test_a_tree_with_negation_names_its_prime_implicants(run):
    status, out, _ = run("--json", "--top", "odd", "--list")
    found = json.loads(out)
    assert (status, found["coherent"]) == (0, False)
    assert (found["minimal_cut_sets"], found["cut_sets"]) == (2, [["mains"], ["fuel"]])
    assert found["prime_implicants"] == 2
    products = [["mains", {"not": "fuel"}], [{"not": "mains"}, "fuel"]]
    assert sorted(found["implicants"], key=str) == sorted(products, key=str)


def test_an_order_and_a_limit_bound_what_is_counted_and_listed(run):
    _, out, _ = run("--json", "--top", "closed", "--order", "1", "--list")
    found = json.loads(out)
    assert (found["order"], found["minimal_cut_sets"]) == (1, 1)
    assert found["cut_sets"] == [["devices"]]
    _, out, _ = run("--json", "--top", "closed", "--list", "--limit", "1")
    found = json.loads(out)
    assert (found["minimal_cut_sets"], found["cut_sets"]) == (2, [["devices"]])


def test_importance_is_given_of_every_event(run):
    _, out, _ = run("--json", "--top", "closed", "--importance", "--probability-only")
    found = json.loads(out)
    assert found["minimal_cut_sets"] is None
    assert [each["event"] for each in found["importance"]] == ["devices", "mains", "fuel"]
    assert found["importance"][0]["birnbaum"] == pytest.approx(0.98)


def test_both_languages_say_the_figures(run):
    _, persian, _ = run("--top", "odd", "--list", "--language", "fa")
    _, english, _ = run("--top", "odd", "--list", "--language", "en")
    assert "مجموعه‌های برش کمینه" in persian
    assert "Minimal cut sets: 2" in english
    assert "prime implicants: 2" in english
    assert "mains + ¬fuel" in english
    assert "0.26" in persian
    assert "0.26" in english


@pytest.mark.parametrize(("language", "word"), [("fa", "گره"), ("en", "nodes")])
def test_a_limit_that_is_hit_is_said_and_the_status_tells(run, language, word):
    status, out, err = run("--json", "--top", "odd", "--max-nodes", "5", "--language", language)
    found = json.loads(out)
    assert status == 1
    assert word in err
    assert found["probability"] is None
    assert [error["code"] for error in found["refused"]] == ["engine.fault-tree-too-large"]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_what_is_wrong_is_one_sentence_and_no_traceback(run, language):
    spoiled = TREE.replace("0.05", "1.05")
    said = {
        "two tops": run("--language", language),
        "no such gate": run("--language", language, "--top", "nobody"),
        "no probability": run("--language", language, content=spoiled),
        "cut short": run("--language", language, content=TREE[:300]),
    }
    assert {
        name: (status, out, err.count("\n")) for name, (status, out, err) in said.items()
    } == dict.fromkeys(said, (1, "", 1))
    assert "closed" in said["two tops"][2]
    assert "1.05" in said["no probability"][2]
    status, _, err = run("--language", language, name="nowhere.xml")
    assert (status, err.count("\n")) == (2, 1)


def test_a_folder_is_no_file(run, tmp_path):
    status, out, err = run("--language", "en", name=".")
    assert (status, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(
    "wrong",
    [["--order", "-1"], ["--seconds", "0"], ["--max-nodes", "1"], ["--limit", "x"],
     ["--mission-time", "inf"]],
)  # fmt: skip
def test_a_wrong_option_is_a_fault_of_usage(run, wrong):
    with pytest.raises(SystemExit) as caught:
        run(*wrong)
    assert caught.value.code == 2


def test_every_key_of_the_object_is_documented(run):
    _, out, _ = run("--json", "--top", "odd", "--list", "--importance")
    page = (ROOT / "docs" / "reference" / "fault-trees.md").read_text("utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    named = set(re.findall(r"`([\w-]+)", " ".join(rows)))
    assert set(json.loads(out)) <= named


def test_the_help_names_the_documented_options(capsys):
    with pytest.raises(SystemExit):
        main(["faulttree", "--help"])
    page = (ROOT / "docs" / "reference" / "fault-trees.md").read_text("utf-8")
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) - {"--help"}
    assert options == set(re.findall(r"^\| `(--[a-z-]+)", page, re.MULTILINE))
