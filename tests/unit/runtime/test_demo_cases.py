import csv
import io
from typing import Any

from engine import parse_spec
from runtime.demo import cases


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(cases.batch_file()[0])))


def spec_of(row: dict[str, str]) -> dict[str, Any]:
    """The specification that a row means: dotted paths, numbers where they are numbers."""
    spec: dict[str, Any] = {}
    for path, cell in row.items():
        *folders, name = path.split(".")
        place = spec
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = value_of(cell)
    return spec


def value_of(cell: str) -> Any:
    if cell in ("true", "false"):
        return cell == "true"
    try:
        return float(cell)
    except ValueError:
        return cell


def test_the_motors_that_burn_are_specifications() -> None:
    for motor in cases.burns():
        assert parse_spec(motor.spec).motor_type == motor.spec["motor_type"]


def test_the_file_has_a_thousand_different_cases() -> None:
    found = rows()
    assert cases.batch_file()[1] == len(found) == 1000
    assert len({tuple(row.values()) for row in found}) == 1000


def test_the_file_is_the_same_every_time() -> None:
    assert cases.batch_file() == cases.batch_file()


def test_every_case_of_the_file_is_a_specification_and_is_compared() -> None:
    specs = [parse_spec(spec_of(row)) for row in rows()]
    assert all(spec.is_validated for spec in specs)


def test_the_file_has_the_propellants_that_people_fly() -> None:
    pairs = {(row["propellant.oxidizer"], row["propellant.fuel"]) for row in rows()}
    assert pairs >= {("LOX", "LH2"), ("LOX", "RP-1"), ("LOX", "LCH4"), ("N2O4", "MMH"), ("H2O2", "RP-1")}


def test_every_published_engine_is_a_specification_sized_by_its_thrust_in_vacuum() -> None:
    engines = cases.engines()
    assert [engine.name for engine in engines] == ["RS-25", "Merlin 1D", "Aestus"]
    for engine in engines:
        spec = parse_spec({**engine.spec, "validate": True})
        assert spec.thrust
        assert spec.ambient_pressure == 0.0
        assert 250.0 < engine.published_specific_impulse_vacuum < 500.0
        assert engine.source
        assert engine.assumption


def test_the_assumption_that_is_shown_is_the_one_that_is_computed_with() -> None:
    for engine in cases.engines():
        efficiency = engine.spec["efficiency"]
        assert f"c* {efficiency['c_star']:.3f}" in engine.assumption
        assert f"nozzle {efficiency['nozzle']:.3f}" in engine.assumption


def test_single_submissions_are_different_specifications() -> None:
    specs = cases.single_specs(30)
    assert len({parse_spec(spec).model_dump_json() for spec in specs}) == 30
