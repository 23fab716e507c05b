"""What a worker does between the blocks of a study: keep how far it is, say that it lives, look whether to stop."""

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from types import TracebackType

from chalicelib.adapters.ports import ObjectStore, UnitOfWorkFactory, WorkflowLauncher
from chalicelib.domain.errors import NotFoundError, ServiceUnavailableError
from chalicelib.domain.study import ClaimedTask, StudyPace

logger = logging.getLogger(__name__)

BYTES = "application/octet-stream"
PULSES = 3
"""Beats in one lease, however long a block takes."""


class Keeper:
    """Follows one task: its pieces are solved one after another, each with checkpoints of its own.

    A checkpoint is written at least every `checkpoint_seconds`, and where the worker is told to stop. Used
    as a context manager it beats in the midst of a long block too, until nothing was kept for
    `silence_seconds`: then the work hangs, and another worker shall have it. A database that does not answer
    does not end the work: whether the lease held is asked at the next beat.
    """

    def __init__(
        self,
        claim: ClaimedTask,
        task_token: str,
        *,
        unit_of_work: UnitOfWorkFactory,
        object_store: ObjectStore,
        workflows: WorkflowLauncher,
        bucket: str,
        pace: StudyPace,
        stopping: Callable[[], bool],
    ) -> None:
        self._claim = claim
        self._task_token = task_token
        self._unit_of_work = unit_of_work
        self._store = object_store
        self._workflows = workflows
        self._bucket = bucket
        self._pace = pace
        self._stopping = stopping
        self._saved = self._beaten = self._kept = time.monotonic()
        self._counts = (claim.pieces_done, 0)
        self._ours = True
        self._ended = Event()
        self._pulse = Thread(target=self._beat_on, daemon=True)

    def __enter__(self) -> "Keeper":
        self._pulse.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._pulse.join()

    def begin(self, cases: int) -> None:
        """Says how many cases of the task were solved by earlier attempts."""
        self._counts = (self._claim.pieces_done, cases)

    def state(self, key: str) -> bytes | None:
        """The last checkpoint of a piece; None where there is none."""
        with suppress(NotFoundError), self._store.open(self._bucket, key) as stream:
            return stream.read()
        return None

    def keep(self, key: str, state: bytes, *, pieces: int, cases: int) -> bool:
        """Whether to go on, with `pieces` of the task solved and `cases` altogether; `key` is the state's."""
        stopping = self._stopping()
        self._kept = now = time.monotonic()
        self._counts = (pieces, cases)
        if stopping or now - self._saved >= self._pace.checkpoint_seconds:
            self._store.put(self._bucket, key, state, content_type=BYTES)
            self._saved = now
        if stopping:
            return False
        if now - self._beaten < self._pace.heartbeat_seconds:
            return self._ours
        return self._beat()

    def keep_part(self, key: str, part: bytes, *, pieces: int, cases: int) -> bool:
        """Keeps what a piece left; whether to go on."""
        self._store.put(self._bucket, key, part, content_type=BYTES)
        self._counts = (pieces, cases)
        return self._beat() and not self._stopping()

    def _beat_on(self) -> None:
        while not self._ended.wait(self._pace.lease_seconds / PULSES):
            if time.monotonic() - self._kept > self._pace.silence_seconds or not self._beat():
                return

    def _beat(self) -> bool:
        """Tells database and workflow that the task is alive; whether it still is ours."""
        self._beaten = time.monotonic()
        pieces, cases = self._counts
        try:
            with self._unit_of_work() as work:
                self._ours = work.studies.progress(
                    self._claim, pieces=pieces, cases=cases, lease_seconds=self._pace.lease_seconds
                )
        except ServiceUnavailableError:
            logger.warning("the database does not answer; the work goes on", exc_info=True)
            return True
        if self._ours and self._task_token:
            self._tell()
        return self._ours

    def _tell(self) -> None:
        """A workflow that does not answer does not end the work: it waits for minutes before it gives up."""
        try:
            self._workflows.heartbeat(self._task_token)
        except Exception:
            logger.warning("the workflow does not answer; the work goes on", exc_info=True)
