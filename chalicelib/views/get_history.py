"""The curves of an analysis over its burn."""

from typing import Any
from uuid import UUID

from chalicelib.adapters.ports import Reader
from chalicelib.domain.analysis import AnalysisStatus
from chalicelib.domain.errors import NotFoundError, NotReadyError
from chalicelib.views.get_analysis import get_analysis


def get_history(analysis_id: UUID, *, project: str, reader: Reader) -> dict[str, Any]:
    """The arrays of equal length, `time` first.

    Raises NotFoundError for an unknown analysis and for one without a burn, such as a liquid's steady
    state; NotReadyError while it is not solved.
    """
    analysis = get_analysis(analysis_id, project=project, reader=reader)
    if not AnalysisStatus(analysis["status"]).is_final:
        raise NotReadyError(
            f"analysis {analysis_id} is {analysis['status']}; its history comes with its result"
        )
    history: dict[str, Any] | None = analysis.get("result", {}).get("history")
    if history is None:
        raise NotFoundError(
            f"analysis {analysis_id} has no history: a {analysis['motor_type']} motor that has "
            f"{analysis['status']} leaves none"
        )
    return history
