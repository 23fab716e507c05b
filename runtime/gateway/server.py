"""The WSGI server: gunicorn with threads, on the loopback interface."""

import signal
from typing import Any

from gunicorn.app.base import BaseApplication

from runtime.embedded.ports import LOOPBACK
from runtime.embedded.processes import dies_with

PROCESSES = 2
THREADS = 48
REQUEST_SECONDS = 29
"""How long API Gateway lets a function answer."""
GRACE_SECONDS = 15


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured in code; each of its processes imports the app for itself."""

    def __init__(self, port: int) -> None:
        self._port = port
        super().__init__()

    def load_config(self) -> None:
        """Sets what differs from gunicorn's defaults."""
        chosen = {
            "bind": f"{LOOPBACK}:{self._port}",
            "workers": PROCESSES,
            "threads": THREADS,
            "worker_class": "gthread",
            "timeout": 60,
            "graceful_timeout": GRACE_SECONDS,
            "keepalive": 30,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_fork": die_with_the_first_process,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application."""
        from app import app
        from chalicelib import settings
        from runtime.gateway.application import Gateway

        limit = settings.deployment().body_limit
        return Gateway(app, body_limit=limit, timeout_seconds=REQUEST_SECONDS)


def die_with_the_first_process(first: Any, _worker: Any) -> None:
    """Lets a serving process end with the one that started it, so that no orphan holds the port."""
    dies_with(first.pid, signal.SIGTERM)()


def serve(port: int) -> None:
    """Serves until the process is told to stop."""
    Server(port).run()
