"""An invented province, and the bundles written of it, shared by the tests of the report."""

import importlib.util
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest
from pypdf import PdfReader

from pollready.assessment.result import Assessment
from pollready.audit.classification import mask
from pollready.reports import write_bundle

NOW = datetime(2024, 6, 18, 10, 30, tzinfo=UTC)
Bundle = Callable[..., Path]


def _invented() -> ModuleType:
    """Load province.py beside this file; test folders are no packages."""
    spec = importlib.util.spec_from_file_location(
        "invented_province", Path(__file__).with_name("province.py")
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def invented() -> ModuleType:
    """Give the builder of invented assessments."""
    return _invented()


@pytest.fixture(scope="session")
def province(invented: ModuleType) -> Assessment:
    """Give the province of 3,166 stations."""
    return invented.province()


@pytest.fixture(scope="session")
def small(invented: ModuleType) -> Assessment:
    """Give two small counties, for what needs no province."""
    return invented.province((("اهر", 24, 38.51, 47.13), ("جلفا", 15, 38.83, 45.88)))


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Give a writer of bundles into fresh folders."""

    def write(assessment: Assessment, **arguments: object) -> Path:
        out = tmp_path_factory.mktemp("bundle")
        settings = {"language": "fa", "now": NOW, "mask": masked, **arguments}
        write_bundle(assessment, out, **settings)
        return out

    return write


def masked(code: str) -> str:
    return mask(code, key=b"test")


@pytest.fixture(scope="session")
def mask_of() -> Callable[[str], str]:
    """Give the mask that bundles here are written with."""
    return masked


@pytest.fixture(scope="session")
def province_fa(province: Assessment, bundle: Bundle) -> Path:
    """Give the province's bundle in Persian."""
    return bundle(province, prepared_by="دبیرخانه")


@pytest.fixture(scope="session")
def province_en(province: Assessment, bundle: Bundle) -> Path:
    """Give the province's bundle in English."""
    return bundle(province, language="en", prepared_by="Secretariat")


@pytest.fixture(scope="session")
def headings() -> Callable[[Path], list[tuple[str, int]]]:
    """Give a reader of a report's headings of the first level, each with its page."""

    def read(pdf: Path) -> list[tuple[str, int]]:
        reader = PdfReader(pdf)
        return [
            (item.title, reader.get_destination_page_number(item) + 1)
            for item in reader.outline
            if not isinstance(item, list)
        ]

    return read
