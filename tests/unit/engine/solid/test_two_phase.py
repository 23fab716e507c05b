import numpy as np
import pytest

from engine.solid.two_phase import two_phase_share


def share(
    condensed: float = 3.0,
    pressure: float = 5e6,
    throat: float = 0.05,
    area_ratio: float = 8.0,
    length: float = 5.0,
) -> float:
    values = (np.array([value]) for value in (condensed, pressure, throat, area_ratio, length))
    return float(two_phase_share(*values)[0])


def test_a_gas_alone_loses_nothing() -> None:
    assert share(condensed=0.0) == 1.0


def test_an_aluminised_motor_of_five_centimetres_loses_some_percent() -> None:
    # by hand: 725.2 psi, 1.969 in, 196.9 in, 0.3 mol in 100 g: 1.625 um, 2.0 %
    size = 0.454 * np.cbrt(725.19 * 0.3) * (1.0 - np.exp(-0.7874)) * (1.0 + 0.045 * 1.9685)
    loss = 9.0 * 0.3**0.5 * size / (725.19**0.15 * 8.0**0.08 * 1.9685**0.8)
    assert share() == pytest.approx(1.0 - loss / 100.0, rel=1e-4)
    assert 0.95 < share() < 0.99


def test_a_larger_motor_loses_less() -> None:
    assert share(throat=0.02) < share(throat=0.05) < share(throat=0.5)
