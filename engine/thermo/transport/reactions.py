"""What chemical reactions add to heat capacity and conductivity of a gas in equilibrium, by Butler and Brokaw.

The report sums over a set of independent reactions (NASA RP-1311 part I, eqs. 5.10-5.19). The sum does not depend on
which set: it is the largest value of 2 h.a - a.M.a over all changes `a` of the composition that keep the elements,
M the quadratic form of the report's g_ij. Here that problem is solved as it stands, with one multiplier for each
element, so that no set of reactions has to be found for each case.
"""

import numpy as np

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.elimination import solve_block
from engine.thermo.nasa_polynomials import Array

COLLISION_RATIO = 1.1
"""A*, the ratio of collision integrals for diffusion and viscosity."""
TRACE = 1e-10
"""Mole fraction below which a gas takes no part in reactions (CEA's limit)."""


def reacting_heat_capacity(formula: Array, fractions: Array, enthalpy: Array) -> Array:
    """cp/R (N,) per mole of gas that comes from the shift of composition.

    `formula` (U, E), `fractions` (N, U) mole fractions, `enthalpy` (N, U) h/RT.
    """
    taking_part = np.where(fractions >= TRACE, fractions, 0.0)
    first = np.concatenate([formula, np.ones((len(formula), 1))], axis=1)
    matrix = np.einsum("nu,ui,uj->ijn", taking_part, first, first)
    matrix[-1, -1] = 0.0
    heat = taking_part * enthalpy
    right = (heat @ first).T
    multipliers = solve_block(matrix, right[:, None].copy(), formula.shape[1])[:, 0]
    change = heat - taking_part * (multipliers.T @ first.T)
    return np.asarray((change * enthalpy).sum(axis=1))


def reacting_conductivity(
    formula: Array, molar_mass: Array, fractions: Array, enthalpy: Array, pairs: Array
) -> Array:
    """Conductivity (N,) in W/(m K) that comes from reactions: eq. 5.10.

    `formula` (U, E), `molar_mass` (U,) kg/mol, `fractions` (N, U) mole fractions, `enthalpy` (N, U) h/RT, `pairs`
    (N, U, U) Pa s.
    """
    taking_part = np.where(fractions >= TRACE, fractions, 0.0)
    root = np.sqrt(taking_part)
    resistance = _diffusion_resistance(molar_mass, pairs)
    form = _quadratic_form(molar_mass, root, resistance, fractions)
    right = root[:, :, None] * np.concatenate(
        [enthalpy[:, :, None], np.broadcast_to(formula, (*fractions.shape, formula.shape[1]))], axis=2
    )
    solved = np.linalg.solve(form, right)
    coupling = np.einsum("nui,nuj->ijn", right[:, :, 1:], solved[:, :, 1:])
    wanted = np.einsum("nui,nu->in", right[:, :, 1:], solved[:, :, 0])
    multipliers = solve_block(coupling, wanted[:, None], formula.shape[1])[:, 0].T
    rest = right[:, :, 0] - np.einsum("nui,ni->nu", right[:, :, 1:], multipliers)
    flux = solved[:, :, 0] - np.einsum("nui,ni->nu", solved[:, :, 1:], multipliers)
    return np.asarray(GAS_CONSTANT * (rest * flux).sum(axis=1))


def _diffusion_resistance(molar_mass: Array, pairs: Array) -> Array:
    """RT/(p D) (N, U, U) of each pair of gases (eq. 5.16)."""
    reduced = molar_mass[:, None] * molar_mass[None] / (molar_mass[:, None] + molar_mass[None])
    return np.asarray(5.0 / 3.0 / COLLISION_RATIO * reduced / pairs)


def _quadratic_form(molar_mass: Array, root: Array, resistance: Array, fractions: Array) -> Array:
    """(N, U, U): that of g_ij (eq. 5.15) in changes over the roots of the mole fractions.

    A change that moves the gas as a whole costs nothing, but does not keep the mass: a cost of the
    mass is added, which no change that keeps the elements feels, so that the form is positive definite.
    """
    form = -resistance * (root[:, :, None] * root[:, None, :])
    diagonal = np.arange(form.shape[1])
    form[:, diagonal, diagonal] += np.einsum("nuv,nv->nu", resistance, fractions)
    mass = root * molar_mass
    mass /= np.sqrt((mass**2).sum(axis=1, keepdims=True))
    scale = np.einsum("nu,nuv,nv->n", fractions, resistance, fractions)
    form += scale[:, None, None] * (mass[:, :, None] * mass[:, None, :])
    return np.asarray(form)
