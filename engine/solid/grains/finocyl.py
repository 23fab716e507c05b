"""The fronts of finocyls: a round port with fins that are open, or inverted ones of propellant."""

import cmath
import math

from engine.solid.grains.fronts import Front, Strand, arc, corner, line, swept
from engine.solid_grains import Finocyl


def front(grain: Finocyl, density: float) -> Front:
    """Half of a fin and half of the way to the next; of a staggered one two halves."""
    radius = grain.diameter / 2.0
    core, half_width = grain.core_diameter / 2.0 / radius, grain.fin_width / 2.0 / radius
    length = grain.fin_length / radius
    if grain.inverted:
        return _inverted(core, half_width, core - length, grain.fins, density)
    if grain.short_fin_length is None:
        return _straight(core, half_width, core + length, grain.fins, density)
    return _staggered(
        core, half_width, core + length, core + grain.short_fin_length / radius, grain.fins, density
    )


def _straight(core: float, half_width: float, tip: float, fins: int, density: float) -> Front:
    half = math.pi / fins
    root = _root(core, half_width, half)
    strands, wall = _fin(half_width, tip, root, density)
    if abs(root) < core * (1.0 + 1e-9) and cmath.phase(root) < half:
        strands.append(arc(0.0, core, cmath.phase(root), half, density))
    return _front(strands, fins, wall)


def _staggered(core: float, half_width: float, tip: float, short: float, fins: int, density: float) -> Front:
    """From the middle of a long fin to that of a short one."""
    half = 2.0 * math.pi / fins
    root = _root(core, half_width, half / 2.0)
    strands, wall = _fin(half_width, tip, root, density)
    others, short_wall = _fin(half_width, short, root, density)
    if abs(root) < core * (1.0 + 1e-9) and cmath.phase(root) < half / 2.0:
        strands.append(arc(0.0, core, cmath.phase(root), half - cmath.phase(root), density))
    strands += [_mirrored(strand, half / 2.0) for strand in reversed(others)]
    return _front(strands, fins // 2, wall + short_wall)


def _inverted(core: float, half_width: float, tip: float, fins: int, density: float) -> Front:
    """Around a fin of propellant, whose corners burn away."""
    root = complex(math.sqrt(core**2 - half_width**2), half_width)
    if tip >= root.real:
        # a fin that reaches in by less than the core is round: a chord
        root = complex(tip, math.sqrt(core**2 - tip**2))
        strands, along = [line(tip, root, density)], 0.0
    else:
        edge = complex(tip, half_width)
        strands, along = [line(tip, edge, density), line(edge, root, density)], -math.pi / 2.0
    angle = cmath.phase(root)
    strands += [corner(root, along, angle, density), arc(0.0, core, angle, math.pi / fins, density)]
    return _front(strands, fins, 0.0)


def _root(core: float, half_width: float, half: float) -> complex:
    """Where the side of a fin meets the core, or the side of the next fin."""
    on_core = math.sqrt(max(core**2 - half_width**2, 0.0))
    between = half_width / math.tan(half) if half < math.pi / 2.0 else 0.0
    return complex(max(on_core, between), half_width)


def _fin(half_width: float, tip: float, root: complex, density: float) -> tuple[list[Strand], float]:
    """Tip, corner and side of an open fin as far as they lie inside of the wall, and the angle of wall laid bare."""
    at_side = math.sqrt(1.0 - half_width**2)
    if tip >= 1.0:
        return [line(complex(at_side, half_width), root, density)], math.asin(half_width)
    if tip >= at_side:
        end = complex(tip, math.sqrt(1.0 - tip**2))
        side = line(complex(at_side, half_width), root, density)
        return [line(tip, end, density), side], math.asin(half_width) - cmath.phase(end)
    edge = complex(tip, half_width)
    return [
        line(tip, edge, density),
        corner(edge, 0.0, math.pi / 2.0, density),
        line(edge, root, density),
    ], 0.0


def _front(strands: list[Strand], sectors: int, wall: float) -> Front:
    area = sum(swept(strand) for strand in strands) + wall / 2.0
    return Front(tuple(strands), sectors, 2 * sectors * area)


def _mirrored(strand: Strand, angle: float) -> Strand:
    """The mirror image at a line through the axis, travelled the same way around."""
    turn = cmath.exp(2j * angle)
    return Strand(strand.points[::-1].conjugate() * turn, strand.normals[::-1].conjugate() * turn)
