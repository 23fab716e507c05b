"""The answer of the engine: headline numbers flat, then stations, composition and how sure one may be."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """What all parts of a result share."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Caution(Part):
    """Something an engineer should know before trusting the numbers; `code` is stable."""

    code: str
    message: str


class Station(Part):
    """The gas at one place; SI. A quantity without a meaning there is null, and so is what is not known of a gas that
    was given by hand.

    `molar_mass` is that of the gas (CEA's M, 1/n); `molar_mass_mixture` counts condensed species too (CEA's MW).
    `heat_capacity` is in shifting equilibrium, and null where two phases of a substance meet. `viscosity`,
    `conductivity` and `prandtl` are of the gas, without what is condensed, with the reactions of a flow in equilibrium.
    """

    pressure: float
    temperature: float
    density: float
    enthalpy: float | None
    entropy: float | None
    molar_mass: float
    molar_mass_mixture: float | None
    heat_capacity: float | None
    heat_capacity_frozen: float | None
    gamma: float
    gamma_frozen: float | None
    sound_speed: float
    viscosity: float | None
    conductivity: float | None
    prandtl: float | None
    velocity: float
    mach: float
    area_ratio: float | None
    thrust_coefficient: float | None
    specific_impulse: float | None
    specific_impulse_vacuum: float | None


class Geometry(Part):
    """Sizes in m and m2."""

    throat_diameter: float
    throat_area: float
    exit_diameter: float
    exit_area: float
    area_ratio: float


class AnalysisResult(Part):
    """What a motor does. Efficiencies are in the headline numbers, and not in `stations`, which are ideal.

    `specific_impulse`, `thrust` and `thrust_coefficient` hold at `ambient_pressure`, which is 0 where the
    specification gives neither an ambient pressure nor an altitude.
    """

    motor_type: str
    thrust: float
    specific_impulse: float
    specific_impulse_vacuum: float
    specific_impulse_sea_level: float
    c_star: float
    thrust_coefficient: float
    mass_flow_rate: float
    chamber_pressure: float
    stagnation_pressure: float
    chamber_temperature: float
    chamber_gamma: float
    chamber_molar_mass: float
    exit_pressure: float
    exit_temperature: float
    exit_mach: float
    exit_velocity: float
    ambient_pressure: float
    geometry: Geometry
    stations: dict[str, Station] = Field(
        description="chamber, throat and exit; before them the injector face of a combustor of finite area"
    )
    composition: dict[str, dict[str, float]] = Field(
        description="mole fractions by station, of species above 1e-8, the largest first"
    )
    warnings: list[Caution]
    engine_version: str
    duration: float = Field(description="s of solving, shared evenly by the cases solved together")
    validation: dict[str, Any] | None = None


CURVES = (
    "time",
    "thrust",
    "chamber_pressure",
    "mass_flow_rate",
    "oxidizer_mass_flow_rate",
    "fuel_mass_flow_rate",
    "mixture_ratio",
    "oxidizer_flux",
    "port_diameter",
    "throat_diameter",
    "tank_pressure",
    "tank_temperature",
    "liquid_share",
    "oxidizer_mass",
    "kn",
    "mass_flux",
    "port_mach",
    "exit_pressure",
    "propellant_mass",
)
"""The curves that a history may have; one that says nothing of a motor is left out."""


class BurnResult(AnalysisResult):
    """What a motor does that burns for a while, a solid or a hybrid: headline numbers are means over the burn.

    `thrust` is `total_impulse` over `burn_time`, from ignition until no more propellant burns (of a quasi-steady solid
    the mean of its history, as openMotor has it); `burn_time_10_percent` from the first to the last moment with a tenth
    of the `thrust_peak`. `stations` and `composition` are those of the mean operating point. `history` has arrays of
    equal length, `time` first, increasing.
    """

    thrust_peak: float
    burn_time: float
    burn_time_10_percent: float
    total_impulse: float
    chamber_pressure_peak: float
    propellant_mass: float = Field(description="kg, of all that was burnt or expelled")
    designation: str = Field(description="class of the total impulse and average thrust, such as N2950")
    history: dict[str, list[float | None]]


class HybridResult(BurnResult):
    """A hybrid's answer: also how much of both propellants went, and how much was left."""

    mixture_ratio: float = Field(
        description="mass of oxidizer per mass of fuel, of all that went through the chamber"
    )
    best_mixture_ratio: float = Field(description="that with the highest c_star at the mean chamber pressure")
    oxidizer_mass: float = Field(description="kg, that went into the chamber")
    fuel_mass: float = Field(description="kg, that was burnt")
    oxidizer_mass_left: float | None = Field(description="kg, in the tank; null without a tank")
    fuel_mass_left: float = Field(description="kg, slivers included")
    oxidizer_flux_peak: float = Field(description="kg/(s m2), the highest in the ports")
    sized: dict[str, Any] | None = Field(
        default=None, description="the sizes that were found where the specification asks for a sizing"
    )


class GrainResult(Part):
    """What one of a solid motor's grains did."""

    propellant_mass: float
    mass_flux_peak: float = Field(description="kg/(s m2), the highest where its port ends; 0 without a port")
    port_mach_peak: float


class SolidResult(BurnResult):
    """A solid's answer: also how surface, ports and throat fit each other. `propellant_mass` is all that it holds."""

    kn_initial: float = Field(description="burning surface over throat area, at first")
    kn_peak: float
    port_throat_ratio: float | None = Field(
        description="area of the last grain's port over that of the throat, at first; null where it has no port"
    )
    mass_flux_peak: float = Field(description="kg/(s m2), the highest in any port")
    port_mach_peak: float
    volume_loading: float = Field(description="propellant over the volume of the case around the grains")
    impulse_class: str = Field(description="the letter of the total impulse")
    grains: list[GrainResult] = Field(description="from the head to the nozzle")
