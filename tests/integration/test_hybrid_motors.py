"""Hybrid motors through the service: a file, a study and what can be read of an answer."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.api.examples import NITROUS_HYBRID
from chalicelib.api.exports import export
from runtime.embedded.stack import Stack
from tests.integration.flow import Flow, flow_on, wait_until
from tests.integration.studies import QUICK, Studies
from tests.integration.test_batch_flow import batches, finished, put, table

HEADER = (
    "motor_type,propellant.fuel,propellant.oxidizer,grain.outer_diameter,grain.port_diameter,grain.length,grain.ports,"
    "tank.volume,tank.oxidizer_mass,tank.temperature,injector.count,injector.diameter,"
    "oxidizer_mass_flow_rate,burn_time,nozzle.throat_diameter,nozzle.area_ratio,ambient_pressure,settings.stations\n"
)


def nitrous(throat: float, port: float = 0.05, mass: float = 8.0) -> str:
    return f"hybrid,HTPB,N2O,0.1,{port},0.6,1,0.012,{mass},293,24,0.0015,,,{throat},4,101325,1\n"


def steady(throat: float) -> str:
    return f"hybrid,HTPB,N2O,0.1,0.04,0.3,1,,,,,,0.5,4,{throat},5,0,1\n"


@pytest.fixture
def flow(stack: Stack) -> Iterator[Flow]:
    with flow_on(stack, {**QUICK, "HRMA_BATCH_SHARD_ROWS": "8"}) as flow:
        yield flow


def test_a_file_of_hybrids_is_solved_and_its_bad_rows_named(flow: Flow) -> None:
    good = [nitrous(0.030 + 0.001 * step) for step in range(4)] + [steady(0.024), steady(0.025)]
    bad = [nitrous(0.033, port=0.11), nitrous(0.033, mass=12.0)]
    put(flow, HEADER + "".join(good + bad), "hybrids.csv")
    with flow.polling("uploads", "batch_queue"):
        wait_until(lambda: finished(flow), 120)
    (batch_id,) = batches(flow)
    batch = flow.batch(batch_id)
    assert (batch["rows"], batch["solved"], batch["failed"]) == (8, 6, 2), batch
    results = {int(row["line"]): row for row in table(flow, "batch_results", batch_id) if row["thrust"]}
    assert sorted(results) == [2, 3, 4, 5, 6, 7]
    impulses = [float(results[line]["total_impulse"]) for line in (2, 3, 4, 5)]
    assert impulses == sorted(impulses, reverse=True)
    assert float(results[7]["burn_time"]) == pytest.approx(4.0, rel=1e-4)
    assert float(results[2]["mixture_ratio"]) > 1.0
    errors = {row["line"]: row for row in table(flow, "batch_errors", batch_id)}
    assert errors["8"]["field"] == "grain.port_diameter"
    assert errors["9"]["field"] == "tank.oxidizer_mass"


def test_an_uncertainty_study_spreads_over_a_hybrid(flow: Flow) -> None:
    studies = Studies(flow)
    study_id = studies.start(
        {
            "type": "uncertainty",
            "base": NITROUS_HYBRID,
            "variables": [
                {
                    "path": "tank.temperature",
                    "distribution": "normal",
                    "mean": 293.0,
                    "standard_deviation": 3.0,
                },
                {"path": "grain.length", "distribution": "uniform", "minimum": 0.55, "maximum": 0.65},
            ],
            "samples": 24,
            "outputs": ["total_impulse", "burn_time", "chamber_pressure_peak"],
        }
    )
    flow.poll_until(lambda: studies.is_over(study_id), "study_queue", seconds=60)
    study = studies.get(study_id)
    assert study["status"] == "succeeded", study
    summary: dict[str, Any] = study["result"]["outputs"]["total_impulse"]
    assert 19e3 < summary["mean"] < 21e3
    assert 0.0 < summary["standard_deviation"] < 0.1 * summary["mean"]


def test_an_answer_from_the_queue_has_its_curves_and_its_distance_from_nasa(flow: Flow) -> None:
    submission = flow.services.submit_analysis(
        NITROUS_HYBRID | {"validate": True}, principal=flow.principal, correlation_id="flow"
    )
    flow.poll_until(
        lambda: flow.analysis(submission.analysis_id)["status"] in ("succeeded", "failed"), "solve_queue"
    )
    result = flow.analysis(submission.analysis_id)["result"]
    assert abs(result["validation"]["worst_deviation"]) < 0.01
    history = flow.services.get_history(submission.analysis_id, project=flow.project)
    lines = list(csv.DictReader(io.StringIO(export({"result": result}, "csv").content)))
    assert len(lines) == len(history["time"])
    assert float(lines[5]["thrust"]) == history["thrust"][5]
    assert max(history["tank_pressure"]) < 5.2e6
