"""How the solution of one case of a batch ended."""

from enum import IntEnum


class Status(IntEnum):
    """0 where the numbers hold; any other value says why the case has none."""

    CONVERGED = 0
    INVALID_INPUT = 1
    NOT_CONVERGED = 2
    PHASES_UNSETTLED = 3
    TEMPERATURE_TOO_LOW = 4
    TEMPERATURE_TOO_HIGH = 5
    NO_SUPERSONIC_SOLUTION = 6
    NO_SHOCK = 7
    NO_DETONATION = 8
    NO_GAS = 10
    PHASE_DATA_ENDS = 11


REASONS = {
    Status.CONVERGED: "converged",
    Status.INVALID_INPUT: "an input is not a finite number in the range where the problem has a meaning",
    Status.NOT_CONVERGED: "the iteration did not converge",
    Status.PHASES_UNSETTLED: "no stable set of condensed phases was found",
    Status.TEMPERATURE_TOO_LOW: "the temperature falls below the range of NASA's data (160 K)",
    Status.TEMPERATURE_TOO_HIGH: "the temperature rises above the range of NASA's data (22,000 K)",
    Status.NO_SUPERSONIC_SOLUTION: "the flow does not reach this area or pressure ratio, or chokes in the combustor",
    Status.NO_SHOCK: "no steady shock runs at this velocity: it is below that of sound, or of the gas's detonation",
    Status.NO_DETONATION: "the mixture does not burn to a detonation",
    Status.NO_GAS: "everything condenses: no gas is left at this pressure",
    Status.PHASE_DATA_ENDS: "it lies between the states with and without a condensed phase, whose data ends there",
}
