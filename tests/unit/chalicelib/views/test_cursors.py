import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import InvalidRequestError
from chalicelib.views.cursors import Cursor, decode_cursor, encode_cursor


@given(st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)), st.uuids())
def test_a_cursor_is_read_back_as_it_was(created_at: datetime, row_id: UUID) -> None:
    cursor = Cursor(created_at, row_id)
    assert decode_cursor(encode_cursor(cursor)) == cursor


@given(st.text())
def test_what_is_no_cursor_is_refused_and_never_crashes(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="begin again without it"):
        decode_cursor(text)


@pytest.mark.parametrize(
    "inner", ["[]", "[1, 2]", '["now", "x"]', "{}", "null", '["2026-01-01T00:00:00Z", 7]']
)
def test_a_cursor_with_another_content_is_refused(inner: str) -> None:
    with pytest.raises(InvalidRequestError):
        decode_cursor(base64.urlsafe_b64encode(inner.encode()).decode())
