"""Which calls of AWS each function may make, read from the code: from its handler along everything it refers to.

The walk goes by names: a function that refers to another reaches it, a reference to a class reaches all of its
methods. Where it meets a method of a port, it goes on in the adapter, and what it finds there is an operation of
a boto3 client. What is never referred to is never called; the walk may find too much, never too little, as long
as the ports go by the names in `PORTS`.
"""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADAPTERS = "chalicelib.adapters"
COMPOSITION = "chalicelib.bootstrap"
"""It knows everything, so the walk never goes through it."""
PORTS = {
    "store": f"{ADAPTERS}.object_store.S3ObjectStore",
    "object_store": f"{ADAPTERS}.object_store.S3ObjectStore",
    "queue": f"{ADAPTERS}.queue.SqsQueue",
    "releases": f"{ADAPTERS}.releases.CodeDeployReleases",
    "workflows": f"{ADAPTERS}.workflows_step_functions.StepFunctionsLauncher",
}
OF_SERVICES = {
    "queue_states": f"{ADAPTERS}.diagnostics.AwsDiagnostics.queues",
    "bucket_states": f"{ADAPTERS}.diagnostics.AwsDiagnostics.buckets",
}
CLIENTS = ("client", "sqs", "s3", "lambda_client", "codedeploy_client")

Name = tuple[str, str]
"""A module, and something that it defines: a function, a class, or `Class.method`."""


@dataclass(frozen=True)
class Module:
    """What a module defines, and what its names stand for elsewhere."""

    defined: dict[str, ast.AST]
    imported: dict[str, Name]


def operations(module: str, name: str) -> frozenset[str]:
    """Every operation of a boto3 client that is reached from there, such as `send_message_batch`."""
    found: set[str] = set()
    seen: set[Name] = set()
    todo: list[Name] = [(module, name)]
    while todo:
        here = todo.pop()
        if here in seen or (node := read(here[0]).defined.get(here[1])) is None:
            continue
        seen.add(here)
        for part in ast.walk(node):
            todo += references(here, part)
            found |= client_calls(here, part)
    return frozenset(found)


def references(here: Name, node: ast.AST) -> list[Name]:
    """What a piece of a definition refers to."""
    module = read(here[0])
    if isinstance(node, ast.Name):
        return local(here[0], module, node.id)
    if not isinstance(node, ast.Attribute):
        return []
    receiver = ast.unparse(node.value)
    last = receiver.rpartition(".")[2].lstrip("_").removesuffix("()")
    if receiver.endswith("services()") or receiver == "services":
        return service(node.attr)
    if last in PORTS:
        return [split(f"{PORTS[last]}.{node.attr}")]
    if receiver == "self" and "." in here[1]:
        return [(here[0], f"{here[1].partition('.')[0]}.{node.attr}")]
    if (of := module.imported.get(receiver)) and not of[1]:
        return local(of[0], read(of[0]), node.attr)
    return []


def service(name: str) -> list[Name]:
    """The use case or view of that name, where `bootstrap.services()` is asked for it."""
    if name in OF_SERVICES:
        return [split(OF_SERVICES[name])]
    imported = read(COMPOSITION).imported
    return [imported[name]] if name in imported else []


def local(module_name: str, module: Module, name: str) -> list[Name]:
    """What a plain name stands for: all methods where it is a class."""
    of, own = module.imported.get(name, (module_name, name))
    if not of.startswith("chalicelib") or of == COMPOSITION:
        return []
    methods = [(of, key) for key in read(of).defined if key.startswith(f"{own}.")] if own else []
    here = [(module_name, name)] if name in module.defined else []
    return [(of, own), *methods, *here]


def client_calls(here: Name, node: ast.AST) -> set[str]:
    """The operation that a call of a client is; that which an address is signed for."""
    if not (here[0].startswith(ADAPTERS) and isinstance(node, ast.Attribute)):
        return set()
    maker = node.value
    is_client = isinstance(maker, ast.Attribute) and maker.attr.lstrip("_") in CLIENTS
    is_made = isinstance(maker, ast.Call) and ast.unparse(maker.func) == "make_client"
    return {node.attr} if is_client or is_made else set()


@cache
def read(name: str) -> Module:
    """A module of the service; one of anybody else has nothing in it."""
    path = ROOT.joinpath(*name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    if not name.startswith("chalicelib") or not file.exists():
        return Module({}, {})
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return Module(definitions(tree), imports(tree))


def definitions(tree: ast.Module) -> dict[str, ast.AST]:
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        if isinstance(node, ast.ClassDef):
            found |= {f"{node.name}.{one.name}": one for one in node.body if isinstance(one, ast.FunctionDef)}
    return found


def imports(tree: ast.Module) -> dict[str, Name]:
    found: dict[str, Name] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                is_module = ROOT.joinpath(*inner.split(".")).with_suffix(".py").exists()
                same = (node.module, alias.name)
                # a use case has the name of its file
                found[alias.asname or alias.name] = (inner, "") if is_module else same
    return found


def split(path: str) -> Name:
    """`package.module.Class.method` as a module and a name."""
    words = path.split(".")
    first = next(index for index, word in enumerate(words) if word[0].isupper())
    return ".".join(words[:first]), ".".join(words[first:])
