"""The bill of a batch: every line a quantity times a price, scaled to a million cases."""

from collections.abc import Iterable
from typing import NamedTuple

from benchmarks.cost.prices import PRICES, Price
from benchmarks.cost.usage import FUNCTIONS, Function, Usage

MILLION = 1_000_000
ONE_VCPU = 1_769
"""MB of memory that come with one vCPU; a thread has no use for more, and gets its share of less."""
REQUEST_SECONDS = 0.1
"""That a function waits for S3: some tens of ms, and 8 MB at some 100 MB/s."""
MOST_AT_ONCE = 40
"""Shards that the workflow runs side by side; each may need a function that has to start."""
LOG_BYTES = 3_000
"""Of a run: what the platform writes and some lines of ours."""
QUEUE_REQUESTS = 3
"""Of a message: sent, received, deleted."""
TRANSITIONS_OF_SHARD, TRANSITIONS_OF_BATCH = 2, 4
"""A child's start and its one state; start, map, finish and end. Starts are not billed for sure: counted they are."""
PAGE = 4_096
CAPACITY_PER_VCPU = 4.0
"""ACU: one has 2 GB of memory, and database servers have 8 GB to a vCPU."""
GIGA = 1e9
REQUIRED = 0.10


class Line(NamedTuple):
    """One line of the bill, for a million cases."""

    what: str
    how: str
    quantity: float
    price: Price

    @property
    def dollars(self) -> float:
        return self.quantity * self.price.each


def bill(usage: Usage) -> list[Line]:
    """What a million such cases cost once."""
    million = MILLION / usage.rows
    shards = usage.shards * million
    invocations = sum(function.runs for function in usage.functions.values()) * million
    lines = [line for name in FUNCTIONS for line in function_lines(name, usage.functions[name], million)]
    lines.append(cold_starts(usage, million))
    lines.append(Line("invocations", "planning, each shard, merging", invocations, PRICES["invocation"]))
    lines += request_lines(usage, million)
    transitions = TRANSITIONS_OF_SHARD * shards + TRANSITIONS_OF_BATCH
    how = f"{TRANSITIONS_OF_SHARD} a shard x {shards:,.0f} shards + {TRANSITIONS_OF_BATCH}"
    lines.append(Line("workflow", how, transitions, PRICES["transition"]))
    how = f"{QUEUE_REQUESTS} a message x {invocations:,.0f} messages"
    lines.append(Line("queues", how, QUEUE_REQUESTS * invocations, PRICES["message"]))
    lines += database_lines(usage, million)
    how = f"{LOG_BYTES:,} bytes x {invocations:,.0f} runs"
    lines.append(Line("logs", how, LOG_BYTES * invocations / GIGA, PRICES["log"]))
    lines.append(Line("traces", "every run", invocations, PRICES["trace"]))
    return lines


def kept(usage: Usage) -> list[Line]:
    """What it costs to keep the results of a million such cases for a month."""
    million = MILLION / usage.rows
    stored, database = usage.stored_bytes * million / GIGA, usage.database_bytes * million / GIGA
    return [
        Line("files", "upload, shards, parts, results", stored, PRICES["storage"]),
        Line("rows", "table and index", database, PRICES["database_storage"]),
    ]


def total(lines: Iterable[Line]) -> float:
    """Dollars of all lines."""
    return sum(line.dollars for line in lines)


def function_lines(name: str, function: Function, million: float) -> list[Line]:
    """Computing, and waiting, of one kind of function."""
    gigabytes = function.memory / 1024
    share = min(1.0, function.memory / ONE_VCPU)
    computing = function.processor_seconds * million / share
    requests = (function.put_requests + function.get_requests) * million
    database = function.database_seconds * million
    waiting = requests * REQUEST_SECONDS + database
    how = f"({requests:,.0f} requests x {REQUEST_SECONDS:g} s + {database:,.1f} s) x {gigabytes:.3f} GB"
    return [
        gigabyte_seconds(
            f"{name}: computing", f"{computing:,.1f} s x {gigabytes:.3f} GB", computing * gigabytes
        ),
        gigabyte_seconds(f"{name}: waiting", how, waiting * gigabytes),
    ]


def gigabyte_seconds(what: str, how: str, quantity: float) -> Line:
    """A line of running functions."""
    return Line(what, how, quantity, PRICES["function"])


def cold_starts(usage: Usage, million: float) -> Line:
    """The starts of all functions that may run side by side."""
    starts = min(MOST_AT_ONCE, usage.shards * million) + 2
    gigabytes = usage.functions["solving"].memory / 1024
    how = f"{starts:.0f} x {usage.import_seconds:.2f} s x {gigabytes:.3f} GB"
    return gigabyte_seconds("cold starts", how, starts * usage.import_seconds * gigabytes)


def request_lines(usage: Usage, million: float) -> list[Line]:
    """All requests to S3; the upload, and the manifest that the workflow reads, are among them."""
    puts = sum(function.put_requests for function in usage.functions.values()) * million + 1
    gets = sum(function.get_requests for function in usage.functions.values()) * million + 1
    return [
        Line("writing to S3", "shards, parts, results", puts, PRICES["put"]),
        Line("reading from S3", "in ranges of 8 MB", gets, PRICES["get"]),
    ]


def database_lines(usage: Usage, million: float) -> list[Line]:
    """Writing, by the bytes of the write-ahead log, and the capacity that it keeps busy."""
    logged = usage.logged_bytes * million
    seconds = sum(function.database_seconds for function in usage.functions.values()) * million
    capacity = seconds * CAPACITY_PER_VCPU / 3600
    how_written = f"{logged / 1e6:,.0f} MB of log / 4 KB"
    how_busy = f"{seconds:,.1f} s x {CAPACITY_PER_VCPU:g} ACU / 3,600"
    return [
        Line("database: writing", how_written, logged / PAGE, PRICES["database_request"]),
        Line("database: capacity", how_busy, capacity, PRICES["database_capacity"]),
    ]
