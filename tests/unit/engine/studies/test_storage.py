"""Bytes that are kept: the same for the same, and refused where they are not what they should be."""

import numpy as np
import pytest

from engine.errors import AnalysisError
from engine.studies import storage
from engine.studies.storage import kept, pack, part_of, unpack

ARRAYS = {"outputs": np.arange(6.0).reshape(2, 3)}
IDENTITY = {"study": "a", "piece": 3}


def test_what_is_packed_comes_back_and_twice_the_same_is_the_same() -> None:
    content = pack(IDENTITY, ARRAYS)
    assert pack(dict(reversed(IDENTITY.items())), ARRAYS) == content
    found = kept(content, IDENTITY)
    assert found is not None
    np.testing.assert_array_equal(found[1]["outputs"], ARRAYS["outputs"])


def test_a_state_of_another_study_piece_or_version_is_left_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    content = pack(IDENTITY, ARRAYS)
    assert kept(None, IDENTITY) is None
    assert kept(content, {"study": "b", "piece": 3}) is None
    monkeypatch.setattr(storage, "__version__", "another")
    assert kept(content, IDENTITY) is None
    assert part_of(content, IDENTITY)
    monkeypatch.setattr(storage, "FORMAT", 2)
    assert unpack(content) is None


@pytest.mark.parametrize("damage", [b"", b"PK", b"no zip at all", b"\x93NUMPY"])
def test_damaged_bytes_are_no_state_and_no_part(damage: bytes) -> None:
    assert kept(damage, IDENTITY) is None
    with pytest.raises(AnalysisError, match="run its piece again"):
        part_of(damage, IDENTITY)


def test_cut_off_bytes_are_no_state() -> None:
    content = pack(IDENTITY, ARRAYS)
    assert all(kept(content[:end], IDENTITY) is None for end in (10, len(content) // 2, len(content) - 4))


def test_a_pickle_is_not_opened() -> None:
    stream = np.array([object()], dtype=object)
    with pytest.raises(ValueError, match="allow_pickle"):
        pack(IDENTITY, {"outputs": stream})
