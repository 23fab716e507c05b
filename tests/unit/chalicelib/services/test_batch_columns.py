from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.batch_columns import check_columns, implied_motor_type, paths_of


class Inner(BaseModel):
    depth: float | None = None


class Round(BaseModel):
    type: Literal["round"]
    radius: Annotated[float, Field(gt=0)]


class Square(BaseModel):
    type: Literal["square"]
    side: float


class Outer(BaseModel):
    name: str | Inner
    shape: Annotated[Round | Square, Field(discriminator="type")]
    formula: dict[str, float]
    is_checked: bool = Field(default=False, alias="check")


def test_the_paths_of_a_model_reach_into_its_alternatives_and_use_its_aliases() -> None:
    assert set(paths_of(Outer)) == {
        "name",
        "name.depth",
        "shape.type",
        "shape.radius",
        "shape.side",
        "formula.*",
        "check",
    }


@pytest.mark.parametrize(
    "column",
    [
        "motor_type",
        "propellant.fuel",
        "propellant.fuel.formula.C",
        "propellant.fuel.3.mass_fraction",
        "propellant.fuel.enthalpy",
        "propellant.percent_fuel",
        "propellant.monopropellant",
        "nozzle.half_angle",
        "combustor.contraction_ratio",
        "efficiency.c_star",
        "validate",
    ],
)
def test_every_field_of_a_liquid_engine_can_be_a_column(column: str) -> None:
    check_columns([column], [])


@pytest.mark.parametrize(
    ("column", "hint"),
    [
        ("nozzle.area_ration", "did you mean 'nozzle.area_ratio'?"),
        ("mixture_ratio", "did you mean 'propellant.mixture_ratio'?"),
        ("qqqqqq", "leave the column out"),
        ("propellant.fuel.mass_fraction", "did you mean 'propellant.fuel.0.mass_fraction'?"),
        ("propellant.fuel.100.name", "did you mean 'propellant.fuel.0.name'?"),
    ],
)
def test_an_unknown_column_is_answered_with_the_nearest(column: str, hint: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        check_columns(["thrust", column], [])
    assert [(problem.field, problem.hint) for problem in refusal.value.fields] == [(column, hint)]


def test_an_unknown_constant_is_refused_like_a_column() -> None:
    with pytest.raises(InvalidRequestError, match="chamber"):
        check_columns([], ["chamber"])


def test_the_motor_type_is_implied_where_only_one_has_the_columns() -> None:
    assert implied_motor_type(("propellant.fuel", "nozzle.area_ratio")) == "liquid"
    assert implied_motor_type(("propellant.fuel", "nozzle.area_ratio", "grain.length")) == "hybrid"
    assert implied_motor_type(("no.such.field",)) is None
