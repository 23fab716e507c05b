"""Runs inside the environment of RocketCEA (GPL-3.0), never inside ours: one JSON request a line, one answer a line.

A request is {"fuel": card, "oxidizer": card, ...} with cards in CEA's own input language, or the names of
RocketCEA's own cards under "own_fuel" and "own_oxidizer". This file imports nothing of ours.
"""

import contextlib
import json
import os
import sys

PASCAL_PER_PSI = 6894.757293168361
METRE_PER_FOOT = 0.3048
KELVIN_PER_RANKINE = 1.0 / 1.8
JOULE_PER_CALORIE = 4.184
GAS_CONSTANT = 8.31451


def main():
    """Answer requests until the input ends; what RocketCEA prints goes to the error stream."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            answer = answer_to(json.loads(line))
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def answer_to(request):
    """The quantities of one case in SI, or the text of RocketCEA's own cards."""
    from rocketcea import cea_obj
    from rocketcea.input_cards import fuelCards, oxCards

    if "own_fuel" in request:
        fuel, oxidizer = request["own_fuel"], request["own_oxidizer"]
        cards = {"fuel_card": _text(fuelCards[fuel]), "oxidizer_card": _text(oxCards[oxidizer])}
    elif "monopropellant" in request:
        cea_obj.add_new_propellant("HRMA_PROPELLANT", request["monopropellant"])
        cea_obj.clearCache()
        with contextlib.redirect_stdout(sys.stderr):
            return {"quantities": quantities(cea_obj.CEA_Obj(propName="HRMA_PROPELLANT"), request)}
    else:
        fuel, oxidizer, cards = "HRMA_FUEL", "HRMA_OXIDIZER", {}
        cea_obj.add_new_fuel(fuel, request["fuel"])
        cea_obj.add_new_oxidizer(oxidizer, request["oxidizer"])
        cea_obj.clearCache()
    with contextlib.redirect_stdout(sys.stderr):
        motor = cea_obj.CEA_Obj(oxName=oxidizer, fuelName=fuel)
        return {**cards, "quantities": quantities(motor, request)}


def quantities(motor, request):
    """The quantities of `engine.validation.case`, in SI."""
    pressure = request["chamber_pressure"] / PASCAL_PER_PSI
    ratio, area = request["mixture_ratio"], request["area_ratio"]
    frozen = int(request["flow_model"] != "equilibrium")
    at_throat = int(request["flow_model"] == "frozen_at_throat")
    flow = {"frozen": frozen, "frozenAtThroat": at_throat}
    chamber, throat, leaving = motor.get_Temperatures(pressure, ratio, area, **flow)
    molar_mass, gamma = motor.get_Chamber_MolWt_gamma(pressure, ratio, area)
    if frozen and not at_throat:
        # that call knows shifting equilibrium only
        capacity = motor.get_HeatCapacities(pressure, ratio, area, **flow)[0] * JOULE_PER_CALORIE
        gamma = capacity / (capacity - GAS_CONSTANT / molar_mass)
    impulse, c_star, _ = motor.get_IvacCstrTc(pressure, ratio, area, **flow)
    pressure_ratio = motor.get_PcOvPe(pressure, ratio, area, **flow)
    return {
        "chamber_temperature": chamber * KELVIN_PER_RANKINE,
        "throat_temperature": throat * KELVIN_PER_RANKINE,
        "exit_temperature": leaving * KELVIN_PER_RANKINE,
        "c_star": c_star * METRE_PER_FOOT,
        "specific_impulse_vacuum": impulse,
        "chamber_molar_mass": molar_mass * 1e-3,
        "chamber_gamma": gamma,
        "exit_pressure": request["chamber_pressure"] / pressure_ratio if pressure_ratio else 0.0,
    }


def _text(card):
    return "\n".join(card) if isinstance(card, (list, tuple)) else str(card)


if __name__ == "__main__":
    main()
