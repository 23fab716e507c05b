"""When the interpreter looks for garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """Looks for no reference cycles meanwhile.

    Making the rows of a shard makes very many objects none of which is garbage, and to look through them again and
    again costs as much as checking them. What has no cycles is freed as ever.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
