"""Sweeps give what the careful path gives, whatever condenses, and leave to it what they cannot do."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.thermo import performance
from engine.thermo.catalogue import find
from engine.thermo.performance import rocket_stations
from engine.thermo.reactants import mix
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import product_species
from engine.thermo.sweeps import stations
from engine.thermo.sweeps.coordinates import Mixtures, line_through
from engine.thermo.sweeps.fits import Box, fit
from engine.thermo.sweeps.known import KNOWN
from engine.thermo.sweeps.symmetric import solve_symmetric

COMPARED = (
    "temperature",
    "pressure",
    "molar_mass",
    "enthalpy",
    "entropy",
    "density",
    "specific_impulse_vacuum",
)
DERIVATIVES = ("gamma", "heat_capacity", "heat_capacity_frozen", "sound_speed", "gamma_frozen")
PAIRS = {
    "hot hydrogen": ("LH2", "LOX", 4.0, 8.0),
    "hydrogen through stoichiometry": ("LH2", "LOX", 2.0, 14.0),
    "kerosene with soot": ("RP-1", "LOX", 0.8, 3.0),
    "storable": ("MMH", "N2O4", 1.2, 2.6),
    "rubber": ("HTPB", "N2O", 4.0, 9.0),
}


class Case:
    """Random motors of one pair of propellants."""

    def __init__(self, name: str, cases: int) -> None:
        fuel, oxidizer, low, high = PAIRS[name]
        random = np.random.default_rng(7)
        self.mixture = mix(find(fuel), find(oxidizer), random.uniform(low, high, cases))
        self.pressure = np.exp(random.uniform(np.log(1e6), np.log(2e7), cases))
        self.species = product_species(self.mixture.elements)

    def solve(self, **exits: Any) -> RocketStations:
        return rocket_stations(
            self.species, self.mixture.element_moles, self.mixture.enthalpy, self.pressure, **exits
        )


@pytest.fixture
def swept(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many cases the sweeps have solved, block by block."""
    counts: list[int] = []
    original = performance.sweep_stations

    def counting(*given: Any) -> Iterator[stations.Solved]:
        for solved in original(*given):
            counts.append(len(solved[0]))
            yield solved

    monkeypatch.setattr(performance, "sweep_stations", counting)
    return counts


def careful(case: Case, monkeypatch: pytest.MonkeyPatch, **exits: Any) -> RocketStations:
    with monkeypatch.context() as patch:
        patch.setattr(performance, "sweep_stations", lambda *_: iter(()))
        return case.solve(**exits)


def assert_same(ours: RocketStations, reference: RocketStations) -> None:
    np.testing.assert_array_equal(ours.status, reference.status)
    for name in COMPARED:
        # the throat's pressure is approached more slowly than quadratically; nothing else depends on its last digits
        scale = np.nanmax(np.abs(getattr(reference, name)))
        compared = getattr(ours, name), getattr(reference, name)
        np.testing.assert_allclose(compared[0][:, 1], compared[1][:, 1], 1e-8, 1e-9 * scale, err_msg=name)
        compared = (np.delete(values, 1, axis=1) for values in compared)
        np.testing.assert_allclose(*compared, rtol=2e-9, atol=1e-10 * scale, err_msg=name)
    for name in DERIVATIVES:
        # those of the state before the last step
        np.testing.assert_allclose(getattr(ours, name), getattr(reference, name), rtol=2e-6, err_msg=name)
    np.testing.assert_allclose(ours.c_star, reference.c_star, rtol=1e-11)
    np.testing.assert_allclose(ours.mole_fractions, reference.mole_fractions, atol=1e-10)


