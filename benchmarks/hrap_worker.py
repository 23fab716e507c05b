"""One whole burn in HRAP, in a process and an environment of its own; a JSON document in, one out.

HRAP is asked for the motor of the document, with the combustion table and the saturation curve of the document, so that
both programs burn the same. `"as_published": false` puts two of its formulas right before it is compiled: the flux of
the oxidizer is taken over the port and not over the fuel's cross-section, and the tank's contents have the heat
capacity of both phases along the saturation line and not that of the vapour at constant pressure for all of it.
"""

import functools
import json
import sys
import time

import CoolProp.CoolProp as CoolProp
import hrap.grain
import hrap.tank
import interpax
import jax
import jax.numpy as jnp
import numpy as np
from hrap.chamber import make_chamber
from hrap.core import StaticVar, make_engine, make_integrator, step_rk4, unpack_engine
from hrap.fluid import bake_sat_coolprop
from hrap.nozzle import make_cd_nozzle
from jax.scipy.interpolate import RegularGridInterpolator

jax.config.update("jax_enable_x64", True)
PLACES = np.linspace(183.0, 309.0, 64)


def saturated_capacity(quality, temperature, width=0.05):
    """T ds/dT along the saturation line, J/(kg K)."""
    low, high = (
        CoolProp.PropsSI("S", "T", temperature + side * width, "Q", quality, "N2O") for side in (-1, 1)
    )
    return temperature * (high - low) / (2.0 * width)


def put_right():
    """Give HRAP's flux the port's area and its tank the heat capacity of what is in it."""
    curves = [
        interpax.PchipInterpolator(
            PLACES, np.array([saturated_capacity(quality, float(at)) for at in PLACES])
        )
        for quality in (0, 1)
    ]
    published_grain, published_tank = hrap.grain.d_grain_shiftOF, hrap.tank.liq_blowdow

    def grain(s, x, xmap, d2a):
        fuel = x[xmap["grn_A"]]
        port = jnp.pi / 4.0 * s["grn_OD"] ** 2 - fuel
        law = s["grn_Reg"]
        return published_grain({**s, "grn_Reg": law.at[0].multiply((fuel / port) ** law[1])}, x, xmap, d2a)

    def tank(flow, x, xmap, fluid, *slopes):
        liquid, vapour = x[xmap["tnk_m_ox_liq"]], x[xmap["tnk_m_ox_vap"]]
        capacity = sum(
            mass * curve(x[xmap["tnk_T"]]) for mass, curve in zip((liquid, vapour), curves, strict=True)
        )
        return published_tank(flow, x, xmap, {**fluid, "Cp": capacity / (liquid + vapour)}, *slopes)

    hrap.grain.d_grain_shiftOF, hrap.tank.liq_blowdow = grain, tank


def engine_of(motor, table):
    """HRAP's engine for the motor."""
    k, molar_mass, temperature = (
        RegularGridInterpolator(
            (np.array(table["mixture_ratio"]), np.array(table["pressure"])), np.array(table[name])
        )
        for name in ("gamma", "molar_mass", "temperature")
    )
    diameter, length = motor["outer_diameter"], motor["length"]
    tank = hrap.tank.make_sat_tank(
        bake_sat_coolprop("NitrousOxide", PLACES),
        V=motor["tank_volume"],
        inj_CdA=motor["hole_area"],
        inj_N=motor["holes"],
        m_ox=motor["oxidizer_mass"],
        T=motor["temperature"],
        inj_vap_model=StaticVar("Real Gas"),
        inj_liq_model=StaticVar("Incompressible"),
    )
    law = jnp.array([1e3 * motor["coefficient"], motor["exponent"], 0.0])
    shape = hrap.grain.make_circle_shape(ID=motor["port_diameter"])
    grain = hrap.grain.make_shiftOF_grain(shape, OD=diameter, L=length, Reg=law, rho=motor["fuel_density"])
    chamber = make_chamber(V0=np.pi / 4.0 * diameter**2 * length + motor["chamber_volume"])
    nozzle = make_cd_nozzle(thrt=motor["throat_diameter"], ER=motor["area_ratio"])
    tables = {"chem_interp_k": k, "chem_interp_M": molar_mass, "chem_interp_T": temperature}
    return make_engine(tank, grain, chamber, nozzle, Pa=motor["ambient_pressure"], **tables)


def main():
    """Read the order, burn, time the first run and later ones, write the curves."""
    order = json.load(sys.stdin)
    if not order["as_published"]:
        put_right()
    s, x, method = engine_of(order["motor"], order["table"])
    fire = make_integrator(step_rk4, method)
    run = jax.jit(functools.partial(fire, dt=order["time_step"], T=order["duration"], method=method))
    seconds = []
    for _ in range(1 + order["repeats"]):
        start = time.perf_counter()
        when, _, states = run(s, x)
        states.block_until_ready()
        seconds.append(time.perf_counter() - start)
    tank, grain, chamber, nozzle = unpack_engine(s, states, method)
    curves = {
        "time": when,
        "tank_pressure": tank["P"],
        "oxidizer_mass_flow_rate": tank["mdot_inj"],
        "chamber_pressure": chamber["P"],
        "thrust": nozzle["thrust"],
        "fuel_mass_flow_rate": grain["mdot"],
    }
    answer = {name: np.asarray(values)[:: order["every"]].tolist() for name, values in curves.items()}
    json.dump({"seconds": seconds, "curves": answer}, sys.stdout)


main()
