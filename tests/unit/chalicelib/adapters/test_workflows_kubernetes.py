"""Jobs as an API server gets them; the schema is the client's own, which is generated from Kubernetes'."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from kubernetes_api import Cluster, cluster

from chalicelib.adapters.workflows_kubernetes import KubernetesLauncher, PodSettings
from chalicelib.tasks import study

ID = UUID("8f14e45f-ceea-467f-a8d2-1d3b3c1f2a10")
PODS = PodSettings(
    image="registry.example/hrma:1", service_account="hrma-task", environment="hrma", parallelism=5
)


@pytest.fixture
def server() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture
def launcher(server: Cluster, tmp_path: Path) -> KubernetesLauncher:
    path = tmp_path / "config"
    path.write_text(json.dumps(server.config))
    return KubernetesLauncher("motors", PODS, config_file=str(path))


def container(job: dict[str, Any]) -> dict[str, Any]:
    (only,) = job["spec"]["template"]["spec"]["containers"]
    found: dict[str, Any] = only
    return found


def test_a_study_is_an_indexed_job_of_its_tasks(server: Cluster, launcher: KubernetesLauncher) -> None:
    launcher.start_study(ID, 2, [1, 7], "c-1")
    launcher.start_study(ID, 2, [1, 7], "c-1")
    ((name, job),) = server.jobs.items()
    assert (name, server.namespaces) == (f"study-{ID}-2", {"motors"})
    spec = job["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 8, 5)
    assert spec["template"]["spec"]["restartPolicy"] == "Never"
    program = container(job)
    assert program["command"] == ["python", "-m", "chalicelib.tasks.study"]
    assert {one["name"]: one["value"] for one in program["env"]} == {
        "HRMA_STUDY_ID": str(ID),
        "HRMA_CORRELATION_ID": "c-1",
    }


def test_a_batch_is_an_indexed_job_of_its_shards(server: Cluster, launcher: KubernetesLauncher) -> None:
    launcher.start_batch(ID, "c-1", bucket="results", manifest="m", shards=3)
    job = server.jobs[f"batch-{ID}"]
    assert (job["spec"]["completions"], job["spec"]["parallelism"]) == (3, 3)
    assert container(job)["command"][-1] == "chalicelib.tasks.shard"


def test_a_pod_may_do_nothing_but_its_work(server: Cluster, launcher: KubernetesLauncher) -> None:
    launcher.start_study(ID, 0, [0], "c-1")
    pod = server.jobs[f"study-{ID}-0"]["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    program = pod["containers"][0]["securityContext"]
    assert program["allowPrivilegeEscalation"] is False
    assert program["readOnlyRootFilesystem"] is True
    assert program["capabilities"] == {"drop": ["ALL"]}


def test_a_pod_that_was_told_to_stop_is_not_blamed(server: Cluster, launcher: KubernetesLauncher) -> None:
    launcher.start_study(ID, 0, [0], "c-1")
    stopped, evicted = server.jobs[f"study-{ID}-0"]["spec"]["podFailurePolicy"]["rules"]
    assert stopped["onExitCodes"]["values"] == [study.STOPPED]
    assert evicted["onPodConditions"][0]["type"] == "DisruptionTarget"
    assert {stopped["action"], evicted["action"]} == {"Ignore"}


def test_every_member_of_the_manifest_is_one_that_kubernetes_knows(
    server: Cluster, launcher: KubernetesLauncher
) -> None:
    from kubernetes import client

    launcher.start_study(ID, 0, [0, 1], "c-1")
    sent = server.jobs[f"study-{ID}-0"]

    api = client.ApiClient()
    assert (
        api.sanitize_for_serialization(api.deserialize(json.dumps(sent), "V1Job", "application/json")) == sent
    )


@pytest.mark.parametrize(("condition", "runs"), [("Complete", False), ("Failed", False), ("Suspended", True)])
def test_a_launch_runs_until_its_job_has_ended(
    server: Cluster, launcher: KubernetesLauncher, condition: str, runs: bool
) -> None:
    assert not launcher.study_runs(ID, 0)
    launcher.start_study(ID, 0, [0], "c-1")
    assert launcher.study_runs(ID, 0)
    server.end(f"study-{ID}-0", condition)
    assert launcher.study_runs(ID, 0) == runs


def test_a_stopped_launch_takes_its_pods_along(server: Cluster, launcher: KubernetesLauncher) -> None:
    launcher.start_study(ID, 0, [0], "c-1")
    launcher.stop_study(ID, 0)
    launcher.stop_study(ID, 0)
    assert (server.jobs, server.propagation) == ({}, ["Background", "Background"])


CALLS: dict[str, Callable[[KubernetesLauncher], object]] = {
    "start": lambda launcher: launcher.start_study(ID, 0, [0], "c"),
    "look": lambda launcher: launcher.study_runs(ID, 0),
    "stop": lambda launcher: launcher.stop_study(ID, 0),
}


@pytest.mark.parametrize("call", CALLS)
def test_any_other_trouble_is_raised(server: Cluster, launcher: KubernetesLauncher, call: str) -> None:
    from kubernetes.client import ApiException

    server.refuse = 403
    with pytest.raises(ApiException, match="403"):
        CALLS[call](launcher)


def test_nobody_waits_for_tokens(launcher: KubernetesLauncher, server: Cluster) -> None:
    launcher.heartbeat("t")
    launcher.report_success("t")
    launcher.report_failure("t", error="WorkerLost", reason="no")
    assert server.namespaces == set()