@pytest.mark.parametrize("name", PAIRS)
def test_a_sweep_over_areas_gives_what_the_careful_path_gives(
    name: str, swept: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case(name, 200)
    areas = np.random.default_rng(3).uniform(2.0, 80.0, (200, 2))
    ours = case.solve(area_ratio=areas)
    assert sum(swept) > (20 if name == "kerosene with soot" else 100)
    assert_same(ours, careful(case, monkeypatch, area_ratio=areas))


def test_a_throat_where_alumina_freezes_is_the_first_one(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(2)
    case = Case("storable", 60)
    case.mixture = mix(find("AL"), find("AP"), random.uniform(0.4, 0.9, 60))
    case.species = product_species(case.mixture.elements)
    case.pressure = np.exp(random.uniform(np.log(1e5), np.log(1e6), 60))
    areas = np.full((60, 1), 20.0)
    ours, reference = case.solve(area_ratio=areas), careful(case, monkeypatch, area_ratio=areas)
    both = (ours.status == 0) & (reference.status == 0)
    assert both.sum() > 40
    np.testing.assert_allclose(ours.c_star[both], reference.c_star[both], rtol=1e-8)


def test_small_areas_are_found_downstream_of_the_throat(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("hot hydrogen", 150)
    areas = np.exp(np.random.default_rng(4).uniform(np.log(1.02), np.log(200.0), (150, 1)))
    case.pressure *= 0.1
    ours = case.solve(area_ratio=areas)
    assert (ours.mach[:, 2] > 1.0).all()
    assert_same(ours, careful(case, monkeypatch, area_ratio=areas))


def test_a_sweep_over_exit_pressures_gives_what_the_careful_path_gives(
    swept: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Case("storable", 150)
    ratios = np.random.default_rng(3).uniform(3.0, 300.0, (150, 2))
    ours = case.solve(pressure_ratio=ratios)
    assert sum(swept) > 100
    assert_same(ours, careful(case, monkeypatch, pressure_ratio=ratios))


def test_the_size_of_a_block_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("kerosene with soot", 300)
    whole = case.solve(area_ratio=np.full((300, 1), 40.0))
    monkeypatch.setattr(stations, "BLOCK", 37)
    cut = case.solve(area_ratio=np.full((300, 1), 40.0))
    for name in (*COMPARED, *DERIVATIVES, "c_star", "mole_fractions"):
        np.testing.assert_allclose(getattr(cut, name), getattr(whole, name), rtol=1e-12, atol=1e-30)


def test_an_unusable_case_among_many_has_its_status_and_disturbs_none(swept: list[int]) -> None:
    case = Case("hot hydrogen", 120)
    areas = np.full((120, 1), 40.0)
    whole = case.solve(area_ratio=areas)
    case.pressure[17] = np.nan
    found = case.solve(area_ratio=areas)
    assert sum(swept) > 200
    assert found.status[17] == 1
    others = np.arange(120) != 17
    np.testing.assert_allclose(found.temperature[others], whole.temperature[others], rtol=1e-9)


def test_elements_balance_and_entropy_stays_along_the_nozzle() -> None:
    case = Case("rubber", 100)
    found = case.solve(area_ratio=np.full((100, 1), 40.0))
    moles = found.mole_fractions / found.molar_mass_mixture[:, :, None]
    balance = moles @ case.species.formula_matrix
    largest = case.mixture.element_moles.max(axis=1)[:, None, None]
    assert np.abs(balance - case.mixture.element_moles[:, None]).max() < 1e-11 * largest.max()
    np.testing.assert_allclose(found.entropy, found.entropy[:, :1] * np.ones(3), rtol=1e-12)


def test_mixtures_of_more_than_two_directions_are_no_line() -> None:
    random = np.random.default_rng(1)
    assert line_through(Mixtures(random.uniform(1, 2, (3, 10)), random.uniform(0, 1, 10))) is None
    share = random.uniform(0, 1, 10)
    moles = np.outer([1.0, 0.0, 3.0], share) + np.outer([0.0, 5.0, 1.0], 1 - share)
    found = line_through(Mixtures(moles, share * 1000.0))
    assert found is not None
    line, position = found
    np.testing.assert_allclose(line.at(position).elements, moles, atol=1e-12)
    np.testing.assert_allclose(line.at(position).enthalpy, share * 1000.0, atol=1e-9)
    elsewhere = Mixtures(moles + np.array([[0.0], [0.1], [0.0]]), share * 1000.0)
    assert not line.place(elsewhere)[1].any()
    assert line.place(Mixtures(moles[:, 3:4], share[3:4] * 1000.0))[1].all()


def test_a_fit_passes_through_the_nodes_of_a_full_grid() -> None:
    box = Box(np.array([1.0, -2.0, 5.0]), np.array([3.0, 2.0, 5.0]))
    nodes = box.nodes((4, 3, 1))
    values = np.stack([np.exp(nodes[0]) * nodes[1], nodes[1] ** 2])
    found = fit(box, (4, 3, 1), nodes, values)
    np.testing.assert_allclose(found(nodes), values, atol=1e-12)


def test_the_symmetric_elimination_solves_what_numpy_solves() -> None:
    random = np.random.default_rng(5)
    square = random.normal(size=(6, 3, 3))
    matrix = np.zeros((6, 4, 4))
    matrix[:, :3, :3] = square @ square.transpose(0, 2, 1) + np.eye(3)
    matrix[:, 3, :3] = matrix[:, :3, 3] = random.normal(size=(6, 3))
    right = random.normal(size=(6, 4, 2))
    system = np.concatenate([matrix, right], axis=2).transpose(1, 2, 0).copy()
    last = solve_symmetric(system, 3)
    np.testing.assert_allclose(system[:, 4:].transpose(2, 0, 1), np.linalg.solve(matrix, right), rtol=1e-9)
    np.testing.assert_allclose(last, np.linalg.det(matrix) / np.linalg.det(matrix[:, :3, :3]), rtol=1e-9)


def test_later_calls_start_from_what_earlier_ones_have_fitted(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Case("storable", 200), Case("storable", 200)
    second.pressure = second.pressure[::-1].copy()
    areas = np.full((200, 1), 40.0)
    fresh = second.solve(area_ratio=areas)
    KNOWN.forget()
    first.solve(area_ratio=areas)
    monkeypatch.setattr(stations, "prepare", lambda *_: pytest.fail("fitted again"))
    again = second.solve(area_ratio=areas)
    assert_same(again, fresh)


def test_motors_sent_one_by_one_get_fits_too(swept: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("storable", 30)
    areas = np.full((30, 1), 40.0)
    elements, heat, pressure = case.mixture.element_moles, case.mixture.enthalpy, case.pressure
    one_by_one = [
        rocket_stations(case.species, elements[[k]], heat[[k]], pressure[[k]], area_ratio=areas[[k]])
        for k in range(30)
    ]
    assert sum(swept) > 8
    reference = careful(case, monkeypatch, area_ratio=areas)
    for k, found in enumerate(one_by_one):
        np.testing.assert_allclose(found.temperature[0], reference.temperature[k], rtol=1e-8)
        np.testing.assert_allclose(found.c_star[0], reference.c_star[k], rtol=1e-10)
