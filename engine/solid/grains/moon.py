"""The front of a moon burner."""

import math

from engine.solid.grains.fronts import Front, arc, swept
from engine.solid_grains import Moon


def front(grain: Moon, density: float) -> Front:
    """Half of a circle beside the axis, or what of it lies inside of the wall."""
    radius = grain.diameter / 2.0
    core, offset = grain.core_diameter / 2.0 / radius, grain.core_offset / radius
    first = 0.0
    if offset + core > 1.0:
        first = math.acos((1.0 - offset**2 - core**2) / (2.0 * offset * core))
    side = arc(offset, core, first, math.pi, density)
    wall = math.atan2(core * math.sin(first), offset + core * math.cos(first))
    return Front((side,), 1, 2.0 * swept(side) + (wall if first else 0.0))
