"""Motors that nothing is known about, few or of unlike mixtures: each from its own chamber, without fits."""

from collections.abc import Iterator

import numpy as np

from engine.thermo.expansion import first_log_pressure
from engine.thermo.newton_system import Closure
from engine.thermo.species import ProductSpecies
from engine.thermo.sweeps import path
from engine.thermo.sweeps.flow import Flow, settle_flow
from engine.thermo.sweeps.motors import Motors, entropy, log_area, log_flux, wanted_of
from engine.thermo.sweeps.rocket import SolvedStations
from engine.thermo.sweeps.tables import gas_tables

TOLERANCE = 1e-9


def solve_directly(species: ProductSpecies, motors: Motors, seed: Flow | None) -> Iterator[SolvedStations]:
    """Chamber, throat and the exits, column by column, as a sweep answers them; `seed` is a chamber to start from."""
    wanted = wanted_of(motors.mixtures)
    tables = gas_tables(species.gases, np.arange(len(species.gases.names)))
    chamber, solved = path.all_chambers(species, tables, seed, wanted, motors.log_pressure)
    good, found = settle_flow(species, chamber, wanted, Closure.HP, path.thorough(tables, TOLERANCE))
    solved = solved & good
    wanted.entropy = entropy(chamber, wanted)
    yield SolvedStations.all_at(0, chamber, solved, found, wanted)
    throat, good, found = path.throats(species, tables, chamber, wanted, found.gamma, TOLERANCE)
    solved = solved & good & path.is_first(throat, chamber)
    yield SolvedStations.all_at(1, throat, solved, found, wanted)
    flux, gamma = log_flux(throat, wanted), found.gamma
    for number, exit_place in enumerate(motors.exits.T):
        wanted.log_flux = flux + log_area(exit_place)
        target = motors.log_pressure - exit_place
        if motors.closure is Closure.AREA:
            area = np.exp(log_area(exit_place))
            target = first_log_pressure(motors.log_pressure, throat.log_pressure, gamma, area)
        end, good, found = path.exits(species, tables, throat, wanted, target, motors.closure, TOLERANCE)
        yield SolvedStations.all_at(2 + number, end, solved & good, found, wanted)
