"""Run a batch on the embedded stack, and read from the outside what its functions used."""

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import boto3
import numpy as np
import psycopg

from benchmarks.cost.usage import FUNCTIONS, Function, Usage, gets, puts
from benchmarks.rocket.processes import ROOT
from benchmarks.rocket.sampling import Points
from benchmarks.service import uploads
from benchmarks.service.conditions import conditions
from benchmarks.service.processor import family_seconds
from chalicelib.domain.batch_keys import ResultKeys
from runtime.demo.client import Client
from runtime.demo.following import drop, follow
from runtime.demo.stack_process import RunningStack
from runtime.embedded.aws_endpoint import CREDENTIALS, REGION

CONFIGURATION = ROOT / ".chalice" / "config.json"
HANDLERS = {"planning": "uploads", "solving": "batch_queue", "merging": "batch_queue"}
PROCESSES = {"workers": "runtime poller", "database": "postgres"}
COLD_START = """
import app, engine
spec = {"motor_type": "liquid", "propellant": {"fuel": "RP-1", "oxidizer": "LOX", "mixture_ratio": 2.5}}
engine.tabulate([spec | {"chamber_pressure": 7e6, "nozzle": {"area_ratio": 40.0}}], ["c_star"])
"""
LOGGED = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"
TABLE_BYTES = "SELECT pg_total_relation_size('batch_results')"


@dataclass
class Meter:
    """The processor seconds of the stack's processes, by the time when they were read."""

    times: list[float] = field(default_factory=list)
    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in PROCESSES})

    def read(self) -> None:
        """One more reading."""
        self.times.append(time.time())
        for name, command in PROCESSES.items():
            self.seconds[name].append(family_seconds(command))

    def between(self, name: str, start: float, end: float) -> float:
        """What the processes used in between, by straight lines between the readings."""
        used = np.interp([start, end], self.times, self.seconds[name])
        return float(used[1] - used[0])


def measure(stack: RunningStack, points: Points) -> Usage:
    """What a batch of these points uses, in a stack that has answered some before."""
    content, meter = uploads.csv_file(points), Meter()
    logged, table_bytes = scalar(stack, LOGGED), scalar(stack, TABLE_BYTES)
    with Client(stack.url, stack.token) as client:
        meter.read()
        batch_id = drop(uploads.connection(stack), "cost.csv", content)
        batch = follow(client, batch_id, lambda _done, _valid: meter.read(), uploads.LONGEST_SECONDS)
        meter.read()
    ends = (meter.times[0], *uploads.ends(stack, batch_id)[1:])
    sizes = stored(stack, ResultKeys(uploads.PROJECT, batch_id))
    runs = {"planning": 1, "solving": batch["shards"], "merging": 1}
    functions = {
        name: Function(
            memory(HANDLERS[name]),
            runs[name],
            meter.between("workers", ends[place], ends[place + 1]),
            meter.between("database", ends[place], ends[place + 1]),
            *requests(name, len(content), sizes),
        )
        for place, name in enumerate(FUNCTIONS)
    }
    return Usage(
        rows=len(points),
        shards=batch["shards"],
        functions=functions,
        import_seconds=import_seconds(),
        stored_bytes=len(content) + sum(sum(found) for found in sizes.values()),
        database_bytes=scalar(stack, TABLE_BYTES) - table_bytes,
        logged_bytes=scalar(stack, LOGGED) - logged,
        conditions=conditions(),
    )


def requests(name: str, upload: int, sizes: dict[str, list[int]]) -> tuple[int, int]:
    """PUT and GET requests of a kind of function, by the sizes of the objects that it writes and reads."""
    shards, parts, merged = sizes["shards"], sizes["parts"], sizes["merged"]
    written = {
        "planning": puts(shards, is_cut=False),
        "solving": puts(parts, is_cut=False),
        "merging": puts(merged),
    }
    read = {"planning": gets([upload]), "solving": gets(shards), "merging": gets(parts)}
    return written[name], read[name]


def stored(stack: RunningStack, keys: ResultKeys) -> dict[str, list[int]]:
    """Bytes of every object of the batch: shards with their manifest, parts, and what was merged."""
    keys_of_access = {name.lower(): value for name, value in CREDENTIALS.items()}
    endpoint = stack.environment["AWS_ENDPOINT_URL"]
    store = boto3.client("s3", endpoint_url=endpoint, region_name=REGION, **keys_of_access)
    folder = keys.results.removesuffix("results.csv")
    pages = store.get_paginator("list_objects_v2").paginate(
        Bucket=stack.environment["HRMA_RESULTS_BUCKET"], Prefix=folder
    )
    found: dict[str, list[int]] = {"shards": [], "parts": [], "merged": []}
    for page in pages:
        for entry in page.get("Contents", []):
            kind = entry["Key"].removeprefix(folder).partition("/")[0]
            found[kind if kind in found else "merged"].append(entry["Size"])
    return found


def memory(handler: str) -> int:
    """MB of the function, as it is deployed."""
    functions: dict[str, Any] = json.loads(CONFIGURATION.read_text())["lambda_functions"]
    return int(functions[handler]["lambda_memory_size"])


def import_seconds() -> float:
    """Processor seconds until a fresh process can solve."""
    before = child_seconds()
    subprocess.run([sys.executable, "-c", COLD_START], cwd=ROOT, check=False, capture_output=True)
    return child_seconds() - before


def child_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def scalar(stack: RunningStack, statement: str) -> int:
    with psycopg.connect(stack.environment["HRMA_DATABASE_URL"]) as connection:
        found = connection.execute(statement.encode()).fetchone()
    return int(found[0]) if found else 0
