"""The front of a star."""

import math

import numpy as np

from engine.solid.grains.fronts import Front, Strand, corner, swept
from engine.solid_grains import Star


def front(grain: Star, density: float) -> Front:
    """Half of a point, from its tip to the valley: r = 1 / (1/l + 2 sin(angle)/w)."""
    radius = grain.diameter / 2.0
    length, width = grain.point_length / radius, grain.point_width / radius
    valley = math.pi / grain.points
    first = math.asin(min(1.0, 0.5 * width * (1.0 - 1.0 / length))) if length > 1.0 else 0.0
    side = _side(length, width, first, min(valley, math.pi / 2.0), density)
    strands = [side]
    if length < 1.0:
        strands.insert(0, corner(length, 0.0, float(np.angle(side.normals[0])), density))
    return Front(tuple(strands), grain.points, 2 * grain.points * (swept(side) + first / 2.0))


def _side(length: float, width: float, first: float, last: float, density: float) -> Strand:
    reach = 1.0 / (1.0 / length + 2.0 * math.sin(last) / width)
    count = max(24, math.ceil(density * (length - reach + reach * (last - first))))
    # even along the radius near the tip, even in angle near the valley
    radius = np.linspace(min(length, 1.0), reach, count)
    sine = np.clip(0.5 * width * (1.0 / radius - 1.0 / length), 0.0, 1.0)
    angle = np.linspace(first, last, count)
    angle = np.sort(np.concatenate([np.arcsin(sine[1:-1:2]), angle[::2], [last]]))
    angle = angle[np.append(True, np.diff(angle) > 1e-12)]
    radius = 1.0 / (1.0 / length + 2.0 * np.sin(angle) / width)
    slope = -(radius**2) * 2.0 * np.cos(angle) / width
    normal = -1j * (slope + 1j * radius) * np.exp(1j * angle)
    return Strand(radius * np.exp(1j * angle), normal / np.abs(normal))
