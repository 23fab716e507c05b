import pytest

from engine.burns.designation import designation


@pytest.mark.parametrize(
    ("impulse", "thrust", "wanted"),
    [
        (2.5, 5.0, "A5"),
        (2.51, 5.0, "B5"),
        (1.0, 3.4, "1/2A3"),
        (20_480.0, 2949.6, "N2950"),
        (20_500.0, 2126.3, "O2126"),
        (2.5 * 2**25, 9.0, "Z9"),
        (2.5 * 2**26, 9.0, "AA9"),
        (0.0, 0.0, ""),
        (float("nan"), 1.0, ""),
    ],
)
def test_the_class_doubles_from_letter_to_letter(impulse: float, thrust: float, wanted: str) -> None:
    assert designation(impulse, thrust) == wanted
