"""Sweeps, uncertainty and sensitivity: cases that are known beforehand, solved block by block."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.studies.designs import design_of
from engine.studies.evaluation import Evaluator, block_size, motor_evaluator
from engine.studies.failures import Failures
from engine.studies.kinds import Study
from engine.studies.models import count_cases
from engine.studies.pieces import Keep, Piece, identity_of
from engine.studies.storage import Arrays, kept, pack, part_of
from engine.thermo.nasa_polynomials import Array

BLOCKS = 16
"""Of one piece: some ten seconds of work."""


def cut(study: Study) -> list[Piece]:
    """The pieces of a study of known cases; each ends where a block ends."""
    cases, size = count_cases(study), BLOCKS * block_size(study)
    return [
        Piece(index, first, min(first + size, cases) - 1) for index, first in enumerate(range(0, cases, size))
    ]


def run_cases(
    study: Study, piece: Piece, state: bytes | None, keep: Keep, evaluate: Evaluator | None
) -> bytes | None:
    """The outputs of the piece's cases; None where `keep` stopped it."""
    evaluate = evaluate or motor_evaluator(study)
    design, size, identity = design_of(study), block_size(study), identity_of(study, piece)
    outputs, failures, done = _begun(state, identity, piece, len(study.outputs))
    while done < piece.cases:
        first = piece.first + done
        last = min(piece.last, (first // size + 1) * size - 1)
        answers = evaluate(design.columns(first, last))
        outputs[done : last + 1 - piece.first] = answers.outputs
        failures.add(first, answers.errors)
        done = last + 1 - piece.first
        if not keep(_packed(identity, outputs[:done], failures), done):
            return None
    return _packed(identity, outputs, failures)


def join_cases(study: Study, parts: list[bytes]) -> tuple[Array, Failures]:
    """The outputs (N, M) of all cases and the failed ones, from the parts of all pieces in their order."""
    outputs, failures = [], Failures()
    for piece, content in zip(cut(study), parts, strict=True):
        header, arrays = part_of(content, identity_of(study, piece))
        outputs.append(arrays["outputs"])
        failures.extend(Failures.of(header, arrays))
    return np.concatenate(outputs), failures


def _begun(
    state: bytes | None, identity: dict[str, Any], piece: Piece, count: int
) -> tuple[Array, Failures, int]:
    outputs: NDArray[np.float64] = np.full((piece.cases, count), np.nan)
    found = kept(state, identity)
    if found is None:
        return outputs, Failures(), 0
    header, arrays = found
    done = len(arrays["outputs"])
    outputs[:done] = arrays["outputs"]
    return outputs, Failures.of(header, arrays), done


def _packed(identity: dict[str, Any], outputs: Array, failures: Failures) -> bytes:
    arrays: Arrays = {"outputs": outputs, **failures.arrays()}
    return pack({**identity, **failures.header()}, arrays)
