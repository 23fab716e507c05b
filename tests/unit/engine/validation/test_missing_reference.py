"""Without NASA's CEA only the cases that ask for the comparison have no answer, and they say why."""

import sys

import pytest

import engine
from chalicelib.api.examples import MERLIN_LIKE, RS_25_LIKE
from engine.errors import AnalysisError
from engine.result import AnalysisResult
from engine.validation import cea


def test_a_missing_reference_is_an_error_of_its_case(monkeypatch: pytest.MonkeyPatch) -> None:
    # other tests have made solvers, which are kept
    monkeypatch.setattr(cea, "_solver", cea._solver.__wrapped__)
    monkeypatch.setitem(sys.modules, "cea", None)
    plain, compared = engine.analyze_many([MERLIN_LIKE, {**RS_25_LIKE, "validate": True}])
    assert isinstance(plain, AnalysisResult)
    assert isinstance(compared, AnalysisError)
    assert compared.code == "reference_unavailable"
    assert "x86_64" in compared.message
