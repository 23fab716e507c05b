"""Which species a mixture may form: chosen by name, with ions, and phases to start with."""

import numpy as np
import pytest

import engine
from engine.errors import SpecError
from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.species import product_species
from tests.unit.engine.thermo.mixtures import mixture, moles

HOT = {"fuel": "LH2", "oxidizer": "LOX", "mixture_ratio": 6.0, "pressure": 1e5, "temperature": 3500.0}


def test_only_the_named_species_are_formed() -> None:
    names = ("H2", "O2", "H2O", "CO2")
    state = engine.equilibrium("TP", **HOT, only=names)  # type: ignore[arg-type]
    assert set(state.species) == {"H2", "O2", "H2O"}
    assert state.status == 0
    everything = engine.equilibrium("TP", **HOT)  # type: ignore[arg-type]
    assert state.mole_fractions[state.species.index("H2O")] > 0.1 + float(
        everything.mole_fractions[everything.species.index("H2O")]
    )


def test_the_omitted_species_are_not_formed_and_the_others_are_as_if_there_were_none() -> None:
    without = engine.equilibrium("TP", **HOT, omit=["OH", "HO2", "CO2"])  # type: ignore[arg-type]
    rest = tuple(name for name in product_species(("H", "O")).names if name not in ("OH", "HO2"))
    assert without.species == rest
    named = engine.equilibrium("TP", **HOT, only=rest)  # type: ignore[arg-type]
    np.testing.assert_array_equal(without.mole_fractions, named.mole_fractions)


@pytest.mark.parametrize("field", ["only", "omit", "insert"])
def test_an_unknown_name_is_refused_with_the_nearest_ones(field: str) -> None:
    with pytest.raises(SpecError) as refusal:
        engine.equilibrium("TP", **HOT, **{field: ["H2O", "H20(L)"]})  # type: ignore[arg-type]
    problem = refusal.value.problems[-1]
    assert problem.field == field
    assert problem.value == "H20(L)"
    assert "H2O(L)" in str(problem.hint)


def test_a_selection_without_a_gas_is_refused() -> None:
    with pytest.raises(SpecError, match="leaves no gas made of H, O"):
        product_species(("H", "O"), only=["H2O(L)"])
    with pytest.raises(SpecError, match="only"):
        product_species(("H", "O"), only=["CO2"])


def test_what_is_inserted_has_to_be_a_condensed_phase_of_the_mixture() -> None:
    for name in ("H2O", "C(gr)"):
        with pytest.raises(SpecError, match="is no condensed phase of this mixture") as refusal:
            engine.equilibrium("TP", **HOT, insert=[name])  # type: ignore[arg-type]
        assert refusal.value.problems[0].field == "insert"


@pytest.mark.parametrize("inserted", [["AL2O3(L)"], ["AL2O3(a)", "AL(L)"], ["AL(cr)"]])
def test_inserted_phases_do_not_change_the_answer(inserted: list[str]) -> None:
    products, mixed = mixture(("AL", "LOX"), [0.3, 0.9, 1.5, 4.0])
    pressure = np.full(4, 1e5)
    plain, with_start = (
        solve_equilibrium(
            "HP",
            products,
            mixed.element_moles,
            pressure=pressure,
            enthalpy=mixed.enthalpy,
            insert=names,
        )
        for names in ((), inserted)
    )
    np.testing.assert_array_equal(plain.status, with_start.status)
    np.testing.assert_allclose(with_start.temperature, plain.temperature, rtol=1e-9)
    np.testing.assert_allclose(with_start.mole_fractions, plain.mole_fractions, atol=1e-9)


def test_a_plasma_is_neutral_and_obeys_sahas_equation() -> None:
    """Hydrogen: K = x_e x_p / x_H p = (2 pi m k T)^1.5 kT / h^3 exp(-13.598 eV / kT), with partition sums 2 and 1."""
    products = product_species(("H",), ions=True)
    assert products.elements == ("H", "E")
    temperature = np.array([6000.0, 9000.0, 12000.0])
    elements = np.full((3, 1), 1.0 / 1.00794e-3)
    state = solve_equilibrium("TP", products, elements, pressure=np.full(3, 1e3), temperature=temperature)
    assert not state.status.any()
    amounts = moles(products, state)
    charge = products.formula_matrix[:, 1]
    np.testing.assert_allclose(amounts @ charge, 0.0, atol=1e-12 * (amounts @ np.abs(charge)).max())
    electron, proton, atom = (
        state.mole_fractions[:, products.names.index(name)] for name in ("e-", "H+", "H")
    )
    thermal = 8.617333e-5 * temperature
    cube = (2 * np.pi * 9.10938e-31 * 1.380649e-23 * temperature / 6.62607e-34**2) ** 1.5
    saha = cube * 1.380649e-23 * temperature * np.exp(-13.5984 / thermal)
    np.testing.assert_allclose(electron * proton / atom * 1e3, saha, rtol=5e-3)


def test_where_it_is_cold_ions_change_nothing_but_are_there() -> None:
    products = product_species(("N", "O"), ions=True)
    plain = product_species(("N", "O"))
    elements = np.tile([54.0, 15.0], (3, 1))
    conditions = {"pressure": np.full(3, 1e5), "temperature": np.array([300.0, 1000.0, 2000.0])}
    with_ions = solve_equilibrium("TP", products, elements, **conditions)  # type: ignore[arg-type]
    without = solve_equilibrium("TP", plain, elements, **conditions)  # type: ignore[arg-type]
    assert not with_ions.status.any()
    np.testing.assert_allclose(with_ions.enthalpy, without.enthalpy, rtol=1e-9)
    electrons = with_ions.mole_fractions[:, products.names.index("e-")]
    assert (electrons > 0).all()
    assert electrons[1] < 1e-25


def test_elements_without_ions_have_no_electron() -> None:
    assert product_species(("Br",), only=["Br", "Br2"], ions=True).elements == ("Br",)
    part = product_species(("H", "O", "Ne"), ions=True).made_of(["Ne", "E"])
    assert part.elements == ("Ne", "E")
    assert set(part.names) == {"Ne", "Ne+", "e-"}


def test_a_rocket_with_ions_is_a_little_slower_than_one_without() -> None:
    motor = {
        "fuel": "Li(cr)",
        "oxidizer": "LF2",
        "mixture_ratio": 2.7,
        "chamber_pressure": 7e6,
        "area_ratio": 40.0,
    }
    plain = engine.rocket_performance(**motor)  # type: ignore[arg-type]
    with_ions = engine.rocket_performance(**motor, ions=True)  # type: ignore[arg-type]
    assert plain.status == with_ions.status == 0
    assert 1e-6 < abs(with_ions.chamber_temperature / plain.chamber_temperature - 1.0) < 0.01
