"""The motor types that the engine knows: for each its specification and the function that solves many of them."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from engine.errors import AnalysisError
from engine.hybrid_spec import HybridSpec
from engine.solid_spec import SolidSpec
from engine.spec import LiquidSpec

if TYPE_CHECKING:
    from engine.result import AnalysisResult
    from engine.tabulation import Table

    Solver = Callable[[Sequence[Any]], list[AnalysisResult | AnalysisError]]
    Tabulator = Callable[[Sequence[Any], Sequence[str]], Table]


class MotorType(NamedTuple):
    """The model that a motor's specification has to fit; its solver and its tabulator as "module:function"."""

    model: type[BaseModel]
    solver: str
    tabulator: str

    def load_solver(self) -> "Solver":
        """The function from a list of checked specifications to their results or errors."""
        solver: Solver = _load(self.solver)
        return solver

    def load_tabulator(self) -> "Tabulator":
        """The function from a list of checked specifications and paths of outputs to a table."""
        tabulator: Tabulator = _load(self.tabulator)
        return tabulator


def _load(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)


MOTOR_TYPES = {
    "liquid": MotorType(
        LiquidSpec, "engine.liquid.solve:solve_liquid", "engine.liquid.tabulate:tabulate_liquid"
    ),
    "hybrid": MotorType(
        HybridSpec, "engine.hybrid.solve:solve_hybrid", "engine.hybrid.tabulate:tabulate_hybrid"
    ),
    "solid": MotorType(SolidSpec, "engine.solid.solve:solve_solid", "engine.solid.tabulate:tabulate_solid"),
}
"""Liquid engines: from the specification to thrust, by equilibrium chemistry and one-dimensional flow. Hybrid motors:
tank, injector, ports and chamber marched through the burn. Solid motors: grains, chamber and nozzle, likewise.
"""
