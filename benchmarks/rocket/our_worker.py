"""Our engine in a process of its own: every answer states what the calls took, the first one cold.

The times hold what a user of the engine waits for, from names and arrays to arrays; not the import of the engine.
"""

from typing import Any

from benchmarks.rocket.processes import answer_requests, timed

TIMED_VALUES = (
    "c_star",
    "specific_impulse_vacuum",
    "chamber_temperature",
    "throat_temperature",
    "exit_temperature",
    "chamber_molar_mass",
    "throat_molar_mass",
    "exit_molar_mass",
    "chamber_gamma",
    "throat_gamma",
    "exit_gamma",
)
STATION_VALUES = ("temperature", "molar_mass", "gamma", "heat_capacity", "viscosity")


def solve(groups: list[dict[str, Any]]) -> list[Any]:
    """Every group by one call of the engine."""
    from engine.arrays.rocket import rocket_performance

    return [rocket_performance(**group) for group in groups]


def sweep(request: dict[str, Any]) -> dict[str, Any]:
    """Time `calls`, each a list of groups; the values of the first at `sample`, places by group, and its failures."""
    import numpy as np

    calls = [[_arrays(group) for group in call] for call in request["calls"]]
    if request["is_data_loaded"]:
        solve([_arrays(request["other"])])
    timings, first = [], None
    for call in calls:
        timing, answers = timed(lambda call=call: solve(call))
        timings.append(timing)
        first = answers if first is None else first
    result: dict[str, Any] = {"timings": timings, "failures": [], "values": []}
    for number, answer in enumerate(first or []):
        result["failures"] += _failures(number, np.asarray(answer.status))
        places = request["sample"][number] if request["sample"] else []
        result["values"].append(
            {name: getattr(answer, name)[places].tolist() for name in TIMED_VALUES} if places else {}
        )
    return result


def stations(request: dict[str, Any]) -> dict[str, Any]:
    """Chamber, throat and exit of one group, with heat capacities and viscosities, at `sample`.

    With `pressure_ratios` (two for each sampled case) also the states at these pressures along the same isentropes.
    """
    import numpy as np

    from engine.parsing import parse_propellant
    from engine.thermo.performance import rocket_stations
    from engine.thermo.reactants import mix
    from engine.thermo.species import product_species

    group, places = _arrays(request["group"]), request["sample"]
    sides = [parse_propellant(group[side], side) for side in ("fuel", "oxidizer")]
    mixture = mix(sides[0], sides[1], group["mixture_ratio"])
    species = product_species(mixture.elements)
    given = (mixture.element_moles, mixture.enthalpy, group["chamber_pressure"])
    flow = rocket_stations(species, *given, area_ratio=group["area_ratio"][:, None], with_transport=True)
    answer = {"by_area": {name: getattr(flow, name)[places, :3].tolist() for name in STATION_VALUES}}
    ratios = np.array(request.get("pressure_ratios", []), dtype=float)
    if len(ratios):
        chosen = [array[places] for array in given]
        flow = rocket_stations(species, *chosen, pressure_ratio=ratios, with_transport=True)
        answer["by_pressure"] = {name: getattr(flow, name)[:, [0, 2, 3]].tolist() for name in STATION_VALUES}
    return answer


def specifications(request: dict[str, Any]) -> dict[str, Any]:
    """The groups as specifications of single motors in a random order, through `analyze_many`."""
    import numpy as np

    from engine import analyze_many

    specs = [spec for group in request["groups"] for spec in _specs(group)]
    order = np.random.default_rng(request["seed"]).permutation(len(specs))
    timing, answers = timed(lambda: analyze_many([specs[place] for place in order]))
    unsolved = sum(1 for answer in answers if isinstance(answer, Exception))
    return {"timings": [timing], "unsolved": unsolved, "cases": len(specs)}


def _specs(group: dict[str, Any]) -> list[dict[str, Any]]:
    columns = zip(group["mixture_ratio"], group["chamber_pressure"], group["area_ratio"], strict=True)
    return [
        {
            "motor_type": "liquid",
            "propellant": {"fuel": group["fuel"], "oxidizer": group["oxidizer"], "mixture_ratio": ratio},
            "chamber_pressure": pressure,
            "nozzle": {"area_ratio": area},
        }
        for ratio, pressure, area in columns
    ]


def _arrays(group: dict[str, Any]) -> dict[str, Any]:
    import numpy as np

    return {key: np.array(value) if isinstance(value, list) else value for key, value in group.items()}


def _failures(group: int, status: Any) -> list[dict[str, Any]]:
    from engine.thermo.status import REASONS, Status

    return [
        {"group": group, "place": int(place), "reason": REASONS[Status(int(status[place]))]}
        for place in status.nonzero()[0]
    ]


TASKS = {"sweep": sweep, "stations": stations, "specifications": specifications}


def main() -> None:
    """Answer until the input ends."""
    import engine.analysis
    import engine.arrays.rocket  # noqa: F401 - what it takes to load code is no part of a call

    answer_requests(lambda request: TASKS[request["task"]](request))


if __name__ == "__main__":
    main()
