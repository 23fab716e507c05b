"""The numbers of a result by their paths: which there are, and how one is told apart from a misspelt one.

Nothing here imports numpy: the service checks requests with it.
"""

import difflib
from collections.abc import Iterable, Iterator, Sequence

from engine.errors import Problem, SpecError
from engine.result import AnalysisResult, BurnResult, Geometry, HybridResult, SolidResult, Station

HEADLINES = tuple(
    name
    for name, field in AnalysisResult.model_fields.items()
    if field.annotation is float and name != "duration"
)
"""The plain numbers of a result that say what the motor does, such as c_star."""
BURN_HEADLINES = tuple(
    name
    for name, field in (
        BurnResult.model_fields | HybridResult.model_fields | SolidResult.model_fields
    ).items()
    if field.annotation in (float, float | None) and name not in AnalysisResult.model_fields
)
"""Those that only a burn over time has, such as total_impulse; a liquid's are NaN."""
STATIONS = ("injector", "chamber", "throat", "exit")
NESTED = tuple(f"geometry.{name}" for name in Geometry.model_fields) + tuple(
    f"stations.{place}.{name}" for place in STATIONS for name in Station.model_fields
)
HOW_TO_GIVE = (
    "an output is a headline number such as c_star, or a path such as stations.exit.temperature, "
    "geometry.throat_diameter or composition.exit.CO2"
)


def is_output(path: str) -> bool:
    """Whether results can have a number there; any species may stand at the end of a composition's path."""
    room, _, rest = path.partition(".")
    if room == "composition":
        place, _, species = rest.partition(".")
        return place in STATIONS and bool(species)
    return path in HEADLINES or path in BURN_HEADLINES or path in NESTED


def check_outputs(paths: Sequence[str], field: str = "outputs") -> None:
    """Raises SpecError that names every path at which no result has a number, with the nearest that has one."""
    if isinstance(paths, str | Iterator) or not isinstance(paths, Iterable):
        raise SpecError([Problem(field, f"is a list of paths, not {paths!r}", paths)])
    problems = [
        Problem(f"{field}.{place}", f"no result has {path!r}; {_advice(path)}", path)
        for place, path in enumerate(paths)
        if not (isinstance(path, str) and is_output(path))
    ]
    if problems:
        raise SpecError(problems)


def _advice(path: object) -> str:
    nearest = difflib.get_close_matches(str(path), (*HEADLINES, *BURN_HEADLINES, *NESTED), n=1, cutoff=0.6)
    return f"did you mean {nearest[0]!r}?" if nearest else HOW_TO_GIVE
