"""What AWS asks for in us-east-1, without free tiers and discounts, and where the figure stands."""

from typing import NamedTuple

LAMBDA = "https://aws.amazon.com/lambda/pricing/"
STEP_FUNCTIONS = "https://aws.amazon.com/step-functions/pricing/"
S3 = "https://aws.amazon.com/s3/pricing/"
SQS = "https://aws.amazon.com/sqs/pricing/"
AURORA = "https://aws.amazon.com/rds/aurora/pricing/"
CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/"
XRAY = "https://aws.amazon.com/xray/pricing/"
RECALLED = "from memory, not looked up"


class Price(NamedTuple):
    """Dollars of so many units; where AWS states it, and in what the figure was seen."""

    dollars: float
    per: float
    unit: str
    source: str
    seen: str

    @property
    def each(self) -> float:
        """Dollars of one unit."""
        return self.dollars / self.per


PRICES = {
    "function": Price(0.0000166667, 1, "GB-second", LAMBDA, "a guide of March 2026"),
    "invocation": Price(0.20, 1e6, "invocation", LAMBDA, "a guide of March 2026"),
    "transition": Price(0.025, 1e3, "state transition", STEP_FUNCTIONS, "AWS's own page, stored undated"),
    "message": Price(0.40, 1e6, "queue request", SQS, "a guide of June 2026"),
    "put": Price(0.005, 1e3, "PUT request", S3, "two guides, undated"),
    "get": Price(0.0004, 1e3, "GET request", S3, "two guides, undated"),
    "storage": Price(0.023, 1, "GB-month", S3, "two guides, undated"),
    "database_request": Price(0.20, 1e6, "I/O request of 4 KB", AURORA, "a guide of June 2026"),
    "database_capacity": Price(0.12, 1, "ACU-hour", AURORA, "a guide of June 2026"),
    "database_storage": Price(0.10, 1, "GB-month", AURORA, "a guide of June 2026"),
    "log": Price(0.50, 1, "GB of logs", CLOUDWATCH, "a guide of June 2026"),
    "trace": Price(5.0, 1e6, "trace", XRAY, RECALLED),
}
"""Functions are of x86; those of Arm ask a fifth less."""
