import inspect
from typing import get_args

import pytest

import engine
from engine.registry import MOTOR_TYPES, MotorType
from engine.spec import AnalysisSpec, LiquidSpec


@pytest.mark.parametrize("name", MOTOR_TYPES)
def test_a_motor_type_is_named_alike_in_the_registry_and_in_its_model(name: str) -> None:
    annotation = MOTOR_TYPES[name].model.model_fields["motor_type"].annotation
    assert annotation.__args__ == (name,)  # type: ignore[union-attr]


@pytest.mark.parametrize("name", MOTOR_TYPES)
def test_a_solver_takes_a_list_of_specifications(name: str) -> None:
    solver = MOTOR_TYPES[name].load_solver()
    assert list(inspect.signature(solver).parameters) == ["specs"]
    assert solver([]) == []


def test_a_specification_is_of_a_registered_model() -> None:
    models = {motor.model for motor in MOTOR_TYPES.values()}
    assert models == set(get_args(AnalysisSpec))


def test_a_solver_that_does_not_exist_is_an_error_and_not_silence() -> None:
    with pytest.raises(AttributeError, match="no_such_function"):
        MotorType(LiquidSpec, "engine.liquid.solve:no_such_function", "").load_solver()


@pytest.mark.parametrize("name", engine.__all__)
def test_every_public_name_of_the_engine_can_be_had(name: str) -> None:
    assert getattr(engine, name) is not None
    assert name in dir(engine)


def test_a_name_that_the_engine_has_not_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="analyse"):
        engine.analyse  # noqa: B018
