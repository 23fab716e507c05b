"""What the service tells about itself: one log, one set of metrics, one correlation id per request.

Every module logs through `logging.getLogger(__name__)`; the records of all of `chalicelib` pass the one
handler here and leave as JSON lines that carry the correlation id of the work in hand.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from chalicelib import settings

CORRELATION_HEADER = "X-Correlation-Id"
METRICS_NAMESPACE = "HRMA"
_ACCEPTED = re.compile(r"[A-Za-z0-9._:/=+-]{1,128}")

logger = Logger(service="chalicelib", level=settings.deployment().log_level, utc=True, use_rfc3339=True)
logger.append_keys(service="hrma", stage=settings.deployment().stage)


def correlation_id(offered: str | None) -> str:
    """The caller's own correlation id where it is a plain word of at most 128 characters, else a new one."""
    return offered if offered and _ACCEPTED.fullmatch(offered) else str(uuid4())


@contextmanager
def working_on(correlation: str, **keys: str) -> Iterator[None]:
    """Gives every log line written inside the block the correlation id and `keys`; safe among threads."""
    before = logger.thread_safe_get_current_keys()
    logger.thread_safe_append_keys(correlation_id=correlation, **keys)
    try:
        with _traced(correlation, keys):
            yield
    finally:
        logger.thread_safe_clear_keys()
        logger.thread_safe_append_keys(**before)


@contextmanager
def _traced(correlation: str, keys: Mapping[str, str]) -> Iterator[None]:
    """A subsegment of X-Ray that is found by the correlation id; where traces are off it does nothing."""
    if not settings.deployment().traces:
        yield
        return
    tracer = _tracer()
    with tracer.provider.in_subsegment("work"):
        for key, word in {"correlation_id": correlation, **keys}.items():
            tracer.put_annotation(key, word)
        yield


@lru_cache(maxsize=1)
def _tracer() -> Any:
    # late, because loading it is a fifth of a start; outside Lambda it records nothing
    from aws_lambda_powertools import Tracer

    return Tracer(service="hrma", patch_modules=["botocore"])


def count(name: str, value: float = 1.0, **dimensions: str) -> None:
    """Adds to a metric in CloudWatch's embedded format; where that is off it does nothing."""
    if not settings.deployment().metrics:
        return
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=METRICS_NAMESPACE) as metric:
        metric.add_dimension("stage", settings.deployment().stage)
        for key, word in dimensions.items():
            metric.add_dimension(key, word)
