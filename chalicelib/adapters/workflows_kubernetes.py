"""The workflows of batches and studies, on Kubernetes: each an Indexed Job whose pods look up their own index."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from kubernetes.client import BatchV1Api

THERE_ALREADY, MISSING = 409, 404
KEPT_SECONDS = 86_400
DEADLINE_SECONDS = 86_400
ATTEMPTS_OF_AN_INDEX = 6
TOLD_TO_STOP = 75
"""The exit code of a pod that wrote its checkpoint and left; another goes on, and the index is not blamed."""
ANSWER_SECONDS = 30
STOP_SECONDS = 60
"""How long a pod may write its checkpoint when it is told to stop."""


@dataclass(frozen=True)
class PodSettings:
    """What every pod gets: the image, who it is, and the ConfigMap and Secret that hold its variables."""

    image: str
    service_account: str
    environment: str
    parallelism: int
    cpu: str = "1"
    memory: str = "4Gi"


class KubernetesLauncher:
    """Keeps `ports.WorkflowLauncher`: a Job per batch and per launch of a study, named by the id.

    Nobody waits for a task token here: the pods tell the database, and the last one asks for the end.
    """

    def __init__(self, namespace: str, pods: PodSettings, *, config_file: str | None = None) -> None:
        self._namespace = namespace
        self._pods = pods
        self._config_file = config_file

    @cached_property
    def _client(self) -> "BatchV1Api":
        from kubernetes import client, config

        if self._config_file:
            return client.BatchV1Api(config.new_client_from_config(self._config_file))  # type: ignore[no-untyped-call]
        configuration = client.Configuration()
        config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
        return client.BatchV1Api(client.ApiClient(configuration))

    def start_batch(
        self,
        batch_id: UUID,
        correlation_id: str,
        *,
        bucket: str,  # noqa: ARG002
        manifest: str,  # noqa: ARG002
        shards: int,
    ) -> None:
        variables = {"HRMA_BATCH_ID": str(batch_id), "HRMA_CORRELATION_ID": correlation_id}
        self._create(f"batch-{batch_id}", "chalicelib.tasks.shard", shards, variables)

    def start_study(self, study_id: UUID, launch: int, tasks: Sequence[int], correlation_id: str) -> None:
        variables = {"HRMA_STUDY_ID": str(study_id), "HRMA_CORRELATION_ID": correlation_id}
        # Indices begin at 0: pods of tasks that are done already find them so and end.
        self._create(_name(study_id, launch), "chalicelib.tasks.study", max(tasks) + 1, variables)

    def study_runs(self, study_id: UUID, launch: int) -> bool:
        from kubernetes.client import ApiException

        try:
            job = self._client.read_namespaced_job(
                _name(study_id, launch), self._namespace, _request_timeout=ANSWER_SECONDS
            )
        except ApiException as error:
            if error.status != MISSING:
                raise
            return False
        conditions = (job.status and job.status.conditions) or []
        ended = {one.type for one in conditions if one.status == "True"}
        return not ended & {"Complete", "Failed"}

    def stop_study(self, study_id: UUID, launch: int) -> None:
        from kubernetes.client import ApiException

        try:
            self._client.delete_namespaced_job(
                _name(study_id, launch),
                self._namespace,
                propagation_policy="Background",
                _request_timeout=ANSWER_SECONDS,
            )
        except ApiException as error:
            if error.status != MISSING:
                raise

    def heartbeat(self, task_token: str) -> None:
        """Nobody listens."""

    def report_success(self, task_token: str) -> None:
        """Nobody listens."""

    def report_failure(self, task_token: str, *, error: str, reason: str) -> None:
        """Nobody listens."""

    def _create(self, name: str, module: str, completions: int, variables: dict[str, str]) -> None:
        from kubernetes.client import ApiException

        job = indexed_job(name, module, completions, variables, self._pods)
        try:
            self._client.create_namespaced_job(
                self._namespace,
                job,  # type: ignore[arg-type]
                _request_timeout=ANSWER_SECONDS,
            )
        except ApiException as error:
            if error.status != THERE_ALREADY:
                raise


def indexed_job(
    name: str, module: str, completions: int, variables: dict[str, str], pods: PodSettings
) -> dict[str, Any]:
    """The manifest of a Job that runs `python -m module` once for each index from 0."""
    labels = {"app.kubernetes.io/name": "hrma", "app.kubernetes.io/component": module.rpartition(".")[2]}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "completionMode": "Indexed",
            "completions": completions,
            "parallelism": min(completions, pods.parallelism),
            "backoffLimitPerIndex": ATTEMPTS_OF_AN_INDEX,
            "maxFailedIndexes": completions,
            "podFailurePolicy": {"rules": _blameless()},
            "activeDeadlineSeconds": DEADLINE_SECONDS,
            "ttlSecondsAfterFinished": KEPT_SECONDS,
            "template": {"metadata": {"labels": labels}, "spec": _pod(module, variables, pods)},
        },
    }


def _blameless() -> list[dict[str, Any]]:
    """The ends of a pod that are no failure of its index."""
    stopped = {"containerName": "task", "operator": "In", "values": [TOLD_TO_STOP]}
    evicted = {"type": "DisruptionTarget", "status": "True"}
    return [
        {"action": "Ignore", "onExitCodes": stopped},
        {"action": "Ignore", "onPodConditions": [evicted]},
    ]


def _pod(module: str, variables: dict[str, str], pods: PodSettings) -> dict[str, Any]:
    resources = {"cpu": pods.cpu, "memory": pods.memory}
    container = {
        "name": "task",
        "image": pods.image,
        "command": ["python", "-m", module],
        "env": [{"name": name, "value": value} for name, value in variables.items()],
        "envFrom": [
            {"configMapRef": {"name": pods.environment}},
            {"secretRef": {"name": pods.environment}},
        ],
        "resources": {"requests": resources, "limits": {"memory": pods.memory}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": "temporary", "mountPath": "/tmp"}],  # noqa: S108
    }
    return {
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": STOP_SECONDS,
        "serviceAccountName": pods.service_account,
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [{"name": "temporary", "emptyDir": {}}],
    }


def _name(study_id: UUID, launch: int) -> str:
    return f"study-{study_id}-{launch}"
