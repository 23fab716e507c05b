"""How far an answer is from the reference, per quantity."""


DEVIATIONS = (
    "chamber_temperature",
    "throat_temperature",
    "exit_temperature",
    "c_star",
    "specific_impulse_vacuum",
    "chamber_molar_mass",
    "chamber_gamma",
    "exit_pressure",
)
