"""docs/hybrid.md: its examples run, and its catalogue is the engine's."""

import doctest
from pathlib import Path

import pytest

from engine.hybrid import cautions
from engine.regression_laws import LAWS, RegressionLaw

PAGE = Path(__file__).parents[4] / "docs" / "hybrid.md"


def test_the_examples_of_the_page_run() -> None:
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert tried > 5
    assert failed == 0


@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{law.fuel}/{law.oxidizer}")
def test_every_law_stands_on_the_page(law: RegressionLaw) -> None:
    measured = f"{law.lowest:g} to {law.highest:g}" if law.has_range else "unknown"
    row = f"| {law.fuel} | {law.oxidizer} | {law.coefficient:.4g} | {law.exponent:g} | {measured} |"
    assert row in PAGE.read_text(encoding="utf-8")


def test_every_warning_stands_on_the_page() -> None:
    code = Path(cautions.__file__).read_text(encoding="utf-8")
    codes = [part.split('"')[0] for part in code.split('found.append(("')[1:]] + ["mixture_far_from_optimum"]
    assert len(codes) > 8
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in codes if f"`{name}`" not in text] == []
