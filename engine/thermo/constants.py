"""Constants of the field, with the values that the references use, so that comparisons go to the last digit."""

GAS_CONSTANT = 8.31451
"""J/(mol K); CEA's value (NASA RP-1311 part I, p. 73), not today's 8.314462618."""

STANDARD_GRAVITY = 9.80665
"""m/s2; what turns an exhaust velocity into a specific impulse in seconds."""

STANDARD_PRESSURE = 1e5
"""Pa; the standard state of NASA's coefficients."""
