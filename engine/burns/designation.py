"""The letter and number that hobby and amateur rocketry calls a motor by."""

import math

SMALLEST = 0.3125
"""N s; what a 1/8A has at most."""
FRACTIONS = ("1/8A", "1/4A", "1/2A")
LETTERS = 26


def designation(total_impulse: float, thrust: float) -> str:
    """Such as `N2950`: the class of a total impulse (N s), each twice the one before (NFPA 1125: A up to 2.5 N s, B up
    to 5), and the average thrust (N), rounded; after Z come AA, AB and so on.
    """
    if not (total_impulse > 0.0 and math.isfinite(total_impulse) and math.isfinite(thrust)):
        return ""
    step = max(math.ceil(math.log2(total_impulse / SMALLEST) - 1e-9), 0)
    number = f"{max(round(thrust), 0)}"
    if step < len(FRACTIONS):
        return FRACTIONS[step] + number
    places, letter = divmod(step - len(FRACTIONS), LETTERS)
    first = chr(ord("A") + places - 1) if places else ""
    return first + chr(ord("A") + letter) + number
