"""A sample problem solved by NASA's `cea` wheel, from the names of its own library."""

import warnings
from collections.abc import Iterator
from typing import Any

import cea
import numpy as np

from engine.thermo.nasa_polynomials import Array

BAR = 1e5
GAS_CONSTANT = 8314.51
SMALLEST_FRACTION = 1e-12
STATE = {
    "pressure": ("P", BAR),
    "temperature": ("T", 1.0),
    "density": ("density", 1.0),
    "enthalpy": ("enthalpy", 1e3),
    "internal_energy": ("energy", 1e3),
    "gibbs_energy": ("gibbs_energy", 1e3),
    "entropy": ("entropy", 1e3),
    "molar_mass": ("M", 1e-3),
    "molar_mass_mixture": ("MW", 1e-3),
    "heat_capacity": ("cp_eq", 1e3),
    "heat_capacity_frozen": ("cp_fr", 1e3),
    "gamma": ("gamma_s", 1.0),
}
TRANSPORT = {
    "viscosity": ("viscosity", 1e-4),
    "conductivity": ("conductivity_eq", 0.1),
    "conductivity_frozen": ("conductivity_fr", 0.1),
    "prandtl": ("Pr_eq", 1.0),
    "prandtl_frozen": ("Pr_fr", 1.0),
}
FLOW = {
    "sound_speed": ("sonic_velocity", 1.0),
    "mach": ("Mach", 1.0),
    "area_ratio": ("ae_at", 1.0),
    "c_star": ("c_star", 1.0),
    "thrust_coefficient": ("coefficient_of_thrust", 1.0),
    "specific_impulse": ("Isp", 1.0),
    "specific_impulse_vacuum": ("Isp_vacuum", 1.0),
}
DETONATION = {
    "sound_speed": ("sonic_velocity", 1.0),
    "initial_molar_mass": ("M1", 1e-3),
    "initial_enthalpy": ("H1", 1e3),
    "initial_gamma": ("gamma1", 1.0),
    "initial_sound_speed": ("sonic_velocity1", 1.0),
    "shock_pressure_ratio": ("P_P1", 1.0),
    "temperature_ratio": ("T_T1", 1.0),
    "molar_mass_ratio": ("M_M1", 1.0),
    "density_ratio": ("rho_rho1", 1.0),
    "detonation_mach": ("Mach", 1.0),
    "detonation_velocity": ("velocity", 1.0),
}
SHOCK = {"sound_speed": ("sonic_velocity", 1.0), "velocity": ("velocity", 1.0), "mach": ("Mach", 1.0)}
SHOCK_STATIONS = {"equilibrium": 1, "frozen": 1, "reflected": 2}
FAR_FROM_THE_THROAT = 1
"""The place of the station "infinity" among those of a finite-area combustor: where its gas would be at rest."""


