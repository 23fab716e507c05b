"""Check a study by the engine's own rules."""

import json
from typing import TYPE_CHECKING, Any

from chalicelib.domain.errors import InvalidRequestError
from chalicelib.services.check_spec import refusal
from engine.errors import SpecError

if TYPE_CHECKING:
    from engine.studies.models import Study


def check_study(document: dict[str, Any]) -> "Study":
    """The study of a good document; raises InvalidRequestError whose fields say what is not."""
    from engine.studies.models import parse_study

    try:
        study = parse_study(document)
    except SpecError as error:
        raise refusal(error) from error
    if "\\u0000" in json.dumps(document):
        raise InvalidRequestError("the study holds the character U+0000; take it out")
    return study
