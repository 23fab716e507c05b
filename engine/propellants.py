"""The propellant of a specification: named, defined in full or made of ingredients; two sides of it, or one.

Nothing here imports numpy: the service checks every request with these models.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from engine.fields import Model, Temperature, broken_rule, number
from engine.thermo import catalogue
from engine.thermo.measures import MIXTURE_MEASURES, MixtureMeasure

HOW_TO_GIVE = (
    "an alias of the catalogue, a name of NASA's data, an object with name, formula, enthalpy, "
    "or a list of ingredients"
)

Atoms = number(1e-9, 1e4, "atoms of the element in one formula unit")
MixtureRatio = number(0.0, 1e6, "mass of oxidizer per mass of fuel, 0 (fuel alone) to 1e6")
EquivalenceRatio = number(
    0.0,
    1e6,
    "fuel per oxidizer by mass, over that of the stoichiometric mixture; 0 (oxidizer alone) to 1e6, rich above 1",
)
ChemicalEquivalenceRatio = number(
    0.0, 1e6, "positive over negative oxidation states of all atoms, 0 to 1e6; rich above 1"
)
PercentFuel = number(0.0, 100.0, "mass of fuel in percent of the propellant, 0 to 100")
Share = number(0.0, 1e6, "parts of the whole, 0 or more; they need not add to one")


class PropellantDefinition(Model):
    """A propellant given in full, where neither the catalogue nor NASA's data has it."""

    name: str = Field(min_length=1, max_length=64, description="what it is called, in 1 to 64 characters")
    formula: Annotated[
        dict[str, Atoms],  # type: ignore[valid-type]
        AfterValidator(catalogue.check_elements),
    ] = Field(min_length=1, max_length=12, description="atoms by element, such as {'C': 1, 'H': 1.95}")
    enthalpy: number(-1e8, 1e8, "J/mol of the formula at `temperature`")  # type: ignore[valid-type]
    temperature: Temperature = 298.15
    density: number(1e-2, 3e4, "kg/m3, 0.01 to 3e4") | None = None  # type: ignore[valid-type]

    @model_validator(mode="before")
    @classmethod
    def _more_than_a_name(cls, given: Any) -> Any:
        if isinstance(given, dict) and "name" in given and given.keys() <= {"name", "temperature", "density"}:
            name = given["name"]
            raise broken_rule(
                "", f"has a name, but no formula and no enthalpy; give them, or the name alone: {name!r}"
            )
        return given


PropellantName = Annotated[
    str,
    Field(min_length=1, max_length=64, description="an alias of the catalogue or a name of NASA's data"),
    AfterValidator(catalogue.check_name),
]


class NamedIngredient(Model):
    """A part of a propellant by its name; `temperature` is that at which it enters, left out the catalogue's."""

    name: PropellantName
    mass_fraction: Share | None = None  # type: ignore[valid-type]
    mole_fraction: Share | None = None  # type: ignore[valid-type]
    temperature: Temperature | None = None

    @model_validator(mode="after")
    def _temperature_with_data(self) -> "NamedIngredient":
        if self.temperature is not None:
            message = catalogue.temperature_problem(catalogue.find(self.name), self.temperature)
            if message is not None:
                raise broken_rule("temperature", message)
        return self


class DefinedIngredient(PropellantDefinition):
    """A part of a propellant given in full; it enters at the `temperature` of its enthalpy."""

    mass_fraction: Share | None = None  # type: ignore[valid-type]
    mole_fraction: Share | None = None  # type: ignore[valid-type]


def is_named(ingredient: Mapping[str, Any]) -> bool:
    """Whether an ingredient, not checked yet, is given by its name and not in full."""
    return not {"formula", "enthalpy"} & ingredient.keys()


def _how_ingredient_is_given(value: Any) -> str | None:
    if isinstance(value, dict):
        return "by_name" if is_named(value) else "in_full"
    if isinstance(value, NamedIngredient):
        return "by_name"
    return "in_full" if isinstance(value, DefinedIngredient) else None


Ingredient = Annotated[
    Annotated[NamedIngredient, Tag("by_name")] | Annotated[DefinedIngredient, Tag("in_full")],
    Discriminator(
        _how_ingredient_is_given,
        custom_error_type="propellant_type",
        custom_error_message="not an object",
    ),
]


