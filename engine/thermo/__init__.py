"""Chemical equilibrium and rocket performance of many mixtures at once, by NASA CEA's method and with NASA's data.

    from engine.thermo.equilibrium import solve_equilibrium
    from engine.thermo.performance import rocket_stations

| question | file |
|---|---|
| what can be burnt, and what a kilogram of it holds | `catalogue`, `reactants`; `blends`, `ratios`, `measures` |
| what can come of it, and with which standard properties | `species`: `gases`, `phases`, `nasa_polynomials`, `data/` |
| which composition has the least Gibbs energy | `equilibrium`: `newton` (with `newton_system`), `settling`, `halving` |
| how the gas expands | `performance`: `motors`, from the `combustor` to the `exits`, kept in `rocket_results` |
| where it does so in equilibrium | `expansion`: `station`, with the `conditions` of throat and area, and `bracketing` |
| where its composition is frozen | `frozen`: `frozen_path`, with the melting of `frozen_phases` |
| what detonations and shocks leave behind them | `waves/` |
| what a solved state amounts to | `properties` |
| how its gas resists shear and conducts heat | `transport/` |
| how it is fast for many cases | `blocks`, `elimination`; `sweeps/` where few numbers tell the cases apart |
| why a case has no answer | `status` |

Arrays have the case as first axis. Nothing is imported here, so that the catalogue can be read without numpy.
"""
