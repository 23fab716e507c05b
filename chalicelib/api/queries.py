"""The query parameters that routes take."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from chalicelib.api.operation import Query
from chalicelib.domain.analysis import AnalysisStatus

LONGEST_WAIT = 20.0


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("control characters are not allowed")
    return text


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_aware)]
Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]


class Wait(Query):
    """How long the caller stays for the answer."""

    wait: Annotated[
        float,
        Field(
            ge=0,
            le=LONGEST_WAIT,
            allow_inf_nan=False,
            description="Seconds to wait for the answer; 0 answers at once.",
        ),
    ] = 0.0


class ValidationWait(Query):
    """How long the caller stays for the report."""

    wait: Annotated[
        float,
        Field(ge=0, le=LONGEST_WAIT, allow_inf_nan=False, description="Seconds to wait for the report."),
    ] = LONGEST_WAIT


class CurveDetails(Query):
    """What a file of a thrust curve says of the motor; left out, what its specification says."""

    name: Annotated[Text | None, Field(description="Of the motor; its designation.")] = None
    manufacturer: Annotated[Text | None, Field(description="Who makes it.")] = None
    diameter: Annotated[float | None, Field(gt=0, le=100, description="m, of the case; the grains'.")] = None
    length: Annotated[float | None, Field(gt=0, le=100, description="m, of the case; the grains'.")] = None
    total_mass: Annotated[
        float | None, Field(gt=0, le=1e7, description="kg, with case and propellant; the propellant's.")
    ] = None


class Page(Query):
    """Which page of a list."""

    limit: Annotated[int, Field(ge=1, le=200, description="How many items a page has at most.")] = 50
    cursor: Annotated[Text | None, Field(description="The `next_cursor` of the page before.")] = None


class TableFormat(Query):
    """How a table is written."""

    format: Annotated[Literal["csv", "parquet"], Field(description="`csv` or `parquet`.")] = "csv"


class AnalysisFilter(Page):
    """Which analyses of the list; all that are given have to hold."""

    motor_type: Annotated[Text | None, Field(description="`liquid`, `solid` or `hybrid`.")] = None
    status: Annotated[AnalysisStatus | None, Field(description="Where the analysis is.")] = None
    project: Annotated[Text | None, Field(description="The caller's project; no other is shown.")] = None
    created_after: Annotated[
        datetime | None,
        AfterValidator(lambda moment: moment and _aware(moment)),
        Field(description="ISO 8601."),
    ] = None
    text: Annotated[
        Text | None, Field(description="Words that the specification has, such as a propellant.")
    ] = None
