"""The web service of the conventional stack: FastAPI, which hands the cases to Celery and reads answers from Redis.

Runs in the environment of the peers; this file imports nothing of ours but its neighbour.
"""

import json
from uuid import uuid4

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel, Field
from solving import celery, solve, store

app = FastAPI()


class Case(BaseModel):
    """One motor: Pa, and two ratios."""

    chamber_pressure: float = Field(gt=0)
    mixture_ratio: float = Field(gt=0)
    area_ratio: float = Field(gt=1)


class Batch(BaseModel):
    """Many motors, so many to a task."""

    cases: list[Case]
    cases_per_task: int = Field(default=1, ge=1)


@app.post("/batches", status_code=202)
def start(batch: Batch):
    """Makes the tasks; one connection to the broker sends them all."""
    identifier = str(uuid4())
    store().set(f"cases:{identifier}", len(batch.cases))
    rows = [(case.chamber_pressure, case.mixture_ratio, case.area_ratio) for case in batch.cases]
    with celery.producer_or_acquire() as producer:
        for first in range(0, len(rows), batch.cases_per_task):
            part = rows[first : first + batch.cases_per_task]
            solve.apply_async((identifier, first, part), producer=producer)
    return {"id": identifier}


@app.get("/batches/{identifier}")
def progress(identifier: str):
    """How many are answered."""
    cases = store().get(f"cases:{identifier}")
    if cases is None:
        raise HTTPException(404, f"there is no batch {identifier}")
    return {"cases": int(cases), "done": store().hlen(f"answers:{identifier}")}


@app.get("/batches/{identifier}/answers")
def answers(identifier: str):
    """All answers in the order of the cases."""
    found = store().hgetall(f"answers:{identifier}")
    ordered = [json.loads(found[number]) for number in sorted(found, key=int)]
    return Response(json.dumps(ordered), media_type="application/json")
