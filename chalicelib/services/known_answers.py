"""What the cache knows of specifications, and what it learns of them."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.adapters.ports import ResultCache
from chalicelib.domain.cached_answer import CachedAnswer, pack, unpack
from chalicelib.services.answer_keys import key_of

logger = logging.getLogger(__name__)

Spec = Mapping[str, Any]


def keys_of(specs: Sequence[Spec]) -> list[str | None]:
    """The key of each; None for one that breaks a rule, and for one whose key can not be made."""
    return [_key(spec) for spec in specs]


def _key(spec: Spec) -> str | None:
    try:
        return key_of(spec)
    except Exception:
        # without a key it is solved as if there were no cache
        logger.exception("a specification has no key")
        return None


def known_answers(keys: Iterable[str | None], cache: ResultCache) -> dict[str, CachedAnswer]:
    """The answers that are known, by their keys; one that can not be read is none."""
    wanted = list(dict.fromkeys(key for key in keys if key is not None))
    if not wanted:
        return {}
    unpacked = {key: unpack(key, content) for key, content in cache.get_many(wanted).items()}
    unreadable = sum(answer is None for answer in unpacked.values())
    if unreadable:
        logger.warning("%d cached answers could not be read and are solved again", unreadable)
    return {key: answer for key, answer in unpacked.items() if answer is not None}


def keep(answers: Mapping[str, CachedAnswer], cache: ResultCache) -> None:
    """Keeps those answers that would be the same another time."""
    try:
        packed = {key: pack(key, answer) for key, answer in answers.items() if _is_lasting(answer)}
    except ValueError:
        # the answers are recorded; they are only not known to the next who asks
        logger.exception("%d answers are not kept", len(answers))
    else:
        cache.put_many(packed)


def _is_lasting(answer: CachedAnswer) -> bool:
    """Whether trying again gives the same: not so where a reference gave no opinion, which it may next time."""
    report = (answer.result or {}).get("validation")
    if report is None:
        return True
    opinions = (report, *report.get("second_opinions", ()))
    return all(opinion.get("converged", False) for opinion in opinions)
