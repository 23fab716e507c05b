"""What chemical reactions add to heat capacity and conductivity of a gas in equilibrium, by Butler and Brokaw.

The report sums over a set of independent reactions (NASA RP-1311 part I, chapter 5). The sum does not depend on
which set: it is the largest value of 2 h.a - a.M.a over all changes `a` of the composition that keep the elements,
M the quadratic form of the report's g_ij. Here that problem is solved as it stands, with one multiplier for each
element, so that no set of reactions has to be found for each case.
"""

import numpy as np

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.nasa_polynomials import Array

COLLISION_RATIO = 1.1
"""A*, the ratio of collision integrals for diffusion and viscosity."""
TRACE = 1e-10
"""Mole fraction below which a gas takes no part in reactions (CEA's limit)."""
RIDGE = 1e-13


def reacting_heat_capacity(formula: Array, fractions: Array, enthalpy: Array) -> Array:
    """cp/R (N,) per mole of gas that comes from the shift of composition.

    `formula` (U, E), `fractions` (N, U) mole fractions, `enthalpy` (N, U) h/RT. The terms of g_ij without the
    diffusion coefficients; the same as eq. 2.59 for the gases that are counted.
    """
    taking_part = np.where(fractions >= TRACE, fractions, 0.0)
    coupling = np.einsum("nu,ui,uj->nij", taking_part, formula, formula)
    heat = taking_part * enthalpy
    right = np.stack([heat @ formula, taking_part @ formula], axis=2)
    solved = _solve(coupling, right)
    heats, moles = solved[:, :, 0], solved[:, :, 1]
    atoms = right[:, :, 1]
    growth = ((atoms * heats).sum(axis=1) - heat.sum(axis=1)) / (atoms * moles).sum(axis=1)
    multipliers = heats - growth[:, None] * moles
    change = heat - taking_part * (multipliers @ formula.T + growth[:, None])
    return np.asarray((change * enthalpy).sum(axis=1))


def reacting_conductivity(
    formula: Array, molar_mass: Array, fractions: Array, enthalpy: Array, pairs: Array
) -> Array:
    """Conductivity (N,) in W/(m K) that comes from reactions.

    `formula` (U, E), `molar_mass` (U,) kg/mol, `fractions` (N, U) mole fractions, `enthalpy` (N, U) h/RT, `pairs`
    (N, U, U) Pa s.
    """
    taking_part = np.where(fractions >= TRACE, fractions, 0.0)
    root = np.sqrt(taking_part)
    form = _quadratic_form(molar_mass, root, _diffusion_resistance(molar_mass, pairs), fractions)
    heat, atoms = (root * enthalpy)[:, :, None], root[:, :, None] * formula
    solved = np.linalg.solve(form, np.concatenate([heat, atoms], axis=2))
    transposed = atoms.transpose(0, 2, 1)
    multipliers = _solve(transposed @ solved[:, :, 1:], transposed @ solved[:, :, :1])
    rest = heat - atoms @ multipliers
    flux = solved[:, :, :1] - solved[:, :, 1:] @ multipliers
    return np.asarray(GAS_CONSTANT * (rest * flux).sum(axis=(1, 2)))


def _solve(matrix: Array, right: Array) -> Array:
    """Solutions (N, E, q) of symmetric systems (N, E, E), of which some directions may be without any meaning.

    Where only HF and its polymers are left, H and F cannot be told apart: a ridge keeps what cannot be told small.
    """
    diagonal = np.einsum("nee->ne", matrix)
    scale = np.where(diagonal > 0.0, 1.0 / np.sqrt(np.where(diagonal > 0.0, diagonal, 1.0)), 1.0)
    scaled = matrix * scale[:, :, None] * scale[:, None, :] + RIDGE * np.eye(matrix.shape[1])
    return np.asarray(scale[:, :, None] * np.linalg.solve(scaled, scale[:, :, None] * right))


def _diffusion_resistance(molar_mass: Array, pairs: Array) -> Array:
    """RT/(p D) (N, U, U) of each pair of gases, D its diffusion coefficient at the pressure p."""
    reduced = molar_mass[:, None] * molar_mass[None] / (molar_mass[:, None] + molar_mass[None])
    return np.asarray(5.0 / 3.0 / COLLISION_RATIO * reduced / pairs)


def _quadratic_form(molar_mass: Array, root: Array, resistance: Array, fractions: Array) -> Array:
    """(N, U, U): that of g_ij in changes over the roots of the mole fractions.

    A change that moves the gas as a whole costs nothing, but does not keep the mass: a cost of the
    mass is added, which no change that keeps the elements feels, so that the form is positive definite.
    """
    form = -resistance * (root[:, :, None] * root[:, None, :])
    diagonal = np.arange(form.shape[1])
    shared = (resistance @ fractions[:, :, None])[:, :, 0]
    form[:, diagonal, diagonal] += shared
    mass = root * molar_mass
    mass /= np.sqrt((mass**2).sum(axis=1, keepdims=True))
    scale = (fractions * shared).sum(axis=1)
    form += scale[:, None, None] * (mass[:, :, None] * mass[:, None, :])
    return np.asarray(form)
