import numpy as np
import pytest

from engine.nozzle.atmosphere import standard_atmosphere

PUBLISHED = [
    # geometric altitude m, pressure Pa, temperature K, density kg/m3: NOAA-S/T 76-1562, table I
    (0.0, 1.01325e5, 288.150, 1.2250),
    (1000.0, 8.9876e4, 281.651, 1.1117),
    (5000.0, 5.4048e4, 255.676, 7.3643e-1),
    (11000.0, 2.2700e4, 216.774, 3.6480e-1),
    (20000.0, 5.5293e3, 216.650, 8.8910e-2),
    (30000.0, 1.1970e3, 226.509, 1.8410e-2),
    (50000.0, 7.9779e1, 270.650, 1.0269e-3),
    (70000.0, 5.2209, 219.585, 8.2829e-5),
]


@pytest.mark.parametrize(("altitude", "pressure", "temperature", "density"), PUBLISHED)
def test_the_published_table_is_met(
    altitude: float, pressure: float, temperature: float, density: float
) -> None:
    air = standard_atmosphere(altitude)
    assert air.pressure == pytest.approx(pressure, rel=1e-4)
    assert air.temperature == pytest.approx(temperature, abs=2e-3)
    assert air.density == pytest.approx(density, rel=1e-4)


def test_pressure_falls_all_the_way_up_without_a_jump() -> None:
    heights = np.linspace(0.0, 86e3, 20001)
    pressure = standard_atmosphere(heights).pressure
    steps = np.diff(np.log(pressure))
    assert (steps < 0).all()
    assert np.abs(np.diff(steps)).max() < 1e-4


def test_outside_its_range_there_is_no_air() -> None:
    assert np.isnan(standard_atmosphere([-1.0, 86001.0]).pressure).all()
