"""Docstrings say what the code does: their examples run, their parameters are there."""

import doctest
import importlib
import inspect
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
MODULES = sorted((SOURCE / "pollready").rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize(
    "name", [module_name(path) for path in MODULES if ">>>" in path.read_text("utf-8")]
)
def test_the_examples_of_a_module_run(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted > 0
    assert result.failed == 0


def _documented(docstring: str) -> list[str]:
    """List the names of a numpy docstring's section Parameters."""
    section = re.search(r"Parameters\n-+\n(.*?)(?:\n\n[A-Z]\w+\n-+|\Z)", docstring, re.DOTALL)
    if section is None:
        return []
    heads = re.findall(r"^(\w[\w, ]*?)(?: :.*)?$", section[1], re.MULTILINE)
    return [name.strip() for head in heads for name in head.split(",")]


@pytest.mark.parametrize("name", [module_name(path) for path in MODULES if "engine" in path.parts])
def test_the_documented_parameters_are_the_function_s_own(name):
    module = importlib.import_module(name)
    for function in _functions_of(module):
        documented = _documented(inspect.getdoc(function) or "")
        own = [p for p in inspect.signature(function).parameters if p not in ("self", "cls")]
        unknown = [each for each in documented if each not in own]
        assert unknown == [], f"{function.__qualname__} documents {unknown}, has {own}"


def _functions_of(module) -> list:
    """Give the functions, methods and classes that a module itself defines."""
    found = []
    for thing in vars(module).values():
        if getattr(thing, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(thing):
            found += [m for m in vars(thing).values() if inspect.isfunction(m)]
            found += [thing] if _documented(inspect.getdoc(thing) or "") else []
        elif inspect.isfunction(thing):
            found.append(thing)
    return found
