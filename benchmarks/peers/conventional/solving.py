"""The workers of the conventional stack: Celery tasks that call RocketCEA, case by case.

Runs in the environment of the peers (RocketCEA is GPL-3.0), never inside ours; this file imports nothing of ours.
"""

import json
import os
from functools import lru_cache

from celery import Celery
from redis import Redis

ADDRESS = os.environ["PEER_REDIS"]
PASCAL_PER_PSI = 6894.757293168361
METRE_PER_FOOT = 0.3048

celery = Celery("solving", broker=ADDRESS)
celery.conf.update(
    task_ignore_result=True,  # the answers of a task are stored by itself, in one command
    worker_prefetch_multiplier=64,  # the tasks are short
    worker_send_task_events=False,
    worker_disable_rate_limits=True,
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
)


@lru_cache(maxsize=1)
def store():
    """The connection of this process."""
    return Redis.from_url(ADDRESS)


@lru_cache(maxsize=1)
def motor():
    """RocketCEA's object of the one propellant; it reads NASA's data once a process."""
    from rocketcea.cea_obj import CEA_Obj, add_new_fuel, add_new_oxidizer

    add_new_fuel("FUEL", os.environ["PEER_FUEL"])
    add_new_oxidizer("OXIDIZER", os.environ["PEER_OXIDIZER"])
    return CEA_Obj(fuelName="FUEL", oxName="OXIDIZER")


@celery.task
def solve(batch, first, cases):
    """Answers the cases, which are numbers `first` and following of the batch."""
    answers = {first + place: json.dumps(answer_to(*case)) for place, case in enumerate(cases)}
    store().hset(f"answers:{batch}", mapping=answers)


def answer_to(pressure, mixture_ratio, area_ratio):
    """Vacuum specific impulse (s), c* (m/s) and chamber temperature (K): one run of CEA."""
    impulse, c_star, temperature = motor().get_IvacCstrTc(
        Pc=pressure / PASCAL_PER_PSI, MR=mixture_ratio, eps=area_ratio
    )
    return [impulse, c_star * METRE_PER_FOOT, temperature / 1.8]
