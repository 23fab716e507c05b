"""Detonations and shocks of many gases at once (NASA RP-1311 part I, chapters 7 and 8).

    from engine.thermo.waves.detonation import solve_detonation
    from engine.thermo.waves.shock import solve_shock

| question | file |
|---|---|
| what the gas is before the wave | `gas` |
| which pressure and enthalpy a wave leaves behind it | `fronts` |
| which state in equilibrium meets them | `equilibrium`: `iteration`, `halving` |
| the same, the composition kept | `frozen` |
| what is handed on of a gas behind a wave | `behind`, `results` |

A wave is looked at from itself: it stands, and the gas flows in at `velocity` and out more slowly.
"""
