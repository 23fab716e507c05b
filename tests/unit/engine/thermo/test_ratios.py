import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.thermo import catalogue
from engine.thermo.blends import Blend, blend_of
from engine.thermo.catalogue import find
from engine.thermo.measures import MIXTURE_MEASURES, MixtureMeasure
from engine.thermo.ratios import ELEMENTS_BY_VALENCE, fuel_share, oxidation_states

HYDROGEN_BY_OXYGEN = 0.0319988 / (2 * 0.00201588)


def side(name: str) -> Blend:
    return blend_of(find(name))


def ratio(measure: MixtureMeasure, value: float, fuel: str, oxidizer: str) -> float:
    share = fuel_share(measure, np.array([value]), side(fuel), side(oxidizer))
    return float(1.0 / share[0] - 1.0)


@pytest.mark.parametrize("measure", ["equivalence_ratio", "chemical_equivalence_ratio"])
@pytest.mark.parametrize("value", [0.5, 1.0, 3.0])
def test_hydrogen_needs_eight_times_its_mass_of_oxygen(measure: MixtureMeasure, value: float) -> None:
    assert ratio(measure, value, "LH2", "LOX") == pytest.approx(HYDROGEN_BY_OXYGEN / value, rel=1e-12)


def test_oxygen_in_the_fuel_tells_the_two_equivalence_ratios_apart() -> None:
    # CH3OH + 1.5 O2: positive states 4 + 4, negative 2 + 6
    methanol, oxygen = find("CH3OH").molar_mass, 0.0319988
    assert ratio("equivalence_ratio", 1.0, "CH3OH", "LOX") == pytest.approx(1.5 * oxygen / methanol)
    assert ratio("chemical_equivalence_ratio", 1.0, "CH3OH", "LOX") == pytest.approx(1.5 * oxygen / methanol)
    assert ratio("equivalence_ratio", 2.0, "CH3OH", "LOX") == pytest.approx(0.75 * oxygen / methanol)
    # twice as many positive as negative: 8 = 2 (2 + 2 n)
    assert ratio("chemical_equivalence_ratio", 2.0, "CH3OH", "LOX") == pytest.approx(0.5 * oxygen / methanol)


def test_percent_of_fuel_is_what_it_says() -> None:
    share = fuel_share("percent_fuel", np.array([0.0, 25.0, 100.0, -1.0, 101.0]), side("LH2"), side("LOX"))
    np.testing.assert_array_equal(share, [0.0, 0.25, 1.0, np.nan, np.nan])


@pytest.mark.parametrize("measure", ["mixture_ratio", "equivalence_ratio", "chemical_equivalence_ratio"])
def test_the_ends_are_fuel_alone_and_oxidizer_alone(measure: MixtureMeasure) -> None:
    ends = np.array([0.0, np.inf])
    share = fuel_share(measure, ends, side("LH2"), side("LOX"))
    assert share.tolist() == ([1.0, 0.0] if measure == "mixture_ratio" else [0.0, 1.0])


@pytest.mark.parametrize("measure", MIXTURE_MEASURES)
def test_what_is_no_ratio_has_no_share(measure: MixtureMeasure) -> None:
    share = fuel_share(measure, np.array([-1.0, np.nan, -np.inf]), side("MMH"), side("N2O4"))
    assert np.isnan(share).all()


@pytest.mark.parametrize(
    ("fuel", "oxidizer"), [("LOX", "LOX"), ("LOX", "LH2"), ("LH2", "RP-1"), ("N2", "LOX")]
)
def test_a_pair_that_cannot_be_stoichiometric_has_no_equivalence_ratio(fuel: str, oxidizer: str) -> None:
    assert np.isnan(ratio("equivalence_ratio", 1.0, fuel, oxidizer))


fuels = st.sampled_from(["LH2", "RP-1", "MMH", "C2H5OH", "NH3", "HTPB", "AL", "PMMA"])
oxidizers = st.sampled_from(["LOX", "N2O4", "H2O2", "N2O", "LF2", "AP"])


@given(fuels, oxidizers, st.floats(0.3, 1.5))
def test_the_chemical_ratio_is_that_of_the_states_in_the_mixture(
    fuel: str, oxidizer: str, wanted: float
) -> None:
    blends = side(fuel), side(oxidizer)
    share = fuel_share("chemical_equivalence_ratio", np.array([wanted]), *blends)[0]
    if not np.isnan(share):
        sums = [oxidation_states(blend) for blend in blends]
        positive, negative = (share * sums[0][k][0] + (1.0 - share) * sums[1][k][0] for k in range(2))
        assert -positive / negative == pytest.approx(wanted, rel=1e-10)


@given(fuels, oxidizers)
def test_both_equivalence_ratios_call_the_same_mixture_stoichiometric(fuel: str, oxidizer: str) -> None:
    by_mass = ratio("equivalence_ratio", 1.0, fuel, oxidizer)
    assert by_mass == pytest.approx(ratio("chemical_equivalence_ratio", 1.0, fuel, oxidizer), rel=1e-12)


def test_every_element_with_data_has_an_oxidation_state() -> None:
    listed = [element for elements in ELEMENTS_BY_VALENCE.values() for element in elements.split()]
    assert sorted(listed) == sorted(catalogue.atomic_masses())
