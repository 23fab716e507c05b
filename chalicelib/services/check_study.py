"""Check a study by the engine's own rules."""

import json
from typing import TYPE_CHECKING, Any

from chalicelib.services.check_spec import refusal, refuse_null_character
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
    refuse_null_character(json.dumps(document))
    return study
