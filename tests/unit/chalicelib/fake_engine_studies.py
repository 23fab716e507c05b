"""A stand-in for `engine.studies`: sums of squares, in pieces whose blocks a test can watch and disturb."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from engine.errors import Problem, SpecError


@dataclass(frozen=True)
class FakeStudy:
    cases: int
    piece_cases: int
    block_cases: int


@dataclass(frozen=True)
class FakePiece:
    index: int
    first: int
    last: int


@dataclass(frozen=True)
class FakeResult:
    summary: dict[str, Any]
    table: dict[str, list[float]]


class FakeEngine:
    """`on_block` is called before each block, with the first case of it; it may raise or change the world."""

    def __init__(self) -> None:
        self.on_block: Callable[[int], None] = lambda _first: None
        self.blocks: list[int] = []

    def parse_study(self, document: dict[str, Any]) -> FakeStudy:
        if "cases" not in document:
            raise SpecError([Problem("cases", "'cases' is missing; give a number", None, None)])
        cases = document["cases"]
        return FakeStudy(cases, document.get("piece_cases", 4), document.get("block_cases", 2))

    def count_cases(self, study: FakeStudy) -> int:
        return study.cases

    def pieces(self, study: FakeStudy) -> list[FakePiece]:
        begins = range(0, study.cases, study.piece_cases)
        return [
            FakePiece(index, first, min(first + study.piece_cases, study.cases) - 1)
            for index, first in enumerate(begins)
        ]

    def run_piece(
        self,
        study: FakeStudy,
        piece: FakePiece,
        *,
        state: bytes | None,
        keep: Callable[[bytes, int], bool],
    ) -> bytes | None:
        squares: list[int] = json.loads(state) if state else []
        while (first := piece.first + len(squares)) <= piece.last:
            self.on_block(first)
            self.blocks.append(first)
            end = min(first + study.block_cases, piece.last + 1)
            squares += [case * case for case in range(first, end)]
            if not keep(json.dumps(squares).encode(), len(squares)):
                return None
        return json.dumps(squares).encode()

    def merge(self, study: FakeStudy, parts: Sequence[bytes]) -> FakeResult:
        squares = [float(square) for part in parts for square in json.loads(part)]
        return FakeResult({"sum": sum(squares), "cases": len(squares)}, {"square": squares})

    def modules(self) -> dict[str, ModuleType]:
        """The modules to be put into `sys.modules`."""
        package, models, running = (
            ModuleType(f"engine.studies{name}") for name in ("", ".models", ".running")
        )
        models.parse_study, models.count_cases = self.parse_study, self.count_cases  # type: ignore[attr-defined]
        for name in ("pieces", "run_piece", "merge"):
            setattr(running, name, getattr(self, name))
        return {module.__name__: module for module in (package, models, running)}
