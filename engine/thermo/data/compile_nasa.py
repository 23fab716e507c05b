"""Compile NASA's databases, as the `cea` wheel carries them, into the files that the engine loads.

    python -m engine.thermo.data.compile_nasa [--source FOLDER] [--into FOLDER]

Writes `nasa_products.npz` and `nasa_transport.npz` for the numerics, and `nasa_reactants.json`, which the
catalogue reads without numpy. The numbers are NASA's, unchanged, in SI units.

Source: McBride, Zehe, Gordon, NASA/TP-2002-211556; the files of `cea` 3.3.4 (Apache-2.0, see NOTICE).
"""

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from engine.thermo.data.fortran_records import SpeciesRecord, TransportRecord, read_species, read_transport

GAS_CONSTANT = 8.31451
"""J/(mol K), the value of both references and of the coefficients (NASA RP-1311 part I, p. 73)."""
REFERENCE_TEMPERATURE = 298.15
MASS_TOLERANCE = 1e-3


def main() -> None:
    """Read the wheel's files and write ours."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--source", type=Path, default=None, help="folder of thermo.lib and trans.lib")
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="folder to write to")
    arguments = parser.parse_args()
    compile_into(arguments.into, arguments.source or wheel_folder())


def wheel_folder() -> Path:
    """The data folder of the installed `cea`; raises ModuleNotFoundError where it is not installed."""
    spec = find_spec("cea")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the wheel `cea` is not installed; install it or name a folder by --source")
    return Path(spec.origin).parent / "data"


def compile_into(folder: Path, source: Path) -> None:
    """Write the three data files into `folder` from the binary files in `source`."""
    species = merged(read_species(source / "thermo.lib"))
    origin = f"thermo.lib and trans.lib of cea {metadata.version('cea')}, NASA (Apache-2.0)"
    products = [record for record in species if not record.is_reactant_only]
    np.savez_compressed(folder / "nasa_products.npz", **product_arrays(products), source=np.array(origin))
    transport = list(read_transport(source / "trans.lib"))
    np.savez_compressed(folder / "nasa_transport.npz", **transport_arrays(transport), source=np.array(origin))
    document = {"source": origin, "reactants": reactant_entries(species)}
    text = json.dumps(document, indent=None, separators=(",", ":")).replace('},"', '},\n"')
    (folder / "nasa_reactants.json").write_text(text + "\n")


def merged(records: Iterable[SpeciesRecord]) -> list[SpeciesRecord]:
    """One record per species: the intervals of a condensed one stand in records of their own.

    A name that returns in another phase (NASA's `n-Butanol`) keeps its first meaning.
    """
    found: dict[str, SpeciesRecord] = {}
    for record in records:
        first = found.setdefault(record.name, record)
        if first is not record and first.is_condensed == record.is_condensed:
            found[record.name] = first._replace(
                intervals=first.intervals + record.intervals,
                coefficients=first.coefficients + record.coefficients,
            )
    return list(found.values())


def product_arrays(products: Sequence[SpeciesRecord]) -> dict[str, Any]:
    """The arrays of `nasa_products.npz`: S species, M elements, J temperature intervals."""
    elements = sorted({element for record in products for element in record.formula})
    column = {element: place for place, element in enumerate(elements)}
    formula = np.zeros((len(products), len(elements)))
    for row, record in enumerate(products):
        formula[row, [column[element] for element in record.formula]] = list(record.formula.values())
    bounds = [interval for record in products for interval in record.intervals]
    return {
        "names": np.array([record.name for record in products]),
        "elements": np.array(elements),
        "formula": formula,
        "molar_mass": np.array([record.molar_mass for record in products]),
        "is_condensed": np.array([record.is_condensed for record in products]),
        "interval_species": np.repeat(np.arange(len(products)), [len(r.intervals) for r in products]),
        "interval_low": np.array([low for low, _ in bounds]),
        "interval_high": np.array([high for _, high in bounds]),
        "coefficients": np.array([row for record in products for row in record.coefficients]),
    }


def transport_arrays(records: Sequence[TransportRecord]) -> dict[str, Any]:
    """The arrays of `nasa_transport.npz`: per property, rows of (low, high, A, B, C, D) and their pair."""
    arrays: dict[str, Any] = {
        "first": np.array([record.first for record in records]),
        "second": np.array([record.second for record in records]),
    }
    for name in ("viscosity", "conductivity"):
        rows = [getattr(record, name) for record in records]
        arrays[f"{name}_record"] = np.repeat(np.arange(len(records)), [len(fits) for fits in rows])
        arrays[f"{name}_fit"] = np.array([fit for fits in rows for fit in fits])
    return arrays


def reactant_entries(species: Sequence[SpeciesRecord]) -> dict[str, dict[str, Any]]:
    """What the catalogue knows of each species that can be a reactant, by NASA's name.

    Ions are left out, and so are NASA's inert twins (`InertAir`), whose atoms take part in no reaction.
    """
    weights = atomic_masses(species)
    return {
        record.name: reactant_entry(record, weights)
        for record in species
        if "E" not in record.formula and not record.name.startswith("Inert")
    }


def reactant_entry(record: SpeciesRecord, weights: dict[str, float]) -> dict[str, Any]:
    """One reactant: formula, molar mass (kg/mol), and its enthalpy (J/mol) at a temperature (K)."""
    temperature, enthalpy = record.temperature, record.enthalpy
    if temperature is None:
        low, high = record.intervals[0][0], record.intervals[-1][1]
        temperature = min(max(REFERENCE_TEMPERATURE, low), high)
        enthalpy = molar_enthalpy(record, temperature)
    entry: dict[str, Any] = {
        "formula": record.formula,
        "molar_mass": round(record.molar_mass, 12),
        "enthalpy": enthalpy,
        "temperature": temperature,
        "phase": "condensed" if record.is_condensed else "gas",
        "intervals": [
            [low, high, list(row)]
            for (low, high), row in zip(record.intervals, record.coefficients, strict=True)
        ],
    }
    mass = sum(weights.get(element, math.nan) * number for element, number in record.formula.items())
    if abs(mass / record.molar_mass - 1) > MASS_TOLERANCE:
        entry["comment"] = f"the atoms of the formula weigh {mass:.6g} kg/mol, not NASA's molar mass"
    return entry


def molar_enthalpy(record: SpeciesRecord, temperature: float) -> float:
    """H(T) in J/mol of a species with coefficients (NASA/TP-2002-211556 eq. 2), to NASA's eight digits."""
    place = sum(temperature > high for _, high in record.intervals[:-1])
    a1, a2, a3, a4, a5, a6, a7, b1, _ = record.coefficients[place]
    t = temperature
    ratio = (
        -a1 / t**2
        + a2 * math.log(t) / t
        + a3
        + a4 * t / 2
        + a5 * t**2 / 3
        + a6 * t**3 / 4
        + a7 * t**4 / 5
        + b1 / t
    )
    return round(ratio * GAS_CONSTANT * t, 3)


def atomic_masses(species: Sequence[SpeciesRecord]) -> dict[str, float]:
    """kg/mol of each element, from the gases and solids that consist of one element alone."""
    found: dict[str, list[float]] = defaultdict(list)
    for record in species:
        if len(record.formula) == 1:
            ((element, number),) = record.formula.items()
            found[element].append(record.molar_mass / number)
    return {element: float(np.median(masses)) for element, masses in found.items()}


if __name__ == "__main__":
    main()
