from dataclasses import dataclass, field

import numpy as np

from engine.burns.curves import Curves
from engine.burns.march import march

Array = np.ndarray


@dataclass
class Leak:
    """A vessel that empties at a rate of its own, quietly first, ten times as fast once half is gone; then it is over
    at a tenth.
    """

    rate: Array
    core: int = 1
    phase: Array = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if not len(self.phase):
            self.phase = np.zeros(len(self.rate))

    def take(self, places: Array) -> "Leak":
        return Leak(self.rate[places], self.core, self.phase[places])

    def rates(self, state: Array) -> Array:
        flow = self.rate * np.where(self.phase > 0, 10.0, 1.0) * state[0]
        return np.stack([-flow, flow])

    def scales(self, state: Array) -> Array:
        return np.ones_like(state)

    def remaining(self, time: Array, state: Array) -> Array:
        return state[0] - np.where(self.phase > 0, 0.1, 0.5)

    def horizon(self, state: Array) -> Array:
        return np.full(len(self.rate), np.inf)

    def settle(self, state: Array, ended: Array) -> None:
        self.phase = self.phase + ended


RATES = np.array([1.0, 3.0, 0.2, 40.0])


def marched(tolerance: float = 1e-6) -> Curves:
    count = len(RATES)
    start = np.stack([np.ones(count), np.zeros(count)])
    record = march(
        Leak(RATES), start, np.full(count, 1e-3), np.full(count, tolerance), np.full(count, np.inf)
    )
    assert record.broken.size == 0
    return Curves.of(record, count)


def test_each_burn_ends_its_phases_on_the_point_and_at_its_own_time() -> None:
    curves = marched()
    np.testing.assert_allclose(curves.last_time(0), np.log(2.0) / RATES, rtol=1e-5)
    np.testing.assert_allclose(curves.last_time(1), (np.log(2.0) + np.log(5.0) / 10.0) / RATES, rtol=0.05)


def test_points_between_the_steps_are_as_good_as_the_steps() -> None:
    curves = marched()
    early = curves.phase == 0
    exact = np.exp(-RATES[curves.burn] * curves.time)
    np.testing.assert_allclose(curves.state[0][early], exact[early], rtol=1e-4)


def test_integrals_over_a_phase_and_over_all_are_those_of_the_gathered_state() -> None:
    curves = marched()
    flow = RATES[curves.burn] * np.where(curves.phase > 0, 10.0, 1.0) * curves.state[0]
    np.testing.assert_allclose(curves.integral(flow, only_phase=0), 0.5, rtol=1e-5)
    gathered = np.array([curves.state[1][curves.burn == burn][-1] for burn in range(len(RATES))])
    np.testing.assert_allclose(curves.integral(flow), gathered, rtol=1e-5)


def test_times_increase_within_each_burn_and_burns_follow_each_other() -> None:
    curves = marched(1e-2)
    same = np.diff(curves.burn) == 0
    assert (np.diff(curves.time)[same] > 0).all()
    assert (np.diff(curves.burn) >= 0).all()


def test_a_curve_is_above_a_level_between_its_crossings() -> None:
    curves = marched()
    above = curves.time_above(curves.state[0], np.full(len(RATES), 0.75))
    np.testing.assert_allclose(above, np.log(4.0 / 3.0) / RATES, rtol=1e-3)
    np.testing.assert_allclose(curves.highest(curves.state[0]), 1.0)


def test_a_burn_that_is_over_waits_for_the_others_without_breaking() -> None:
    rates = np.array([1.0, 1.001, 1.002, 1.003, 40.0, 1.004, 1.005])
    count = len(rates)
    start = np.stack([np.ones(count), np.zeros(count)])
    with np.errstate(all="ignore"):
        record = march(Leak(rates), start, np.full(count, 1e-3), np.full(count, 1e-6), np.full(count, np.inf))
    assert record.broken.size == 0
    times = [record.time[record.burn == burn] for burn in range(count)]
    assert all((np.diff(time) > 0.0).all() for time in times)
