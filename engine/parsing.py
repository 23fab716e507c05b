"""From a plain mapping to a checked specification, or to problems that name field, value and remedy."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, Field, ValidationError
from pydantic.fields import FieldInfo

from engine.errors import Problem, SpecError, UnknownPropellantError
from engine.nearest import nearest
from engine.propellants import HOW_TO_GIVE, AnyPropellant, Ingredient, NamedIngredient, PropellantDefinition
from engine.registry import MOTOR_TYPES
from engine.solid_grains import KINDS_OF_GRAIN
from engine.spec import AnalysisSpec
from engine.thermo.catalogue import Propellant, blend, define, find

Kind = TypeVar("Kind", bound=BaseModel)
ALTERNATIVES = frozenset(
    {
        "by_name",
        "in_full",
        "of_ingredients",
        "of_one_side",
        "of_two_sides",
        "infinite_area",
        "finite_area",
        "uniform",
        "normal",
        "truncated_normal",
        "lognormal",
        "triangular",
        "discrete",
        *KINDS_OF_GRAIN,
    }
)
"""Tags that pydantic puts into a location for the alternative it took; they are no fields."""


def parse_spec(spec: Mapping[str, Any] | AnalysisSpec) -> AnalysisSpec:
    """The checked specification of `spec`, a mapping with the fields of `engine.spec` (or one checked already).

    Raises SpecError, whose `problems` name every wrong field by its dotted path with value and remedy, and
    UnknownPropellantError where all that is wrong is the name of a propellant.
    """
    if isinstance(spec, AnalysisSpec):
        return spec
    if not isinstance(spec, Mapping):
        raise SpecError([Problem("", f"a specification is an object with fields, not {_shown(spec)}", spec)])
    model = _model(spec)
    try:
        return model.model_validate(dict(spec))  # type: ignore[return-value]
    except ValidationError as error:
        raise _translated(error, model) from None


def parse_as(document: Mapping[str, Any], model: type[Kind]) -> Kind:
    """The document as the model; raises SpecError whose problems name its wrong fields as `parse_spec` does."""
    try:
        return model.model_validate(dict(document))
    except ValidationError as error:
        raise _translated(error, model) from None


def require_list(specs: Any) -> None:
    """Raises SpecError for what is no list of specifications, such as one of them alone."""
    if isinstance(specs, str | Mapping | BaseModel) or not isinstance(specs, Sequence):
        message = f"{_shown(specs)} is no list of specifications; give a list, also of one"
        raise SpecError([Problem("specs", message, specs)])


def propellant(given: AnyPropellant) -> Propellant:
    """The propellant of a checked specification: named, defined, or made of ingredients."""
    if isinstance(given, PropellantDefinition):
        return define(given.name, dict(given.formula), given.enthalpy, given.temperature)
    if isinstance(given, str):
        return find(given)
    is_by_mole = given[0].mass_fraction is None
    # one of the two is given, 0 stands for itself
    amounts = [float(part.mass_fraction or part.mole_fraction or 0.0) for part in given]
    return blend(
        [_ingredient(part) for part in given],
        amounts,
        [part.temperature if isinstance(part, NamedIngredient) else None for part in given],
        is_by_mole=is_by_mole,
    )


def _ingredient(given: Ingredient) -> Propellant:
    if isinstance(given, NamedIngredient):
        return find(given.name)
    # its enthalpy is for the temperature it was given with, whatever the others have
    return replace(propellant(given), temperatures=(given.temperature,))


def parse_propellant(given: str | Mapping[str, Any], field: str) -> Propellant:
    """The propellant of a name or a definition; raises SpecError, about `field`, where there is none."""
    return propellant(_held(_Holder, given, field))


def parse_ingredient(given: Mapping[str, Any], field: str) -> Propellant:
    """The propellant of an ingredient, whatever its fraction; raises SpecError, about `field`, where there is none."""
    return _ingredient(_held(_IngredientHolder, given, field))


def _held(holder: type["_Holder"] | type["_IngredientHolder"], given: Any, field: str) -> Any:
    try:
        return holder.model_validate({"held": given}).held
    except ValidationError as error:
        found = _translated(error, holder)
        renamed = [
            problem._replace(field=field + problem.field.removeprefix("held")) for problem in found.problems
        ]
        raise type(found)(renamed, code=found.code) from None


class _Holder(BaseModel):
    held: AnyPropellant = Field(description=HOW_TO_GIVE)


class _IngredientHolder(BaseModel):
    held: Ingredient = Field(description="an object with name and mass_fraction")


def _model(spec: Mapping[str, Any]) -> type[BaseModel]:
    if "motor_type" not in spec:
        raise SpecError([Problem("motor_type", f"is missing; give one of {_listed(MOTOR_TYPES)}")])
    name = spec["motor_type"]
    if not isinstance(name, str) or name not in MOTOR_TYPES:
        hint = nearest(str(name), MOTOR_TYPES)
        message = f"{_shown(name)} is not available in this version; available: {_listed(MOTOR_TYPES)}"
        raise SpecError([Problem("motor_type", message, name, hint)])
    return MOTOR_TYPES[name].model


def _translated(error: ValidationError, model: type[BaseModel]) -> SpecError:
    problems: dict[str, Problem] = {}
    is_unknown_propellant = True
    for found in error.errors(include_url=False):
        problem = _problem(found, model)
        is_unknown_propellant &= found["type"] == "unknown_propellant"
        problems.setdefault(problem.field, problem)
    kind = UnknownPropellantError if is_unknown_propellant else SpecError
    return kind(list(problems.values()))


def _problem(error: Any, model: type[BaseModel]) -> Problem:
    path = [place for place in error["loc"] if place not in ALTERNATIVES]
    # the numbers of a list's items are no names of fields
    places = [place for place in path if isinstance(place, str)]
    field, value, kind = ".".join(map(str, path)), error["input"], error["type"]
    if kind == "extra_forbidden":
        hint = _nearest_field(places, model)
        return Problem(field, f"is not a field here; {hint or 'leave it out'}", value, hint)
    if kind == "missing":
        return Problem(field, "is missing; give " + _meaning(places, model))
    if kind in ("unknown_propellant", "value_error", "broken_rule"):
        context = error.get("ctx", {})
        field = ".".join(filter(None, [field, context.get("field")]))
        value = None if kind == "broken_rule" else value
        return Problem(field, str(context.get("error", error["msg"])), value, context.get("hint"))
    is_ingredient = kind == "propellant_type" and isinstance(path[-1], int)
    expected = "an object with name and mass_fraction" if is_ingredient else _meaning(places, model)
    return Problem(field, f"{_shown(value)} is not possible: {_reason(error)}; give {expected}", value)


def _reason(error: Any) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "greater_than_equal":
            return f"it is below {context['ge']:g}"
        case "less_than_equal":
            return f"it is above {context['le']:g}"
        case "finite_number":
            return "it is not finite"
        case "float_type":
            return "it is not a number"
        case "string_type" | "model_type" | "model_attributes_type" | "propellant_type" | "tuple_type":
            return "it is of another type"
        case "union_tag_not_found":
            return f"its {context['discriminator']} is missing"
        case "union_tag_invalid":
            return f"its {context['discriminator']} is none of {context['expected_tags']}"
        case "literal_error":
            return f"it is none of {context['expected']}"
        case "bool_type" | "bool_parsing":
            return "it is neither true nor false"
    return str(error["msg"]).lower()


def _meaning(places: list[str], model: type[BaseModel]) -> str:
    """What a field takes, in words; of a key of a mapping, what the mapping takes."""
    if not places:
        return "a value that fits"
    field = next(iter(_fields_at(places, model)), None)
    if field is None:
        return _meaning(places[:-1], model)
    description = field.description or next(_descriptions([*field.metadata, field.annotation]), None)
    if field.annotation is bool:
        return "true or false"
    options = [str(option) for option in get_args(field.annotation) if isinstance(option, str)]
    if description:
        return description
    return f"one of {', '.join(options)}" if options else _kind(field.annotation)


def _descriptions(parts: Iterable[Any]) -> Iterator[str]:
    """What is said of a field in its metadata, or of a number inside its annotation."""
    for part in parts:
        if isinstance(part, FieldInfo):
            yield from filter(None, [part.description])
        elif not isinstance(part, type):
            yield from _descriptions([*getattr(part, "__metadata__", ()), *get_args(part)])


def _kind(annotation: Any) -> str:
    names = sorted({name for part in _inner_models(annotation) for name in _names(part)})
    return f"an object with {', '.join(names)}" if names else "a value that fits"


def _nearest_field(places: list[str], model: type[BaseModel]) -> str | None:
    owners = _models_at(places[:-1], model)
    # another alternative may have the very field that this one has not
    for owner in owners:
        if places[-1] in _names(owner) and "type" in owner.model_fields:
            kinds = " or ".join(repr(kind) for kind in get_args(owner.model_fields["type"].annotation))
            return f"it belongs to the type {kinds}"
    known = [name for owner in owners for name in _names(owner) if name != places[-1]]
    if not known:
        return None
    return nearest(places[-1], known) or f"the fields here are {', '.join(dict.fromkeys(known))}"


def _names(owner: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in owner.model_fields.items()]


def _attribute(owner: type[BaseModel], name: str) -> str:
    return next((key for key, field in owner.model_fields.items() if field.alias == name), name)


def _fields_at(places: list[str], model: type[BaseModel]) -> list[FieldInfo]:
    """The field at a path: several where it lies in alternatives that share its name, none where it is unknown."""
    owners = _models_at(places[:-1], model)
    fields = (owner.model_fields.get(_attribute(owner, places[-1])) for owner in owners)
    return [field for field in fields if field is not None]


def _models_at(places: list[str], model: type[BaseModel]) -> list[type[BaseModel]]:
    if not places:
        return [model]
    return [inner for field in _fields_at(places, model) for inner in _inner_models(field.annotation)]


def _inner_models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [inner for part in get_args(annotation) for inner in _inner_models(part)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
