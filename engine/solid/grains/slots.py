"""The fronts of grains whose ports are straight slots: C, D and X."""

import cmath
import math

from engine.solid.grains.fronts import Front, corner, line, swept
from engine.solid_grains import CShaped, DShaped, XShaped


def c_front(grain: CShaped, density: float) -> Front:
    """Half of a slot: along its side, around its corner, to the middle of its end."""
    radius = grain.diameter / 2.0
    half_width, offset = grain.slot_width / 2.0 / radius, grain.slot_offset / radius
    at_side = math.sqrt(1.0 - half_width**2)
    wall = math.asin(half_width)
    if offset <= -at_side:
        # the slot's end lies behind the wall: one half of a slot all across the grain
        side = line(complex(at_side, half_width), complex(-at_side, half_width), density)
        return Front((side,), 1, 2.0 * swept(side) + 2.0 * wall)
    if offset >= at_side:
        return _chord(offset, density)
    edge = complex(offset, half_width)
    side, back = line(complex(at_side, half_width), edge, density), line(edge, offset, density)
    turn = corner(edge, math.pi / 2.0, math.pi, density)
    return Front((side, turn, back), 1, 2.0 * (swept(side) + swept(back)) + wall)


def d_front(grain: DShaped, density: float) -> Front:
    """Half of a chord."""
    return _chord(grain.slot_offset / (grain.diameter / 2.0), density)


def _chord(offset: float, density: float) -> Front:
    end = complex(offset, math.sqrt(1.0 - offset**2))
    straight = line(end, offset, density)
    # behind the end the wall may be farther from the axis
    strands = (corner(end, math.pi / 2.0, math.pi, density), straight) if offset > 0.0 else (straight,)
    return Front(strands, 1, 2.0 * swept(straight) + cmath.phase(end))


def x_front(grain: XShaped, density: float) -> Front:
    """Half of one of four arms: its end, its corner and its side as far as the next arm."""
    radius = grain.diameter / 2.0
    half_width, length = grain.slot_width / 2.0 / radius, grain.slot_length / radius
    root, at_side = complex(half_width, half_width), math.sqrt(1.0 - half_width**2)
    if length >= at_side:
        strands = [line(complex(at_side, half_width), root, density)]
        wall = math.asin(half_width)
        if length < 1.0:
            end = complex(length, math.sqrt(1.0 - length**2))
            strands.append(line(length, end, density))
            wall -= cmath.phase(end)
    else:
        edge = complex(length, half_width)
        strands = [
            line(length, edge, density),
            corner(edge, 0.0, math.pi / 2.0, density),
            line(edge, root, density),
        ]
        wall = 0.0
    return Front(tuple(strands), 4, 8.0 * (sum(map(swept, strands)) + wall / 2.0))
