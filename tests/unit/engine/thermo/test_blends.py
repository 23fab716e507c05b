import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.thermo import catalogue
from engine.thermo.blends import Blend, blend_of, blend_parts
from engine.thermo.catalogue import Propellant, find
from engine.thermo.reactants import ReactantMixture, mix_blends, premix

names = st.sampled_from([entry["name"] for entry in catalogue.entries()])
parts = st.lists(st.tuples(names, st.floats(1e-3, 1e3)), min_size=1, max_size=6)
Parts = list[tuple[str, float]]


def blended(given_parts: Parts, *, is_by_mole: bool = False) -> Blend:
    amounts = np.array([[amount for _, amount in given_parts]])
    return blend_parts([find(name) for name, _ in given_parts], amounts, None, is_by_mole=is_by_mole)


def same(first: ReactantMixture, second: ReactantMixture) -> None:
    assert first.elements == second.elements
    np.testing.assert_allclose(first.element_moles, second.element_moles, rtol=1e-12, atol=1e-14)
    scale = np.abs(first.mass_fractions) @ [
        abs(reactant.enthalpy / reactant.molar_mass) for reactant in first.reactants
    ]
    np.testing.assert_allclose(first.enthalpy, second.enthalpy, rtol=0.0, atol=1e-12 * scale.max())


@given(parts, st.randoms(), st.booleans())
def test_the_order_of_the_ingredients_does_not_matter(
    given_parts: Parts, random: object, is_by_mole: bool
) -> None:
    shuffled = list(given_parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    same(
        premix(blended(given_parts, is_by_mole=is_by_mole)), premix(blended(shuffled, is_by_mole=is_by_mole))
    )


@given(parts, st.floats(0.0, 1.0), st.booleans())
def test_an_ingredient_may_be_split_in_two(given_parts: Parts, share: float, is_by_mole: bool) -> None:
    (name, amount), *others = given_parts
    split = [(name, share * amount), *others, (name, (1.0 - share) * amount)]
    same(premix(blended(given_parts, is_by_mole=is_by_mole)), premix(blended(split, is_by_mole=is_by_mole)))


@given(parts, st.floats(1e-3, 1e3))
def test_fractions_need_not_add_to_one(given_parts: Parts, scale: float) -> None:
    blend = blended(given_parts)
    assert blend.mass_fractions.sum() == pytest.approx(1.0, rel=1e-12)
    same(premix(blend), premix(blended([(name, scale * amount) for name, amount in given_parts])))


@given(parts, parts, st.floats(0.0, 1.0))
def test_two_blends_hold_what_their_kilograms_hold(fuel: Parts, oxidizer: Parts, share: float) -> None:
    mixture = mix_blends(blended(fuel), blended(oxidizer), np.array([share]))
    whole = [(name, share * fraction) for name, fraction in normal(fuel)]
    whole += [(name, (1.0 - share) * fraction) for name, fraction in normal(oxidizer)]
    same(mixture, premix(blended(whole)))


def normal(given_parts: Parts) -> Parts:
    total = sum(amount for _, amount in given_parts)
    return [(name, amount / total) for name, amount in given_parts]


def test_a_mole_of_each_weighs_its_molar_mass() -> None:
    air = blended([("N2", 0.79), ("O2", 0.21)], is_by_mole=True)
    nitrogen, oxygen = 0.79 * 28.0134, 0.21 * 31.9988
    np.testing.assert_allclose(
        air.mass_fractions[0], [nitrogen / (nitrogen + oxygen), oxygen / (nitrogen + oxygen)]
    )


def test_a_blend_inside_a_blend_counts_as_its_molecules() -> None:
    half = find("A-50")
    assert 1.0 / half.molar_mass == pytest.approx(0.5 / 0.03204516 + 0.5 / 0.06009832, rel=1e-6)
    outer = blended([("A-50", 1.0), ("N2H4", 1.0)], is_by_mole=True)
    mass = half.molar_mass / (half.molar_mass + find("N2H4").molar_mass)
    np.testing.assert_allclose(outer.mass_fractions[0], [0.5 * mass, 0.5 * mass, 1.0 - mass])


def test_a_row_without_proportions_becomes_nan_and_spares_the_others() -> None:
    rows = np.array([[1.0, 1.0], [1.0, -1.0], [0.0, 0.0], [np.nan, 1.0], [0.0, 2.0]])
    mixture = premix(blend_parts([find("AP"), find("AL")], rows, None, is_by_mole=False))
    assert np.isfinite(mixture.enthalpy).tolist() == [True, False, False, False, True]
    assert np.isfinite(mixture.element_moles).all(axis=1).tolist() == [True, False, False, False, True]


def test_parts_keep_their_own_temperatures_beside_that_of_the_side() -> None:
    mixed = catalogue.blend([find("CH4"), find("C2H5OH")], [1.0, 1.0], [400.0, None], is_by_mole=False)
    assert mixed.temperatures == (400.0, None)
    assert mixed.entering(310.0) == (400.0, 310.0)
    blend = blend_of(mixed, np.array([310.0, np.nan]))
    assert blend.temperatures is not None
    np.testing.assert_array_equal(blend.temperatures, [[400.0, 310.0], [400.0, np.nan]])
    assert premix(blend).enthalpy.shape == (2,)


def test_a_propellant_alone_is_a_blend_in_its_own_proportions() -> None:
    blend = blend_of(find("MON3"))
    assert blend.temperatures is None
    np.testing.assert_array_equal(blend.mass_fractions, [[0.97, 0.03]])
    assert isinstance(find("MON3"), Propellant)
