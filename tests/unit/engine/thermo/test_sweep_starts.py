"""What sweeps start from: a first flame, fits that crowd where a cold gas is sharp, patches on either side."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.thermo.catalogue import find
from engine.thermo.performance import rocket_stations
from engine.thermo.reactants import mix
from engine.thermo.species import product_species
from engine.thermo.sweeps.coordinates import Mixtures, line_through
from engine.thermo.sweeps.fits import CHUNK, WIDE, Box, fit
from engine.thermo.sweeps.flame import first_flame
from engine.thermo.sweeps.known import KNOWN
from engine.thermo.sweeps.motors import wanted_of

GAS_CONSTANT = 8.31451


@pytest.mark.parametrize(
    ("fuel", "oxidizer", "ratio"),
    [
        ("LH2", "LOX", 6.0),
        ("RP-1", "LOX", 0.4),
        ("MMH", "N2O4", 2.0),
        ("GH2", "LF2", 10.0),
        ("C2H5OH", "LOX", 1.5),
    ],
)
def test_the_first_flame_is_near_the_flame_of_the_gases(fuel: str, oxidizer: str, ratio: float) -> None:
    mixture = mix(find(fuel), find(oxidizer), np.array([ratio]))
    species = product_species(mixture.elements)
    wanted = wanted_of(Mixtures(mixture.element_moles.T.copy(), mixture.enthalpy / GAS_CONSTANT))
    flame = first_flame(species, wanted, float(np.log(70.0)))
    assert flame is not None
    exponent = species.gases.formula @ flame.potentials[:, 0] - species.gases.gibbs(flame.temperature)[0]
    fractions = np.exp(exponent - flame.log_pressure)
    moles = np.exp(flame.log_total[0]) * fractions @ species.gases.formula
    assert fractions.sum() == pytest.approx(1.0, abs=0.05)
    np.testing.assert_allclose(moles, mixture.element_moles[0], rtol=0.1)
    assert abs(np.log(flame.temperature[0] / _temperature(fuel, oxidizer, ratio))) < 0.25


def _temperature(fuel: str, oxidizer: str, ratio: float) -> float:
    mixture = mix(find(fuel), find(oxidizer), np.array([ratio]))
    species = product_species(mixture.elements)
    pressure, areas = np.array([7e6]), np.array([[10.0]])
    flow = rocket_stations(species, mixture.element_moles, mixture.enthalpy, pressure, area_ratio=areas)
    return float(flow.temperature[0, 0])


def test_without_single_atoms_there_is_no_first_flame() -> None:
    mixture = mix(find("LH2"), find("LOX"), np.array([6.0]))
    species = product_species(mixture.elements, only=("H2", "H2O", "O2"))
    wanted = wanted_of(Mixtures(mixture.element_moles.T.copy(), mixture.enthalpy / GAS_CONSTANT))
    assert first_flame(species, wanted, 4.0) is None


@given(sharp=st.sampled_from([-1, 0, 1]), counts=st.tuples(st.integers(1, 9), st.integers(1, 4)))
def test_nodes_of_a_box_are_chebyshev_points_of_its_own_scale(sharp: int, counts: tuple[int, int]) -> None:
    box = Box(np.array([2.0, -1.0]), np.array([7.0, 3.0]), sharp)
    plain = Box(np.array([-1.0, -1.0]), np.array([1.0, 1.0]))
    np.testing.assert_allclose(box.scaled(box.nodes(counts)), plain.nodes(counts), atol=1e-12)


def test_crowded_nodes_follow_what_is_sharp_at_an_end() -> None:
    places = np.linspace(0.0, 1.0, 400)[None]

    def error(box: Box) -> float:
        nodes = box.nodes((20,))
        found = fit(box, (20,), nodes, np.log(0.02 + 1.0 - nodes))(places)
        return float(np.abs(found - np.log(0.02 + 1.0 - places)).max())

    low, high = np.array([0.0]), np.array([1.0])
    assert error(Box(low, high, 1)) < 0.01 * error(Box(low, high))


@pytest.mark.parametrize("counts", [(9, 4), (9, 4, WIDE // 4)])
def test_a_fit_does_not_depend_on_how_many_are_asked_for(counts: tuple[int, ...]) -> None:
    random = np.random.default_rng(3)
    box = Box(np.zeros(len(counts)), np.ones(len(counts)))
    nodes = box.nodes(counts)
    known = fit(box, counts, nodes, random.normal(size=(3, nodes.shape[1])))
    many = random.random((len(counts), CHUNK + 300))
    together = known(many)
    np.testing.assert_allclose(known(many[:, :7]), together[:, :7], atol=1e-12)
    np.testing.assert_allclose(known(many[:, -7:]), together[:, -7:], atol=1e-12)


def test_mixtures_on_both_sides_of_stoichiometry_are_one_sweep_of_two_patches() -> None:
    random = np.random.default_rng(5)
    mixture = mix(find("HTPB"), find("N2O"), random.uniform(4.0, 10.0, 120))
    species = product_species(mixture.elements)
    pressure, areas = random.uniform(2e6, 2e7, 120), np.full((120, 1), 40.0)
    KNOWN.forget()
    flow = rocket_stations(species, mixture.element_moles, mixture.enthalpy, pressure, area_ratio=areas)
    assert (flow.status == 0).all()
    found = line_through(Mixtures(mixture.element_moles.T.copy(), mixture.enthalpy / GAS_CONSTANT))
    assert found is not None
    sweeps = [entry.sweep for entry in KNOWN._entries]
    assert len(sweeps) == 1
    assert len(sweeps[0].borders) == 1
    assert {branch.patch for branch in sweeps[0].chamber.branches} == {0, 1}
