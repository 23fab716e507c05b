"""Runs inside the environment of RocketCEA (GPL-3.0), never inside ours; this file imports nothing of ours.

A request is {"groups": [{"fuel": card, "oxidizer": card, "points": [[psi, mixture ratio, area ratio], ...]}]}. Each
group gets one object, as RocketCEA likes it; its first call reads NASA's data, and is timed apart as "start".
"""

import json
import os
import sys
import time

METRE_PER_FOOT = 0.3048


def main():
    """Answer until the input ends; what RocketCEA prints goes to the error stream."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        groups = [answer_to(group, number) for number, group in enumerate(json.loads(line)["groups"])]
        answers.write(json.dumps({"groups": groups}) + "\n")
        answers.flush()


def answer_to(group, number):
    """The times of one group; c*, vacuum impulse and three temperatures of each point, zeros where it failed."""
    from rocketcea import cea_obj

    fuel, oxidizer = f"HRMA_FUEL_{number}", f"HRMA_OXIDIZER_{number}"
    cea_obj.add_new_fuel(fuel, group["fuel"])
    cea_obj.add_new_oxidizer(oxidizer, group["oxidizer"])
    start = clocks()
    motor = cea_obj.CEA_Obj(oxName=oxidizer, fuelName=fuel)
    call(motor, *group["points"][0])
    begin = clocks()
    values = [call(motor, *point) for point in group["points"]]
    end = clocks()
    return {"start": between(start, begin), "timing": between(begin, end), "values": values}


def call(motor, pressure, mixture_ratio, area_ratio):
    """One run of CEA, which RocketCEA's getters all are; a getter that remembers would not run the second round."""
    from rocketcea.cea_obj import py_cea

    motor.setupCards(Pc=pressure, MR=mixture_ratio, eps=area_ratio)
    chamber, throat, leaving = py_cea.prtout.ttt[:3]
    c_star = float(py_cea.rockt.cstr.item()) * METRE_PER_FOOT
    return [c_star, float(py_cea.rockt.vaci[2]), float(chamber), float(throat), float(leaving)]


def clocks():
    """Wall and processor time, s."""
    return time.perf_counter(), time.process_time()


def between(start, end):
    """What passed, by both clocks."""
    return {"wall": end[0] - start[0], "cpu": end[1] - start[1]}


if __name__ == "__main__":
    main()