def _of_one_kind(ingredients: tuple[Ingredient, ...]) -> tuple[Ingredient, ...]:
    if not ingredients:
        raise broken_rule(
            "", "has no ingredients; give at least one, as an object with name and mass_fraction"
        )
    for place, ingredient in enumerate(ingredients):
        given = [ingredient.mass_fraction, ingredient.mole_fraction]
        if given.count(None) != 1:
            what = "has no fraction" if given.count(None) else "has both a mass and a mole fraction"
            raise broken_rule(str(place), f"{ingredient.name!r} {what}; give mass_fraction or mole_fraction")
    shares = [ingredient.mass_fraction for ingredient in ingredients]
    if None in shares and shares.count(None) != len(shares):
        place = shares.index(None)
        message = "is a fraction by mole where others are by mass; give all by mass_fraction or all by mole_fraction"
        raise broken_rule(f"{place}.mole_fraction", message)
    if not any(ingredient.mass_fraction or ingredient.mole_fraction for ingredient in ingredients):
        kind = "mass_fraction" if shares[0] is not None else "mole_fraction"
        raise broken_rule(f"0.{kind}", "all fractions are 0; give one ingredient more than that")
    return ingredients


Ingredients = Annotated[
    tuple[Ingredient, ...],
    Field(max_length=32, description="ingredients, each with name and mass_fraction"),
    AfterValidator(_of_one_kind),
]


def _how_given(value: Any) -> str | None:
    if isinstance(value, str):
        return "by_name"
    if isinstance(value, list | tuple):
        return "of_ingredients"
    return "in_full" if isinstance(value, dict | PropellantDefinition) else None


AnyPropellant = Annotated[
    Annotated[PropellantName, Tag("by_name")]
    | Annotated[PropellantDefinition, Tag("in_full")]
    | Annotated[Ingredients, Tag("of_ingredients")],
    Discriminator(
        _how_given,
        custom_error_type="propellant_type",
        custom_error_message="neither a name nor an object nor a list",
    ),
]


class BipropellantMixture(Model):
    """A fuel and an oxidizer, and one of the four measures of their mixture.

    The temperatures are those at which they enter the chamber; of ingredients, those without one of their own.
    """

    fuel: AnyPropellant = Field(description=HOW_TO_GIVE)
    oxidizer: AnyPropellant = Field(description=HOW_TO_GIVE)
    mixture_ratio: MixtureRatio | None = None  # type: ignore[valid-type]
    equivalence_ratio: EquivalenceRatio | None = None  # type: ignore[valid-type]
    chemical_equivalence_ratio: ChemicalEquivalenceRatio | None = None  # type: ignore[valid-type]
    percent_fuel: PercentFuel | None = None  # type: ignore[valid-type]
    fuel_temperature: Temperature | None = None
    oxidizer_temperature: Temperature | None = None

    @model_validator(mode="after")
    def _one_measure(self) -> "BipropellantMixture":
        given = [name for name in MIXTURE_MEASURES if getattr(self, name) is not None]
        if not given:
            raise broken_rule(
                "mixture_ratio", f"is missing; give exactly one of {', '.join(MIXTURE_MEASURES)}"
            )
        if len(given) > 1:
            message = f"{' and '.join(given)} each set the mixture; keep one of them and leave out the others"
            raise broken_rule(given[0], message)
        return self

    @property
    def measure(self) -> MixtureMeasure:
        """Which of the four is given."""
        return next(name for name in MIXTURE_MEASURES if getattr(self, name) is not None)


class Monopropellant(Model):
    """One propellant, a substance or ingredients mixed beforehand, that decomposes or burns by itself."""

    monopropellant: AnyPropellant = Field(description=HOW_TO_GIVE)
    monopropellant_temperature: Temperature | None = None

    @model_validator(mode="before")
    @classmethod
    def _alone(cls, given: Any) -> Any:
        for name in BipropellantMixture.model_fields if isinstance(given, dict) else ():
            if name in given:
                raise broken_rule(name, "has no place beside monopropellant, which burns by itself; keep one")
        return given


def _how_many_sides(value: Any) -> str | None:
    if isinstance(value, dict):
        return (
            "of_one_side"
            if {"monopropellant", "monopropellant_temperature"} & value.keys()
            else "of_two_sides"
        )
    if isinstance(value, Monopropellant):
        return "of_one_side"
    return "of_two_sides" if isinstance(value, BipropellantMixture) else None


LiquidPropellant = Annotated[
    Annotated[BipropellantMixture, Tag("of_two_sides")] | Annotated[Monopropellant, Tag("of_one_side")],
    Discriminator(
        _how_many_sides,
        custom_error_type="propellant_type",
        custom_error_message="not an object",
    ),
]
