"""One more try of a transaction whose connection was lost, as when PostgreSQL restarts."""

import tenacity

from chalicelib.domain.errors import ServiceUnavailableError

retried = tenacity.retry(
    retry=tenacity.retry_if_exception_type(ServiceUnavailableError),
    stop=tenacity.stop_after_attempt(3),
    wait=tenacity.wait_random_exponential(multiplier=0.1, max=2.0),
    reraise=True,
)
