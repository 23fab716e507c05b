"""The front of a moon burner."""

import cmath
import math

from engine.solid.grains.fronts import Front, arc, corner, swept
from engine.solid_grains import Moon


def front(grain: Moon, density: float) -> Front:
    """Half of a circle beside the axis, or what of it lies inside of the wall."""
    radius = grain.diameter / 2.0
    core, offset = grain.core_diameter / 2.0 / radius, grain.core_offset / radius
    if offset + core <= 1.0:
        side = arc(offset, core, 0.0, math.pi, density)
        return Front((side,), 1, 2.0 * swept(side))
    first = math.acos((1.0 - offset**2 - core**2) / (2.0 * offset * core))
    side = arc(offset, core, first, math.pi, density)
    end = complex(offset + core * math.cos(first), core * math.sin(first))
    # behind the end the wall may be farther away
    around = corner(end, first - math.pi / 2.0, first, density)
    return Front((around, side), 1, 2.0 * swept(side) + cmath.phase(end))
