"""The catalogue of propellants."""

from chalicelib import bootstrap
from chalicelib.api.caching import CATALOGUE, NOT_MODIFIED
from chalicelib.api.models import Propellants
from chalicelib.api.operation import Answer, Call, NoBody, Outcome, Query
from chalicelib.api.resource import Resource
from chalicelib.domain.access import Permission

resource = Resource(__name__)


@resource.operation(
    "GET",
    "/v1/propellants",
    permission=Permission.READ,
    outcomes={
        200: Outcome("Fuels, oxidizers, and what is known of their combinations.", Propellants),
        304: NOT_MODIFIED,
    },
)
def list_propellants(call: Call[Query, NoBody]) -> Answer:
    """List the propellants that can be named, and what the project has learnt about their combinations."""
    known = bootstrap.services().list_propellants(project=call.principal.project)
    return Answer(known, keeping=CATALOGUE)
