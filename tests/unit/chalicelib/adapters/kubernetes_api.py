"""A small server that speaks the paths of the Kubernetes API that Jobs need, and keeps what it is sent."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JOBS = re.compile(r"/apis/batch/v1/namespaces/(?P<namespace>[^/]+)/jobs(/(?P<name>[^/?]+))?(/status)?(\?.*)?")


@dataclass
class Cluster:
    """What the server holds: jobs by name, how each delete was asked for, and the next refusal."""

    url: str = ""
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    namespaces: set[str] = field(default_factory=set)
    propagation: list[str] = field(default_factory=list)
    refuse: int | None = None

    @property
    def config(self) -> dict[str, Any]:
        """What a kubeconfig file says of it."""
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": self.url}}],
            "users": [{"name": "test", "user": {"token": "t"}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test"}}],
        }

    def end(self, name: str, condition: str) -> None:
        """Gives a job the condition that a cluster sets at its end."""
        self.jobs[name]["status"] = {"conditions": [{"type": condition, "status": "True"}]}


class Handler(BaseHTTPRequestHandler):
    """Answers as an API server does."""

    cluster: Cluster

    def do_POST(self) -> None:
        job = self._body()
        name = job["metadata"]["name"]
        if self.cluster.refuse:
            self._answer(self.cluster.refuse, status("Forbidden", self.cluster.refuse))
        elif name in self.cluster.jobs:
            self._answer(409, status("AlreadyExists", 409))
        else:
            self.cluster.jobs[name] = job
            self._answer(201, job)

    def do_GET(self) -> None:
        job = self.cluster.jobs.get(self._name())
        if self.cluster.refuse:
            self._answer(self.cluster.refuse, status("Forbidden", self.cluster.refuse))
        elif job is None:
            self._answer(404, status("NotFound", 404))
        else:
            self._answer(200, job)

    def do_DELETE(self) -> None:
        options = self._body()
        query = re.search(r"propagationPolicy=(\w+)", self.path)
        self.cluster.propagation.append(query[1] if query else str(options.get("propagationPolicy")))
        if self.cluster.refuse:
            self._answer(self.cluster.refuse, status("Forbidden", self.cluster.refuse))
        elif self.cluster.jobs.pop(self._name(), None) is None:
            self._answer(404, status("NotFound", 404))
        else:
            self._answer(200, status("Success", 200))

    def _name(self) -> str:
        found = JOBS.fullmatch(self.path)
        assert found, self.path
        self.cluster.namespaces.add(found["namespace"])
        return found["name"] or ""

    def _body(self) -> dict[str, Any]:
        self._name()
        length = int(self.headers.get("Content-Length") or 0)
        read: dict[str, Any] = json.loads(self.rfile.read(length) or b"{}")
        return read

    def _answer(self, code: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing is logged."""


def status(reason: str, code: int) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Status", "reason": reason, "code": code}


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server on a port of its own while the block runs."""
    state = Cluster()
    handler = type("Bound", (Handler,), {"cluster": state})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        state.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
