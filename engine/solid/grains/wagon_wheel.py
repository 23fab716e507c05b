"""The front of a wagon wheel."""

import math

import numpy as np

from engine.solid.grains.fronts import Front, arc, corner, line, swept
from engine.solid_grains import WagonWheel


def front(grain: WagonWheel, density: float) -> Front:
    """Half of an opening, whose middle is the axis of x: along the ring, down the spoke and back along the hub."""
    radius, half = grain.diameter / 2.0, math.pi / grain.spokes
    outer, inner, half_width = (
        width / 2.0 / radius for width in (grain.core_diameter, grain.hub_diameter, grain.spoke_width)
    )
    above, below = (half - math.asin(half_width / size) for size in (outer, inner))
    far, near = outer * np.exp(1j * above), inner * np.exp(1j * below)
    beside = half + math.pi / 2.0
    strands = (
        arc(0.0, outer, 0.0, above, density),
        corner(far, above, beside, density),
        line(far, near, density),
        corner(near, beside, below + math.pi, density),
        arc(0.0, inner, below, 0.0, density),
    )
    return Front(strands, grain.spokes, 2 * grain.spokes * sum(map(swept, strands)))
