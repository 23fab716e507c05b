"""The four kinds of studies, as their users write them.

Nothing here imports numpy: the service checks every request with these models.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from engine.fields import Model, broken_rule
from engine.studies.distributed import Distributed
from engine.studies.variables import BoundedVariable, Number, Path, Sense, SweepVariable, of_length

MOST_VARIABLES, MOST_PATHS = 64, 10_000
DEFAULT_OUTPUTS = (
    "thrust",
    "specific_impulse",
    "specific_impulse_vacuum",
    "c_star",
    "thrust_coefficient",
    "mass_flow_rate",
    "chamber_temperature",
    "exit_temperature",
    "exit_pressure",
)
PERCENTILES = (1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0)

Base = Annotated[
    dict[str, Any], Field(description="an object: the specification in which the variables change fields")
]
Outputs = Annotated[tuple[Any, ...], Field(description="a list of paths of results"), of_length(1, 200)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**63, description="a whole number, 0 or more")]


class SweepStudy(Model):
    """Every combination of the values of all variables, the last variable changing fastest."""

    type: Literal["sweep"]
    base: Base
    variables: Annotated[
        tuple[SweepVariable, ...],
        Field(description="a list of objects with path and values"),
        of_length(1, MOST_VARIABLES),
    ]
    outputs: Outputs = DEFAULT_OUTPUTS


class Objective(Model):
    """A result that is to become as large or as small as can be."""

    output: Path
    sense: Sense


class Constraint(Model):
    """A result that has to stay within limits, one or both."""

    output: Path
    minimum: Number | None = None
    maximum: Number | None = None

    @model_validator(mode="after")
    def _has_limit(self) -> "Constraint":
        if self.minimum is None and self.maximum is None:
            raise broken_rule("minimum", "is missing, and maximum too; give at least one of them")
        if self.minimum is not None and self.maximum is not None and self.minimum >= self.maximum:
            message = f"{self.minimum:g} is not below maximum {self.maximum:g}; swap them"
            raise broken_rule("minimum", message)
        return self


Method = Literal["auto", "gradient", "differential_evolution", "nsga2"]


class OptimizationStudy(Model):
    """The best of all motors between the ends of the variables; of several objectives, the Pareto front."""

    type: Literal["optimization"]
    base: Base
    variables: Annotated[
        tuple[BoundedVariable, ...],
        Field(description="objects with path, minimum and maximum"),
        of_length(1, MOST_VARIABLES),
    ]
    objectives: Annotated[
        tuple[Objective, ...],
        Field(description="a list of objects with output and sense"),
        of_length(1, 8),
    ]
    constraints: Annotated[tuple[Constraint, ...], of_length(0, 32)] = ()
    method: Method = "auto"
    population: Annotated[int, Field(strict=True, ge=8, le=10_000, description="8 to 10000")] | None = None
    generations: Annotated[int, Field(strict=True, ge=1, le=10_000, description="1 to 10000")] | None = None
    seed: Seed = 0
    reported: Annotated[tuple[Any, ...], Field(alias="outputs"), of_length(0, 200)] = ()

    @model_validator(mode="after")
    def _method_fits(self) -> "OptimizationStudy":
        several = len(self.objectives)
        if several > 1 and self.method not in ("auto", "nsga2"):
            message = f"{self.method!r} knows one objective, and there are {several}; give 'nsga2', or one objective"
            raise broken_rule("method", message)
        return self

    @property
    def aims(self) -> tuple[str, ...]:
        """The outputs of objectives and constraints."""
        wanted = [objective.output for objective in self.objectives]
        return (*wanted, *(constraint.output for constraint in self.constraints))

    @property
    def outputs(self) -> tuple[str, ...]:
        """What has to be known of each case: the aims, and what is reported besides, each once."""
        return tuple(dict.fromkeys([*self.aims, *self.reported]))

    @property
    def is_multiple(self) -> bool:
        """Whether a front is looked for and not one motor."""
        return len(self.objectives) > 1 or self.method == "nsga2"

    @property
    def size_of_population(self) -> int:
        """Motors of one generation."""
        default = 64 if self.is_multiple else max(24, 8 * len(self.variables))
        return self.population or default

    @property
    def number_of_generations(self) -> int:
        """Generations after the first one, at the most."""
        return self.generations or 100


class UncertaintyStudy(Model):
    """What the uncertainty of the variables makes of the outputs."""

    type: Literal["uncertainty"]
    base: Base
    variables: Annotated[
        tuple[Distributed, ...],
        Field(description="objects with path and distribution"),
        of_length(1, MOST_VARIABLES),
    ]
    samples: Annotated[int, Field(strict=True, ge=2, description="a whole number, 2 or more")]
    sampling: Literal["latin_hypercube", "sobol", "random"] = "latin_hypercube"
    percentiles: Annotated[
        tuple[Annotated[float, Field(strict=True, gt=0.0, lt=100.0)], ...],
        Field(description="numbers between 0 and 100"),
        of_length(1, 100),
    ] = PERCENTILES
    outputs: Outputs = DEFAULT_OUTPUTS
    seed: Seed = 0


class SensitivityStudy(Model):
    """How much of the outputs' spread comes from which variable."""

    type: Literal["sensitivity"]
    base: Base
    variables: Annotated[
        tuple[Distributed, ...],
        Field(description="two or more objects with path and distribution"),
        of_length(2, MOST_VARIABLES),
    ]
    method: Literal["sobol", "morris"]
    samples: Annotated[int, Field(strict=True, ge=4, le=2**16, description="a whole number, 4 to 65536")]
    second_order: Annotated[bool, Field(strict=True, description="true or false")] = False
    outputs: Outputs = DEFAULT_OUTPUTS
    seed: Seed = 0

    @property
    def group(self) -> int:
        """Cases that belong together: the rows of one base sample, or the steps of one path."""
        count = len(self.variables)
        if self.method == "morris":
            return count + 1
        return 2 * count + 2 if self.second_order else count + 2

    @model_validator(mode="after")
    def _orders(self) -> "SensitivityStudy":
        if self.second_order and self.method == "morris":
            raise broken_rule("second_order", "has no meaning for 'morris'; give method 'sobol'")
        if self.method == "morris" and self.samples > MOST_PATHS:
            message = (
                f"{self.samples:,} paths are too many; give {MOST_PATHS:,} or fewer, some hundred are enough"
            )
            raise broken_rule("samples", message)
        return self


Study = SweepStudy | OptimizationStudy | UncertaintyStudy | SensitivityStudy
