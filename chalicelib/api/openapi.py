"""The OpenAPI 3.1 document, made from the operations that the resources registered and their models."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from chalicelib.api.errors import CONTENT_TYPE, STATUS
from chalicelib.api.models import Problem, Specification
from chalicelib.api.operation import JSON, NoBody, Operation, Outcome
from chalicelib.api.study_models import StudyDocument

TITLE = "HRMA: rocket motor analysis"
VERSION = "1"
REFERENCE = "#/components/schemas/{model}"
EVERYWHERE = ("invalid_request", "internal_error")
CLOSED = ("unauthenticated", "permission_denied", "service_unavailable")
WITH_BODY = ("malformed_body", "body_too_large", "unsupported_media_type")
DESCRIPTION = """\
What will this rocket motor do? An analysis is sent, queued, solved and read back; a file of cases is a
batch. Quantities are in SI units: Pa, m, kg, s, K, N, m/s, kg/mol; specific impulse is in seconds and
angles are in degrees. Errors are RFC 9457 problems with a stable `code`, and name the field, the value
and the remedy. Every answer has the header `X-Correlation-Id`; send one to have it used."""

Models = Mapping[Any, dict[str, Any]]


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole document; the same operations always give the same bytes."""
    listed = list(operations)
    schemas, components = _schemas(listed)
    paths: dict[str, dict[str, Any]] = {}
    for operation in listed:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": VERSION,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
            "headers": {"X-Correlation-Id": _header("What the log lines of this request are marked with.")},
        },
    }


def _schemas(operations: list[Operation]) -> tuple[Models, dict[str, Any]]:
    """Each model's schema by model and mode, and the components that they refer to.

    The engine's own models say what a specification, a study and a result are; they are imported here,
    late, because only this document needs them in the API.
    """
    from engine.result import AnalysisResult, HybridResult
    from engine.spec import AnalysisSpec
    from engine.studies.models import Study

    engines: dict[Any, Any] = {Specification: AnalysisSpec, StudyDocument: Study}
    wanted: dict[tuple[Any, JsonSchemaMode], Any] = {
        (Problem, "serialization"): Problem,
        (AnalysisResult, "serialization"): AnalysisResult | HybridResult,
    }
    for operation in operations:
        if operation.body is not NoBody:
            wanted[operation.body, "validation"] = engines.get(operation.body, operation.body)
        for outcome in operation.outcomes.values():
            if outcome.model is not None:
                wanted[outcome.model, "serialization"] = outcome.model
    inputs = [(model, mode, TypeAdapter(kind)) for (model, mode), kind in wanted.items()]
    schemas, definitions = TypeAdapter.json_schemas(inputs, ref_template=REFERENCE)
    components: dict[str, Any] = definitions["$defs"]
    spec, result = schemas[Specification, "validation"], schemas[AnalysisResult, "serialization"]
    components["Analysis"]["properties"]["spec"] = spec
    components["Analysis"]["properties"]["result"] = result
    components["ValidationOrder"]["properties"]["spec"] = spec
    components["Study"]["properties"]["study"] = schemas[StudyDocument, "validation"]
    return schemas, dict(sorted(components.items()))


def _operation(operation: Operation, schemas: Models) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [_tag(operation)],
        "parameters": _parameters(operation),
        "responses": {
            **{str(status): _outcome(one, schemas) for status, one in sorted(operation.outcomes.items())},
            **_refusals(operation, schemas),
        },
    }
    if operation.description:
        described["description"] = operation.description
    if operation.permission is None:
        described["security"] = []
    else:
        described["x-permission"] = operation.permission.value
    if operation.body is not NoBody:
        described["requestBody"] = {"required": True, "content": {JSON: _body(operation, schemas)}}
    return described


def _tag(operation: Operation) -> str:
    parts = operation.path.strip("/").split("/")
    return parts[1] if parts[0] == "v1" and parts[1] != "health" else "service"


def _body(operation: Operation, schemas: Models) -> dict[str, Any]:
    content: dict[str, Any] = {"schema": schemas[operation.body, "validation"]}
    if operation.examples:
        content["examples"] = {name: {"value": value} for name, value in operation.examples.items()}
    return content


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    path = [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(name)}
        for name in operation.parameters
    ]
    headers = []
    if 304 in operation.outcomes:
        headers.append(
            {
                "name": "If-None-Match",
                "in": "header",
                "description": "The `ETag` of an earlier answer; where nothing changed the answer is 304.",
                "schema": {"type": "string"},
            }
        )
    if operation.idempotent:
        headers.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "A repeated key answers with the first response for 72 hours; a UUID is good.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            }
        )
    return path + _query_parameters(operation) + headers


def _path_schema(name: str) -> dict[str, Any]:
    return {"type": "string", "format": "uuid"} if name.endswith("_id") else {"type": "string"}


def _query_parameters(operation: Operation) -> list[dict[str, Any]]:
    schema = operation.query.model_json_schema(ref_template=REFERENCE)
    definitions = schema.get("$defs", {})
    found = []
    for name, member in schema.get("properties", {}).items():
        plain = _plain(member, definitions)
        one = {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": plain}
        if "description" in plain:
            one["description"] = plain.pop("description")
        found.append(one)
    return found


def _plain(member: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """A parameter's own schema: null is the absence of the parameter, and enumerations stand in place."""
    kinds = [kind for kind in member.get("anyOf", [member]) if kind.get("type") != "null"]
    kind = dict(kinds[0])
    if "$ref" in kind:
        kind = dict(definitions[kind["$ref"].rpartition("/")[2]])
    outer = {name: value for name, value in member.items() if name not in ("anyOf", "title", "$ref")}
    merged = {**kind, **outer}
    merged.pop("title", None)
    if merged.get("default", 0) is None:
        del merged["default"]
    return merged


def _outcome(outcome: Outcome, schemas: Models) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": outcome.description,
        "headers": {
            "X-Correlation-Id": {"$ref": "#/components/headers/X-Correlation-Id"},
            **{name: _header(text) for name, text in outcome.headers.items()},
        },
    }
    if outcome.model is not None:
        described["content"] = {JSON: {"schema": schemas[outcome.model, "serialization"]}}
    elif outcome.files:
        described["content"] = {kind: {"schema": {}} for kind in outcome.files}
    return described


def _refusals(operation: Operation, schemas: Models) -> dict[str, Any]:
    codes: dict[str, None] = dict.fromkeys((*operation.refusals, *EVERYWHERE))
    if operation.permission is not None:
        codes.update(dict.fromkeys(CLOSED))
    if operation.body is not NoBody:
        codes.update(dict.fromkeys(WITH_BODY))
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(int(STATUS[code]), []).append(code)
    content = {CONTENT_TYPE: {"schema": schemas[Problem, "serialization"]}}
    return {
        str(status): {
            "description": "A problem: " + ", ".join(f"`{code}`" for code in found),
            "content": content,
        }
        for status, found in sorted(by_status.items())
        if status not in operation.outcomes
    }


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}
