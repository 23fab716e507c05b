"""Where an equilibrium ends: inputs without a meaning, absent elements, the ends of NASA's data."""

from dataclasses import fields

import numpy as np
import pytest

from engine.thermo.equilibrium import EquilibriumState, Problem, solve_equilibrium
from engine.thermo.status import Status
from tests.unit.engine.thermo.mixtures import RANGES, Batch, mixture, moles

BAD = {
    "pressure": [np.nan, 0.0, -1e5, np.inf],
    "given": [np.nan, np.inf, -np.inf],
    "elements": [np.nan, -1.0, np.inf],
}


@pytest.mark.parametrize("problem", ["TP", "HP", "SP"])
@pytest.mark.parametrize(
    ("where", "value"), [(name, value) for name, values in BAD.items() for value in values]
)
def test_a_case_without_a_meaning_gets_a_status_and_harms_no_neighbour(
    problem: Problem, where: str, value: float
) -> None:
    batch = Batch(("RP-1", "LOX"), 7, cases=3)
    reference = batch.settled()
    given = {"TP": reference.temperature, "HP": reference.enthalpy, "SP": reference.entropy}[problem].copy()
    good = batch.solve(problem, given)
    spoilt = {"pressure": batch.pressure.copy(), "given": given, "elements": batch.elements.copy()}
    spoilt[where][(1, 0) if where == "elements" else 1] = value
    answer = batch.solve(problem, spoilt.pop("given"), **spoilt)
    assert answer.status.tolist() == [Status.CONVERGED, Status.INVALID_INPUT, Status.CONVERGED]
    for item in fields(EquilibriumState):
        if item.name != "status":
            values = getattr(answer, item.name)
            assert np.isnan(values[1]).all()
            np.testing.assert_allclose(
                values[[0, 2]], getattr(good, item.name)[[0, 2]], rtol=1e-12, atol=1e-12
            )


@pytest.mark.parametrize("temperature", [0.0, -300.0])
def test_a_temperature_that_is_not_positive_has_no_meaning(temperature: float) -> None:
    batch = Batch(("LH2", "LOX"), 1, cases=2)
    answer = batch.solve("TP", np.array([temperature, 2000.0]))
    assert answer.status.tolist() == [Status.INVALID_INPUT, Status.CONVERGED]


def test_nothing_at_all_has_no_equilibrium() -> None:
    batch = Batch(("LH2", "LOX"), 1, cases=2)
    elements = batch.elements.copy()
    elements[0] = 0.0
    assert batch.solve("TP", batch.temperature, elements=elements).status.tolist() == [1, 0]
    none = batch.solve("TP", np.empty(0), elements=np.empty((0, 2)), pressure=np.empty(0))
    assert none.temperature.shape == (0,)
    assert none.mole_fractions.shape == (0, len(batch.products.names))


@pytest.mark.parametrize(
    ("temperature", "status"),
    [(150.0, Status.TEMPERATURE_TOO_LOW), (25000.0, Status.TEMPERATURE_TOO_HIGH), (161.0, 0), (21900.0, 0)],
)
def test_outside_nasas_data_there_is_no_answer(temperature: float, status: Status) -> None:
    products, mixed = mixture(("LH2", "LOX"), [0.0])
    answer = solve_equilibrium(
        "TP", products, mixed.element_moles, pressure=np.array([1e5]), temperature=np.array([temperature])
    )
    assert answer.status[0] == status
    assert np.isfinite(answer.enthalpy[0]) == (status == Status.CONVERGED)


@pytest.mark.parametrize(
    ("enthalpy", "status"), [(-1e9, Status.TEMPERATURE_TOO_LOW), (1e12, Status.TEMPERATURE_TOO_HIGH)]
)
def test_an_enthalpy_that_no_temperature_has_is_answered_with_a_status(
    enthalpy: float, status: Status
) -> None:
    batch = Batch(("RP-1", "LOX"), 3, cases=2)
    answer = batch.solve("HP", np.array([enthalpy, batch.enthalpy[1]]))
    assert answer.status.tolist() == [status, Status.CONVERGED]
    assert np.isnan(answer.temperature[0])


@pytest.mark.parametrize("pair", RANGES, ids=" + ".join)
def test_one_side_alone_and_a_trace_of_the_other_are_solved(pair: tuple[str, str]) -> None:
    ratios = [0.0, 1e-12, 1e-6, 1e-3, 1e3, 1e6, 1e12]
    products, mixed = mixture(pair, ratios)
    state = solve_equilibrium(
        "TP",
        products,
        mixed.element_moles,
        pressure=np.full(len(ratios), 5e6),
        temperature=np.full(len(ratios), 2500.0),
    )
    assert not state.status.any()
    np.testing.assert_allclose(
        moles(products, state) @ products.formula_matrix, mixed.element_moles, atol=1e-7
    )
    np.testing.assert_allclose(state.enthalpy[0], state.enthalpy[2], rtol=1e-3)


def test_elements_that_are_absent_leave_only_species_without_them() -> None:
    products, mixed = mixture(("RP-1", "LOX"), [2.0, 2.0, 2.0, 2.0])
    elements = mixed.element_moles * np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1]])
    state = solve_equilibrium(
        "TP", products, elements, pressure=np.full(4, 1e6), temperature=np.full(4, 5000.0)
    )
    assert not state.status.any()
    for case, kept in enumerate([{"O"}, {"H"}, {"C"}]):
        found = {products.names[k] for k in np.flatnonzero(state.mole_fractions[case])}
        foreign = [column for column, element in enumerate(products.elements) if element not in kept]
        made = {
            name
            for name, formula in zip(products.names, products.formula_matrix, strict=True)
            if not formula[foreign].any()
        }
        assert found
        assert found <= made
    assert state.mole_fractions[0, products.names.index("O")] > 0.5


def test_what_a_problem_needs_has_to_be_given() -> None:
    batch = Batch(("LH2", "LOX"), 1, cases=1)
    with pytest.raises(ValueError, match="needs `entropy`"):
        solve_equilibrium("SP", batch.products, batch.elements, pressure=batch.pressure)
    with pytest.raises(ValueError, match="choose one of TP, HP, SP, TV, UV, SV"):
        solve_equilibrium("HT", batch.products, batch.elements, pressure=batch.pressure)  # type: ignore[arg-type]


@pytest.mark.parametrize(("pair", "stoichiometric"), [(("LH2", "LOX"), 7.936683), (("NH3", "LF2"), 3.3466)])
def test_however_little_is_left_over_beside_stoichiometry_is_found(
    pair: tuple[str, str], stoichiometric: float
) -> None:
    """Cold, the iteration first drives what is left over to nothing, and the matrix has no direction back to it."""
    excess = np.concatenate([-(10.0 ** np.arange(-12, -1)), [0.0], 10.0 ** np.arange(-12, -1)])
    products, mixed = mixture(pair, stoichiometric * (1.0 + excess))
    for temperature in (500.0, 700.0, 1200.0):
        state = solve_equilibrium(
            "TP",
            products,
            mixed.element_moles,
            pressure=np.full(len(excess), 1e6),
            temperature=np.full(len(excess), temperature),
        )
        assert not state.status.any()
        atoms = moles(products, state) @ products.formula_matrix
        np.testing.assert_allclose(atoms, mixed.element_moles, rtol=1e-9)
