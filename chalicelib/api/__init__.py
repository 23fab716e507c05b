"""The HTTP API: one blueprint per resource, closed by default."""

from chalice.app import Chalice

from chalicelib.api import (
    analyses,
    authorizer,
    batches,
    documents,
    health,
    propellants,
    studies,
    validations,
)
from chalicelib.api.exchange import translate_gateway_errors
from chalicelib.api.operation import Operation

RESOURCES = (analyses, batches, studies, validations, propellants, health, documents)


def register(app: Chalice) -> None:
    """Adds every route and the authorizer to the app."""
    app.register_blueprint(authorizer.blueprint)
    for module in RESOURCES:
        app.register_blueprint(module.resource)
    app.register_middleware(translate_gateway_errors, "http")


def operations() -> list[Operation]:
    """Every operation of every resource."""
    return [operation for module in RESOURCES for operation in module.resource.operations]
