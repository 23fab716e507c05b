"""What droplets and particles that lag behind the gas cost a nozzle.

Source: Coats, Levine, Nickerson and others, A Computer Program for the Prediction of Solid Propellant Rocket Motor
Performance, volume I, AFRPL-TR-75-36, 1975: a correlation of motors of aluminised propellants, in psi, inches and
micrometres.
"""

import numpy as np

from engine.thermo.nasa_polynomials import Array

PSI, INCH = 6894.757, 0.0254
MUCH = 0.09
"""mol in 100 g: with as much condensed the other constants hold."""
HIGHEST_LOSS = 0.2


def two_phase_share(
    condensed: Array, pressure: Array, throat_diameter: Array, area_ratio: Array, characteristic_length: Array
) -> Array:
    """(N,): what is left of the thrust, of `condensed` mol/kg in the chamber at a pressure (Pa), of throats and
    characteristic lengths, volume of the chamber over area of the throat (m).
    """
    amount = np.maximum(0.1 * condensed, 0.0)
    psi, throat, length = pressure / PSI, throat_diameter / INCH, characteristic_length / INCH
    size = 0.454 * np.cbrt(psi * amount) * (1.0 - np.exp(-0.004 * length)) * (1.0 + 0.045 * throat)
    is_much, is_small, is_middling = amount >= MUCH, throat < 1.0, throat < 2.0
    fine, coarse = size < 4.0, size > 8.0
    kinds = [is_middling, fine, coarse]
    factor = np.where(
        is_much, np.select(kinds, [9.0, 13.4, 7.58], 10.2), np.select(kinds, [30.0, 44.5, 25.2], 34.0)
    )
    of_size = np.where(is_middling, 1.0, 0.8)
    of_throat = np.select([is_small, is_middling, fine, coarse], [1.0, 0.8, 0.8, 0.33], 0.4)
    of_amount = np.where(is_much, 0.5, 1.0)
    loss = factor * amount**of_amount * size**of_size / (psi**0.15 * area_ratio**0.08 * throat**of_throat)
    return np.asarray(1.0 - np.minimum(loss / 100.0, HIGHEST_LOSS))
