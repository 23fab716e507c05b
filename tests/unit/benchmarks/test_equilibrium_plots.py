"""What the figures of docs/equilibrium.md show."""

import numpy as np

from benchmarks.equilibrium_plots import ENOUGH, nozzle, steps


def test_the_last_steps_of_a_flame_square_the_error() -> None:
    sizes = np.array(steps(("LH2", "LOX"), 6.0))
    assert sizes[-1] < ENOUGH
    near = sizes[(sizes < 1e-2) & (sizes > 1e-7)]
    assert (np.log(near[1:]) < 1.5 * np.log(near[:-1])).all()


def test_alumina_freezes_at_one_temperature() -> None:
    drawn = nozzle()
    temperature, fractions = np.array(drawn["temperature"]), drawn["mole_fractions"]
    solid, liquid = np.array(fractions["AL2O3(a)"]), np.array(fractions["AL2O3(L)"])
    both = (solid > 0) & (liquid > 0)
    assert both.sum() > 3
    np.testing.assert_allclose(temperature[both], 2327.0, atol=0.1)
    assert (liquid[temperature > 2327.1] > 0).all()
    assert (solid[temperature < 2326.9] > 0).all()