class Wheel:
    """The solvers of one sample problem."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        cea.set_log_level(cea.LOG_NONE)
        self.options = {"ions": bool(case.get("ions"))}
        self.species = [_reactant(row) for row in case["reactants"]]
        self.reactants = cea.Mixture(self.species, **self.options)
        if "only" in case:
            self.products = cea.Mixture(case["only"])
        else:
            omitted = {"omit": case["omit"]} if "omit" in case else {}
            self.products = cea.Mixture(self.species, products_from_reactants=True, **omitted, **self.options)

    def blocks(self) -> dict[str, Any]:
        """The answers: for each model of the flow the quantities, SI, and the mole fractions."""
        kind = {"detonation": self._detonation, "shock": self._shocks, "rocket": self._rockets}
        with warnings.catch_warnings():
            # a shock that is not there is written as none
            warnings.simplefilter("ignore")
            return kind.get(self.case["problem"], self._equilibrium)()

    def weights(self, number: int) -> Array:
        """Masses of the reactants in the case `number`; those of shocks have to be of one mole in all."""
        amounts = np.array([row.get("moles", row.get("mass_fraction")) for row in self.case["reactants"]])
        if "moles" in self.case["reactants"][0]:
            amounts = self.reactants.moles_to_weights(amounts)
        if "mixture" not in self.case:
            return np.asarray(amounts)
        fuel, oxidizer = (amounts * self._has_role(role) for role in ("fuel", "oxidizer"))
        ((name, value),) = self.case["mixture"].items()
        given = value[number] if isinstance(value, list) else value
        if name == "equivalence_ratio":
            given = self.reactants.chem_eq_ratio_to_of_ratio(oxidizer, fuel, given)
        elif name == "percent_fuel":
            given = (100.0 - given) / given
        return np.asarray(self.reactants.of_ratio_to_weights(oxidizer, fuel, given))

    def enthalpy(self, weights: Array) -> float:
        """Of the reactants as they enter, over R."""
        rows = self.case["reactants"]
        temperatures = np.array([row.get("temperature", 298.15) for row in rows])
        return float(self.reactants.calc_property(cea.ENTHALPY, weights, temperatures) / cea.R)

    def _has_role(self, role: str) -> Array:
        return np.array([float(row["role"] == role) for row in self.case["reactants"]])

    def _solver(self, kind: Any, **more: Any) -> Any:
        given = {**self.options, "transport": bool(self.case.get("transport")), **more}
        if self.case.get("insert"):
            given["insert"] = self.case["insert"]
        return kind(self.products, reactants=self.reactants, **given)

    def _equilibrium(self) -> dict[str, Any]:
        solver, conditions = self._solver(cea.EqSolver, trace=1e-15), self.case["conditions"]
        cases = len(next(iter(conditions.values())))
        return {"equilibrium": self._table(self._equilibria(solver, cases), STATE)}

    def _equilibria(self, solver: Any, cases: int) -> Iterator[Any]:
        problem = self.case["problem"]
        for number in range(cases):
            weights = self.weights(number)
            at = {name: values[number] for name, values in self.case["conditions"].items()}
            first = {
                "T": at.get("temperature"),
                "H": self.enthalpy(weights) if problem == "HP" else None,
                "U": at.get("internal_energy", 0.0) / GAS_CONSTANT,
            }[problem[0]]
            second = at["pressure"] / BAR if problem[1] == "P" else 1.0 / at["density"]
            solution = cea.EqSolution(solver)
            solver.solve(solution, getattr(cea, problem), first, second, weights)
            yield solution

    def _detonation(self) -> dict[str, Any]:
        solver = self._solver(cea.DetonationSolver)
        conditions = self.case["conditions"]
        solutions = []
        for number, (pressure, temperature) in enumerate(
            zip(conditions["pressure"], conditions["temperature"], strict=True)
        ):
            solutions.append(cea.DetonationSolution(solver))
            solver.solve(solutions[-1], self.weights(number), temperature, pressure / BAR)
        return {"equilibrium": self._table(iter(solutions), {**STATE, **DETONATION})}

    def _shocks(self) -> dict[str, Any]:
        return {
            model: self._table(self._shock(model), {**STATE, **SHOCK}, station)
            for model, station in SHOCK_STATIONS.items()
        }

    def _shock(self, model: str) -> Iterator[Any]:
        """One solver for each shock: after one without a solution the wheel's goes on answering that."""
        conditions = self.case["conditions"]
        rows = zip(conditions["pressure"], conditions["temperature"], conditions["velocity"], strict=True)
        for number, (pressure, temperature, velocity) in enumerate(rows):
            solver, reflected = self._solver(cea.ShockSolver), model == "reflected"
            solution = cea.ShockSolution(solver, reflected=reflected)
            options = {"reflected": reflected, "incident_frozen": model == "frozen"}
            solver.solve(solution, self.weights(number), temperature, pressure / BAR, u1=velocity, **options)
            yield solution

    def _rockets(self) -> dict[str, Any]:
        models = self.case.get("flow_models", ["equilibrium"])
        return {model: self._rocket(model) for model in models}

    def _rocket(self, model: str) -> dict[str, Any]:
        conditions, weights = self.case["conditions"], self.weights(0)
        solver = self._solver(cea.RocketSolver, trace=1e-15)
        solution = cea.RocketSolution(solver)
        finite = {
            theirs: conditions[ours]
            for ours, theirs in (("contraction_ratio", "ac_at"), ("mass_flux", "mdot"))
            if ours in conditions
        }
        lists = {
            theirs: conditions[ours]
            for ours, theirs in (("subsonic_area_ratio", "subar"), ("supersonic_area_ratio", "supar"))
            if ours in conditions
        }
        frozen = {"n_frz": 2} if model == "frozen_at_throat" else {}
        solver.solve(
            solution,
            weights,
            conditions["chamber_pressure"] / BAR,
            conditions["pressure_ratio"],
            hc=self.enthalpy(weights),
            iac=not finite,
            **finite,
            **lists,
            **frozen,
        )
        if not solution.converged:
            raise ValueError(f"the wheel did not converge: it answered {solution.num_pts} stations")
        kept = [place for place in range(solution.num_pts) if not finite or place != FAR_FROM_THE_THROAT]
        names = {**STATE, **FLOW, **(TRANSPORT if self.case.get("transport") else {})}
        return {
            "quantities": {
                name: [float(getattr(solution, theirs)[place]) * scale for place in kept]
                for name, (theirs, scale) in names.items()
            },
            "mole_fractions": _significant(
                {name: [float(row[place]) for place in kept] for name, row in solution.mole_fractions.items()}
            ),
        }

    def _table(
        self, solutions: Iterator[Any], names: dict[str, tuple[str, float]], station: int | None = None
    ) -> dict[str, Any]:
        """The columns of the solutions, null where one did not converge."""
        if self.case.get("transport"):
            names = {**names, **TRANSPORT}
        quantities: dict[str, list[float | None]] = {name: [] for name in names}
        fractions: list[dict[str, float]] = []
        for solution in solutions:
            for name, (theirs, scale) in names.items():
                value = getattr(solution, theirs)
                picked = float(value if station is None else value[station])
                quantities[name].append(picked * scale if solution.converged else None)
            shares = solution.mole_fractions if solution.converged else {}
            fractions.append(
                {name: float(x if station is None else x[station]) for name, x in shares.items()}
            )
        species = list(dict.fromkeys(name for column in fractions for name in column))
        rows = {name: [column.get(name) for column in fractions] for name in species}
        return {"quantities": quantities, "mole_fractions": _significant(rows)}


def _reactant(row: dict[str, Any]) -> Any:
    if "formula" not in row:
        return row["name"]
    return cea.Reactant(
        row["name"],
        formula=row["formula"],
        enthalpy=row["enthalpy"],
        enthalpy_units="J/mol",
        temperature=row["temperature"],
    )


def _significant(rows: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: row for name, row in rows.items() if max(x or 0.0 for x in row) > SMALLEST_FRACTION}
