"""The documents say what the code does: their examples run, and they leave nothing out."""

import ast
import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "pollready"
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "README.fa.md"])


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if ">>>" in page.read_text()], ids=_name)
def test_the_examples_of_a_page_run(page):
    result = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_the_links_between_pages_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    broken = [
        target
        for target in targets
        if "://" not in target and not (page.parent / target).resolve().exists()
    ]
    assert broken == []


def test_every_setting_is_documented():
    named = set()
    for path in [*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("conftest.py")]:
        named |= set(re.findall(r"POLLREADY_[A-Z_]+[A-Z]", path.read_text()))
    # settings of Django's module, made from the environment, not read from it
    made = {
        "POLLREADY_MASK_KEY", "POLLREADY_PACKAGE_SEED", "POLLREADY_SEAL", "POLLREADY_SEAL_KEY",
    }  # fmt: skip
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    documented = set(re.findall(r"`(POLLREADY_[A-Z_]+)`", page))
    assert documented == named - made


def test_every_key_of_the_json_object_is_documented():
    tree = ast.parse((SOURCE / "jobs" / "assess_file.py").read_text())
    (function,) = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "as_json"
    )
    (dictionary,) = (
        node.value for node in ast.walk(function)
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict)
    )  # fmt: skip
    keys = {key.value for key in dictionary.keys}
    page = (ROOT / "docs" / "reference" / "assess-json.md").read_text()
    table = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", table)) == keys
