"""What holds for every burn: mass is kept, areas and volumes belong together, finer steps change less and less."""

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import engine
from engine.burns.curves import Curves
from engine.burns.march import march
from engine.result import SolidResult
from engine.solid.burning import chambers_of
from engine.solid.motors import Motors
from engine.solid.stacks import Stacks
from engine.solid.transient import TransientSystem, nozzle_flow
from engine.solid_spec import SolidSpec
from tests.unit.engine.examples import two_tubes

throats = st.floats(0.011, 0.02)
cores = st.floats(0.02, 0.06)
lengths = st.floats(0.08, 0.3)


def spec_of(throat: float, core: float, length: float, **other: Any) -> dict[str, Any]:
    spec = two_tubes(nozzle__throat_diameter=throat, nozzle__exit_diameter=2.5 * throat, **other)
    for grain in spec["grains"]:
        grain |= {"core_diameter": core, "length": length}
    return spec


def answer_of(spec: dict[str, Any]) -> SolidResult:
    answer = engine.analyze(spec)
    assert isinstance(answer, SolidResult)
    return answer


@settings(max_examples=5, deadline=None, phases=[Phase.generate])
@given(throats, cores, lengths)
def test_what_burns_goes_through_the_nozzle(throat: float, core: float, length: float) -> None:
    spec = engine.parse_spec(spec_of(throat, core, length, settings={"model": "transient"}))
    assert isinstance(spec, SolidSpec)
    motors, stacks = Motors.of([spec]), Stacks.of([spec])
    system = TransientSystem.of(motors, stacks, chambers_of([spec], stacks, np.array([5e6])))
    with np.errstate(all="ignore"):
        record = march(system, system.begin(), np.array([1e-6]), np.array([1e-6]), np.array([0.02]))
        curves = Curves.of(record, 1)
    pressure, gas, _ = system.pressure(curves.state)
    out = nozzle_flow(pressure, gas, np.pi / 4.0 * curves.state[-1] ** 2, motors.ambient_pressure)
    burnt = stacks.density[0] @ stacks.at(np.zeros((1, 2))).volume[0]
    kept = curves.state[0, -1] - curves.state[0, 0]
    assert curves.integral(out)[0] + kept == pytest.approx(burnt, rel=1e-4)


@settings(max_examples=5, deadline=None, phases=[Phase.generate])
@given(throats, cores, lengths)
def test_mass_flows_sum_to_the_propellant(throat: float, core: float, length: float) -> None:
    answer = answer_of(spec_of(throat, core, length, settings={"time_step": 0.005, "burnout_web": 0.0}))
    flow, time = (np.array(answer.history[name], dtype=float) for name in ("mass_flow_rate", "time"))
    assert np.trapezoid(flow, time) == pytest.approx(answer.propellant_mass, rel=1e-2)
    assert answer.history["propellant_mass"][-1] == pytest.approx(0.0, abs=2e-3 * answer.propellant_mass)


def test_finer_steps_converge() -> None:
    steps = (0.08, 0.04, 0.02, 0.01)
    specs = [two_tubes(settings={"time_step": step, "burnout_web": 0.0}) for step in steps]
    peaks = [answer_of(spec).specific_impulse_vacuum for spec in specs]
    exact = answer_of(two_tubes(settings={"time_step": 2e-4, "burnout_web": 0.0})).specific_impulse_vacuum
    misses = [abs(peak / exact - 1.0) for peak in peaks]
    assert misses[-1] < 2e-3
    assert misses[-1] < misses[0]


def test_a_transient_march_converges() -> None:
    coarse, fine, finest = (
        answer_of(two_tubes(settings={"model": "transient", "tolerance": tolerance})).total_impulse
        for tolerance in (1e-3, 1e-5, 1e-6)
    )
    assert coarse == pytest.approx(finest, rel=1e-3)
    assert fine == pytest.approx(finest, rel=1e-4)


def test_motors_marched_together_are_those_marched_alone() -> None:
    specs = [
        spec_of(throat, core, 0.14, settings={"model": model})
        for model in ("quasi_steady", "transient")
        for throat, core in ((0.012, 0.03), (0.016, 0.03), (0.016, 0.05))
    ]
    for spec, together in zip(specs, engine.analyze_many(specs), strict=True):
        assert isinstance(together, SolidResult)
        assert together.total_impulse == pytest.approx(answer_of(spec).total_impulse, rel=1e-6)


def test_many_motors_in_arrays_are_few_in_plain_numbers() -> None:
    for wear in (0.0, 5e-11):
        throats = np.linspace(0.012, 0.016, 9)
        specs = [spec_of(float(throat), 0.03, 0.14, nozzle__erosion_coefficient=wear) for throat in throats]
        specs[4]["grains"][1]["core_diameter"] = 0.04
        for spec, together in zip(specs, engine.analyze_many(specs), strict=True):
            assert isinstance(together, SolidResult)
            assert together.total_impulse == pytest.approx(answer_of(spec).total_impulse, rel=1e-9)
            assert together.burn_time == pytest.approx(answer_of(spec).burn_time)


def test_a_throat_that_wears_lowers_the_pressure() -> None:
    for model in ("quasi_steady", "transient"):
        fixed = answer_of(two_tubes(settings={"model": model}))
        worn = answer_of(two_tubes(settings={"model": model}, nozzle__erosion_coefficient=5e-11))
        clogged = answer_of(two_tubes(settings={"model": model}, nozzle__slag_coefficient=100.0))
        assert worn.chamber_pressure < fixed.chamber_pressure < clogged.chamber_pressure
        last = worn.history["throat_diameter"][-1]
        assert last is not None
        assert last > 0.014


def early_pressure(answer: SolidResult) -> float:
    """Pa, the mean of the second half of the first second."""
    time, pressure = (np.array(answer.history[name], dtype=float) for name in ("time", "chamber_pressure"))
    return float(np.mean(np.interp(np.linspace(0.5, 1.0, 20), time, pressure)))


def test_flow_along_the_surface_makes_it_burn_faster() -> None:
    for model in ("quasi_steady", "transient"):
        plain = answer_of(two_tubes(settings={"model": model}))
        spec = two_tubes(settings={"model": model})
        spec["propellant"]["erosive_burning"] = {"coefficient": 3e-5}
        eroded = answer_of(spec)
        assert eroded.mass_flux_peak > 1.05 * plain.mass_flux_peak
        assert early_pressure(eroded) > 1.02 * early_pressure(plain)
        none = two_tubes(settings={"model": model})
        none["propellant"]["erosive_burning"] = {"coefficient": 0.0}
        assert answer_of(none).total_impulse == pytest.approx(plain.total_impulse, rel=1e-3)
