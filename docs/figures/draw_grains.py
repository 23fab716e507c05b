"""Draw docs/figures/grains.png: the cross-sections of all kinds of grain, and how their fronts move.

PYTHONPATH=. .venv/bin/python docs/figures/draw_grains.py
"""

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from engine.solid.grains.lives import lived
from engine.solid.grains.profiles import FRONTS
from engine.solid_grains import CShaped as C
from engine.solid_grains import Custom, Finocyl, Grain, Moon, Star, WagonWheel
from engine.solid_grains import DShaped as D
from engine.solid_grains import XShaped as X

FINS = {"type": "finocyl", "core_diameter": 0.6, "fins": 6, "fin_width": 0.14, "fin_length": 0.35}
KEYHOLE = [(-0.2, -0.3), (0.2, -0.3), (0.1, 0.1), (0.3, 0.5), (-0.3, 0.5), (-0.1, 0.1)]
SIZE = {"diameter": 2.0, "length": 1.0}
SHOWN: dict[str, Grain] = {
    "finocyl": Finocyl(**SIZE, **FINS),
    "inverted": Finocyl(**SIZE, **{**FINS, "core_diameter": 1.2, "inverted": True}),
    "staggered": Finocyl(**SIZE, **FINS, short_fin_length=0.15),
    "star": Star(**SIZE, type="star", points=5, point_length=0.7, point_width=0.35),
    "moon": Moon(**SIZE, type="moon", core_diameter=0.6, core_offset=0.45),
    "wagon_wheel": WagonWheel(
        **SIZE, type="wagon_wheel", core_diameter=1.5, hub_diameter=0.6, spokes=5, spoke_width=0.14
    ),
    "c": C(**SIZE, type="c", slot_width=0.4, slot_offset=-0.2),
    "d": D(**SIZE, type="d", slot_offset=0.2),
    "x": X(**SIZE, type="x", slot_width=0.2, slot_length=0.6),
    "custom": Custom(**SIZE, type="custom", loops=[KEYHOLE]),
}
FRONTS_SHOWN = 7
DENSITY = 300.0


def main() -> None:
    """Write the picture beside this file, the same each time."""
    figure = Figure(figsize=(10.0, 4.4), layout="constrained")
    for place, (name, grain) in zip(figure.subplots(2, 5).flat, SHOWN.items(), strict=True):
        _draw(place, grain)
        place.set_title(name, fontsize=9)
    figure.savefig(Path(__file__).with_name("grains.png"), dpi=100, metadata={"Software": None})


def _draw(place: Axes, grain: Grain) -> None:
    front = FRONTS[grain.type](grain, DENSITY)
    flames = lived(front)
    web = float(flames.life.max())
    for step, way in enumerate(np.linspace(0.0, 0.95 * web, FRONTS_SHOWN)):
        moved = flames.strand.points + way * flames.strand.normals
        first, second = flames.stretches, flames.stretches + 1
        burns = np.minimum(flames.life[first], flames.life[second]) > way
        lines = np.stack([moved[first][burns], moved[second][burns]])
        for image in _images(lines, front.sectors):
            colour = mpl.colormaps["inferno"](0.1 + 0.75 * step / FRONTS_SHOWN)
            pairs = np.stack([image.T.real, image.T.imag], axis=-1)
            place.add_collection(LineCollection(pairs, colors=[colour], linewidths=0.7 if step else 1.4))
    turn = np.exp(1j * np.linspace(0.0, 2.0 * np.pi, 200))
    place.plot(turn.real, turn.imag, color="black", linewidth=1.2)
    place.set_aspect("equal")
    place.set_axis_off()


def _images(lines: np.ndarray, sectors: int) -> list[np.ndarray]:
    turns = np.exp(2j * np.pi * np.arange(sectors or 1) / (sectors or 1))
    both = [lines, lines.conjugate()] if sectors else [lines]
    return [image * turn for turn in turns for image in both]


if __name__ == "__main__":
    main()
