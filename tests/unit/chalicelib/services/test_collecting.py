import gc

import pytest

from chalicelib.services.collecting import collecting_later


def test_garbage_is_looked_for_again_afterwards_also_where_something_broke() -> None:
    seen: list[bool] = []

    @collecting_later()
    def work() -> None:
        seen.append(gc.isenabled())
        raise RuntimeError("it broke")

    assert gc.isenabled()
    with pytest.raises(RuntimeError, match="it broke"):
        work()
    assert seen == [False]
    assert gc.isenabled()


def test_who_had_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with collecting_later():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
