"""The sample problems solved by our engine, from the names of the input to the figures of the output."""

from dataclasses import fields
from typing import Any

import numpy as np

from engine.arrays.inputs import mixture_of
from engine.thermo.constants import STANDARD_GRAVITY
from engine.thermo.equilibrium import solve_equilibrium
from engine.thermo.performance import rocket_stations
from engine.thermo.properties import Properties
from engine.thermo.reactants import ReactantMixture
from engine.thermo.rocket_results import RocketStations
from engine.thermo.species import ProductSpecies, product_species
from tests.acceptance.rp1311.answer import Answer
from tests.acceptance.rp1311.waves import detonations, shocks

MEASURES = {"equivalence_ratio": "chemical_equivalence_ratio"}
"""CEA's `r` of the inputs is counted by oxidation states."""
IN_METRES_PER_SECOND = ("specific_impulse", "specific_impulse_vacuum")


def solve(case: dict[str, Any]) -> dict[str, Answer]:
    """Our answers to a sample problem by model of the flow."""
    mixture, products = mixture_and_products(case)
    if case["problem"] == "detonation":
        return {"equilibrium": detonations(case, mixture, products)}
    if case["problem"] == "shock":
        return shocks(case, mixture, products)
    if case["problem"] == "rocket":
        models = case.get("flow_models", ["equilibrium"])
        return {model: _rocket(case, mixture, products, model) for model in models}
    return {"equilibrium": _equilibrium(case, mixture, products)}


def mixture_and_products(case: dict[str, Any]) -> tuple[ReactantMixture, ProductSpecies]:
    """The reactants mixed, a row for each case, and what may come of them."""
    propellant: dict[str, Any] = {}
    for row in case["reactants"]:
        side = "reactants" if row["role"] == "ingredient" else row["role"]
        propellant.setdefault(side, []).append(_ingredient(row))
    for measure, value in case.get("mixture", {}).items():
        propellant[MEASURES.get(measure, measure)] = value
    conditions = case["conditions"]
    rows = 1 if case["problem"] == "rocket" else len(next(iter(conditions.values())))
    _, mixture, _ = mixture_of(propellant, rows=np.zeros(rows))  # type: ignore[arg-type]
    everything = product_species(mixture.elements)
    # names that NASA's data no longer has, or never had, omit nothing
    omitted = [name for name in case.get("omit", []) if name in everything.names]
    options = {"only": case.get("only"), "omit": omitted, "ions": bool(case.get("ions"))}
    return mixture, product_species(mixture.elements, **options)


def _ingredient(row: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in ("role", "moles")}
    return {**kept, "mole_fraction": row["moles"]} if "moles" in row else kept


def _equilibrium(case: dict[str, Any], mixture: ReactantMixture, products: ProductSpecies) -> Answer:
    given = {name: np.array(values) for name, values in case["conditions"].items()}
    if case["problem"] == "HP":
        given["enthalpy"] = mixture.enthalpy
    state = solve_equilibrium(
        case["problem"],
        products,
        mixture.element_moles,
        insert=case.get("insert", ()),
        with_transport=bool(case.get("transport")),
        **given,
    )
    return Answer.of(state, products, state.mole_fractions, state.status)


def _rocket(case: dict[str, Any], mixture: ReactantMixture, products: ProductSpecies, model: str) -> Answer:
    conditions = case["conditions"]
    exits = {
        ours: np.array([conditions[name]])
        for name, ours in (
            ("pressure_ratio", "pressure_ratio"),
            ("subsonic_area_ratio", "subsonic_area_ratio"),
            ("supersonic_area_ratio", "area_ratio"),
        )
        if name in conditions
    }
    combustor = {
        name: np.array([conditions[name]])
        for name in ("contraction_ratio", "mass_flux")
        if name in conditions
    }
    flow = rocket_stations(
        products,
        mixture.element_moles,
        mixture.enthalpy,
        np.array([conditions["chamber_pressure"]]),
        flow_model=model,  # type: ignore[arg-type]
        with_transport=bool(case.get("transport")),
        **exits,
        **combustor,
    )
    answer = Answer.of(_first(flow), products, flow.mole_fractions[0], np.atleast_1d(flow.status)[0])
    answer.quantities["c_star"] = np.broadcast_to(flow.c_star[0], flow.pressure[0].shape)
    for name in IN_METRES_PER_SECOND:
        answer.quantities[name] = answer.quantities[name] * STANDARD_GRAVITY
    answer.quantities["pressure_ratio"] = flow.pressure[0, 0] / flow.pressure[0]
    return answer


def _first(flow: RocketStations) -> Properties:
    """The stations of the one case as if they were cases."""
    return type(flow)(**{item.name: getattr(flow, item.name)[0] for item in fields(flow)})
