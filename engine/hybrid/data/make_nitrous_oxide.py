"""Make the table of saturated nitrous oxide from CoolProp; run by hand, in an environment of its own.

    python -m venv /tmp/coolprop && /tmp/coolprop/bin/pip install CoolProp==8.0.0
    /tmp/coolprop/bin/python engine/hybrid/data/make_nitrous_oxide.py

The places are even in the square root of 1 - T/Tc: liquid and vapour draw near to each other as that root does, so that
splines over it are smooth up to the critical point. At the critical point itself both are the critical state.
"""

from pathlib import Path

import CoolProp
import numpy as np

TARGET = Path(__file__).with_name("nitrous_oxide.csv")
NAMES = (
    "root,temperature,pressure,liquid_density,vapour_density,liquid_enthalpy,vapour_enthalpy,"
    "liquid_entropy,vapour_entropy,vapour_sound_speed"
)
FIRST, LAST, COUNT = 0.02, 0.6408, 161


def saturated(state: "CoolProp.AbstractState", temperature: float) -> list[float]:
    """Pressure, then density, enthalpy and entropy of liquid and vapour, and the vapour's speed of sound; SI."""
    state.update(CoolProp.QT_INPUTS, 0.0, temperature)
    pressure, liquid = state.p(), (state.rhomass(), state.hmass(), state.smass())
    state.update(CoolProp.QT_INPUTS, 1.0, temperature)
    vapour = (state.rhomass(), state.hmass(), state.smass())
    pairs = [value for pair in zip(liquid, vapour, strict=True) for value in pair]
    return [pressure, *pairs, state.speed_sound()]


def main() -> None:
    """Write the table, with where it is from in its first lines."""
    state = CoolProp.AbstractState("HEOS", "N2O")
    critical = state.T_critical()
    rows = []
    for root in np.linspace(FIRST, LAST, COUNT):
        temperature = critical * (1.0 - root**2)
        rows.append([root, temperature, *saturated(state, temperature)])
    header = (
        f"Saturated nitrous oxide, by CoolProp {CoolProp.__version__}: equation of state of Lemmon and Span,\n"
        "Short Fundamental Equations of State for 20 Industrial Fluids, J. Chem. Eng. Data 51 (2006) 785-850.\n"
        f"SI. critical_temperature {critical:.9g}, molar_mass {state.molar_mass():.9g}\n{NAMES}"
    )
    np.savetxt(TARGET, np.array(rows), fmt="%.12g", delimiter=",", header=header)


if __name__ == "__main__":
    main()
