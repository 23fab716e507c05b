import pytest

from benchmarks import __main__ as every
from benchmarks import (
    aws_cost,
    conventional_stack,
    gradients,
    monte_carlo,
    plots,
    rocket_memory,
    rocket_sweep,
)
from benchmarks.rocket.rounds import Settings


def test_quick_is_handed_to_the_benchmarks_that_know_it() -> None:
    for name, (_, hurried) in every.BENCHMARKS.items():
        full, quick = every.command(name, quick=False), every.command(name, quick=True)
        assert full[1:3] == ["-m", f"benchmarks.{name}"]
        assert quick == full + hurried


def test_every_command_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    service = (aws_cost, conventional_stack, monte_carlo)
    for module in (rocket_sweep, rocket_memory, gradients, plots, *service):
        with pytest.raises(SystemExit) as ended:
            module.arguments(["--help"])
        assert ended.value.code == 0
        assert f"python -m {module.__name__} " in capsys.readouterr().out


def test_the_figures_asked_for_are_the_defaults() -> None:
    settings = rocket_sweep.settings_of(rocket_sweep.arguments([]))
    assert settings == Settings(10_000, 3, 400, 200, "wall")


def test_quick_makes_nothing_larger() -> None:
    given = rocket_sweep.arguments(["--quick", "--cases", "50", "--cea-sample", "5"])
    assert rocket_sweep.settings_of(given) == Settings(50, 1, 100, 5, "wall")


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (["--pair", "LOX/X"], "no pair LOX/X"),
        (["--peers", "cea,cantera"], "no peer cantera"),
        (["--cases", "0"], "0 is too few"),
    ],
)
def test_a_wrong_argument_is_named_with_the_remedy(
    given: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        rocket_sweep.arguments(given)
    assert ended.value.code == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize(
    ("cases", "size", "parts"),
    [(10, 4, [4, 4, 2]), (8, 4, [4, 4]), (3, 4, [3]), (10, 0, [10])],
)
def test_slices_are_all_the_cases_and_none_too_big(cases: int, size: int, parts: list[int]) -> None:
    assert rocket_memory.slices(cases, size) == parts


def test_figures_need_deviations_and_costs_by_size() -> None:
    assert plots.lacking({"deviations": {"a": {}}, "sizes": {"a": []}}) == []
    assert plots.lacking({"deviations": {}, "sizes": {"a": []}}) == ["the wheel among the --peers"]
    assert plots.lacking({}) == ["the wheel among the --peers", "--sizes"]
