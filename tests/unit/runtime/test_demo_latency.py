import pytest

from runtime.demo import latency


def test_each_specification_is_submitted_once_and_in_order() -> None:
    sent: list[dict[str, int]] = []
    found = latency.measure(sent.append, [{"number": number} for number in range(5)])
    assert [spec["number"] for spec in sent] == [0, 1, 2, 3, 4]
    assert found.count == 5
    assert 0.0 <= found.median <= found.percentile_95


def test_median_and_95th_percentile_lie_within_the_measurements() -> None:
    found = latency.summarise([float(number) for number in range(1, 22)])
    assert found.median == pytest.approx(11.0)
    assert found.percentile_95 == pytest.approx(20.0)
    assert latency.summarise([1.0, 1.0, 9.0]).percentile_95 <= 9.0
