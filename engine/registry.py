"""The motor types that the engine knows: for each its specification and the function that solves many of them."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from engine.errors import AnalysisError
from engine.spec import LiquidSpec

if TYPE_CHECKING:
    from engine.result import AnalysisResult

    Solver = Callable[[Sequence[Any]], list[AnalysisResult | AnalysisError]]


class MotorType(NamedTuple):
    """The model that a motor's specification has to fit, and its solver as "module:function"."""

    model: type[BaseModel]
    solver: str

    def load_solver(self) -> "Solver":
        """The function from a list of checked specifications to their results or errors."""
        module, _, function = self.solver.partition(":")
        solver: Solver = getattr(import_module(module), function)
        return solver


MOTOR_TYPES = {
    "liquid": MotorType(LiquidSpec, "engine.liquid.solve:solve_liquid"),
}
