"""The figures of docs/equilibrium.md: Newton's steps from the cold start, and alumina freezing in a nozzle.

Both are of live runs of the engine and take seconds. Matplotlib is taken as in benchmarks.plots.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.plots import FIGURES, painter
from engine.thermo.catalogue import Propellant, find
from engine.thermo.constants import GAS_CONSTANT, STANDARD_PRESSURE
from engine.thermo.newton import LONGEST_ITERATION, apply, newton_step
from engine.thermo.newton_system import Closure
from engine.thermo.performance import rocket_stations
from engine.thermo.reactants import ReactantMixture, mix
from engine.thermo.species import product_species
from engine.thermo.state import Targets, cold_state

DRAWER = Path(__file__).parent / "equilibrium_draw.py"
PRESSURE = 7e6
FLAMES = {
    ("LH2", "LOX"): 6.0,
    ("RP-1", "LOX"): 2.6,
    ("MMH", "N2O4"): 2.1,
    ("HTPB", "N2O"): 7.5,
    ("NH3", "LF2"): 3.3,
}
SOLID = {"AP": 0.70, "HTPB": 0.12, "AL": 0.18}
DRAWN = ("CO", "H2", "HCL", "H2O", "N2", "CO2", "H", "AL2O3(a)", "AL2O3(L)")
PRESSURE_RATIOS = np.geomspace(1.02, 1000.0, 90)
ENOUGH = 1e-13


def steps(pair: tuple[str, str], mixture_ratio: float) -> list[float]:
    """The sizes of Newton's steps of one flame, until rounding."""
    mixture = mix(find(pair[0]), find(pair[1]), np.array([mixture_ratio]))
    species = product_species(mixture.elements)
    nothing = np.zeros(1)
    targets = Targets(mixture.element_moles, mixture.enthalpy / GAS_CONSTANT, nothing, nothing)
    state = cold_state(species, np.array([PRESSURE / STANDARD_PRESSURE]), None)
    none = np.empty(0, dtype=np.intp)
    sizes: list[float] = []
    while len(sizes) < LONGEST_ITERATION and (not sizes or sizes[-1] > ENOUGH):
        step = newton_step(species, none, state, targets, Closure.HP)
        apply(state, step, none, Closure.HP)
        sizes.append(float(step.error[0]))
    return sizes


def nozzle() -> dict[str, Any]:
    """Temperature and mole fractions of the solid propellant along its nozzle, by area ratio."""
    mixture = solid_propellant()
    products = product_species(mixture.elements)
    flow = rocket_stations(
        products,
        mixture.element_moles,
        mixture.enthalpy,
        np.array([PRESSURE]),
        pressure_ratio=PRESSURE_RATIOS[None],
    )
    order = np.argsort(-flow.pressure[0])
    return {
        "pressure_ratio": (PRESSURE / flow.pressure[0, order]).tolist(),
        "temperature": flow.temperature[0, order].tolist(),
        "mole_fractions": {
            name: flow.mole_fractions[0, order, products.names.index(name)].tolist() for name in DRAWN
        },
    }


def solid_propellant() -> ReactantMixture:
    """AP/HTPB/Al, the whole of it taken as one propellant."""
    parts = tuple(
        (share * inner, reactant)
        for name, share in SOLID.items()
        for inner, reactant in find(name).components
    )
    whole = Propellant("AP/HTPB/Al", parts)
    return mix(whole, whole, np.array([1.0]))


def main() -> None:
    """Run and draw."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.equilibrium_plots",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--folder", type=Path, default=FIGURES, help="where the figures go")
    folder = parser.parse_args().folder
    interpreter = painter()
    if interpreter is None:
        sys.exit("no figures: matplotlib is neither installed here nor in RocketCEA's environment")
    measured = {
        "steps": {"/".join(pair[::-1]): steps(pair, ratio) for pair, ratio in FLAMES.items()},
        "nozzle": nozzle(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "equilibrium.json"
        source.write_text(json.dumps(measured))
        subprocess.run([interpreter, "-P", str(DRAWER), str(source), str(folder)], check=True)


if __name__ == "__main__":
    main()
