"""What the engine says when it cannot answer: stable codes for programs, sentences for people."""

from typing import Any, NamedTuple


class Problem(NamedTuple):
    """What is wrong with one field: its dotted path, a message that says value and remedy, the value, a hint."""

    field: str
    message: str
    value: Any = None
    hint: str | None = None


class AnalysisError(Exception):
    """A case without an answer; `code` is stable: not_converged, outside_data, unknown_element, ..."""

    def __init__(self, message: str, *, code: str = "analysis_failed") -> None:
        super().__init__(message)
        self.code = code

    @property
    def message(self) -> str:
        """The sentence for people."""
        return str(self)


class SpecError(AnalysisError):
    """A specification that breaks a rule; `problems` say which fields and how to mend them."""

    def __init__(self, problems: list[Problem] | tuple[Problem, ...], *, code: str = "invalid_spec") -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(": ".join(filter(None, p[:2])) for p in self.problems), code=code)

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (self.problems, self.code)


class UnknownPropellantError(SpecError):
    """A propellant that neither the catalogue nor NASA's data has."""

    def __init__(
        self, problems: list[Problem] | tuple[Problem, ...], *, code: str = "unknown_propellant"
    ) -> None:
        super().__init__(problems, code=code)


def _remade(problems: tuple[Problem, ...], code: str) -> SpecError:
    return (UnknownPropellantError if code == "unknown_propellant" else SpecError)(problems, code=code)
