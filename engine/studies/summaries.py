"""What the cases of a study say together: the summary and the table of sweeps, uncertainty and sensitivity."""

from typing import Any

from numpy.typing import NDArray

from engine.studies import sensitivity, sweep, uncertainty
from engine.studies.designs import Columns, design_of
from engine.studies.distributions import shown
from engine.studies.failures import Failures
from engine.studies.kinds import SensitivityStudy, Study, SweepStudy, UncertaintyStudy
from engine.studies.numbers import plain
from engine.thermo.nasa_polynomials import Array
from engine.version import __version__

Table = dict[str, NDArray[Any]]


def result(study: Study, outputs: Array, failures: Failures) -> tuple[dict[str, Any], Table]:
    """Summary and table of a study with the `outputs` (N, M) of its cases."""
    design = design_of(study)
    columns = design.columns(0, design.cases - 1)
    names = [variable.path for variable in study.variables]
    own = _own(study, columns, outputs, failures)
    warnings = [*failures.warnings(len(outputs)), *own.pop("warnings", [])]
    summary = {
        "type": study.type,
        "cases": len(outputs),
        "solved": len(outputs) - len(failures.rows),
        "failed": failures.document(names, columns),
        **own,
        "warnings": warnings,
        "engine_version": __version__,
    }
    return plain(summary), table_of(names, columns, study.outputs, outputs, failures)


def table_of(
    names: list[str], columns: Columns, paths: tuple[str, ...], outputs: Array, failures: Failures
) -> Table:
    """A column for each variable and output, and one that says why a case has no answer."""
    table: Table = {name: shown(column) for name, column in zip(names, columns, strict=True)}
    for place, path in enumerate(paths):
        table[f"result.{path}" if path in names else path] = outputs[:, place]
    table["error_code"] = failures.column(len(outputs))
    return table


def _own(study: Study, columns: Columns, outputs: Array, failures: Failures) -> dict[str, Any]:
    match study:
        case SweepStudy():
            return sweep.summary(study, columns, outputs)
        case UncertaintyStudy():
            return uncertainty.summary(study, columns, outputs)
        case SensitivityStudy():
            return sensitivity.summary(study, outputs, failures)
    raise TypeError(f"{study.type} has a summary of its own")
