"""How the state of a station answers to what fixes it."""

from dataclasses import dataclass

import numpy as np

from engine.thermo.nasa_polynomials import Array


@dataclass
class Tangent:
    """First derivatives of N states along Q coordinates: those of the composition, then entropy/R, then ln p.

    Each coordinate moves with the others held. `log_temperature`, `log_moles` (of n), `enthalpy` (over R, K mol/kg)
    and `log_gamma` are (N, Q); `condensed` (N, Q, C') are moles per kg, `potential_slopes` (N, Q, E) belong to
    the elements' `potentials` (N, E) over RT. Of the last three nothing is kept where the composition is frozen.
    """

    log_temperature: Array
    log_moles: Array
    enthalpy: Array
    log_gamma: Array
    potentials: Array
    potential_slopes: Array
    condensed: Array

    @property
    def log_stream(self) -> Array:
        """(N, Q): of ln(n T)."""
        return self.log_temperature + self.log_moles


def along(tangent: Array, path: Array) -> Array:
    """Derivatives (N, K, ...) along K paths of a tangent's (N, Q, ...), the paths' coordinates being (N, K, Q)."""
    return np.asarray(np.einsum("nkq,nq...->nk...", path, tangent))
