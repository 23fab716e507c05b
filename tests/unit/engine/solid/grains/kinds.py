"""One grain of every kind, and of the shapes within a kind that take another way through the code."""

from typing import Any

from pydantic import TypeAdapter

from engine.solid_grains import Grain

GRAIN: TypeAdapter[Grain] = TypeAdapter(Grain)
SIZE = {"diameter": 0.1, "length": 0.2}
FINS = {"type": "finocyl", "core_diameter": 0.03, "fins": 6, "fin_width": 0.006, "fin_length": 0.02}
SQUARE = [(-0.01, -0.01), (0.01, -0.01), (0.01, 0.01), (-0.01, 0.01)]

SHAPES: dict[str, dict[str, Any]] = {
    "bates": {"type": "bates", "core_diameter": 0.03},
    "end_burner": {"type": "end_burner"},
    "conical": {"type": "conical", "forward_core_diameter": 0.03, "aft_core_diameter": 0.05},
    "narrowing": {"type": "conical", "forward_core_diameter": 0.06, "aft_core_diameter": 0.03},
    "to_the_wall": {"type": "conical", "forward_core_diameter": 0.02, "aft_core_diameter": 0.1},
    "rod_and_tube": {"type": "rod_and_tube", "core_diameter": 0.06, "rod_diameter": 0.04},
    "supported": {
        "type": "rod_and_tube",
        "core_diameter": 0.06,
        "rod_diameter": 0.04,
        "support_diameter": 0.02,
    },
    "finocyl": FINS,
    "one_fin": FINS | {"fins": 1},
    "two_fins": FINS | {"fins": 2, "fin_length": 0.03},
    "wide_fins": FINS | {"core_diameter": 0.01, "fin_width": 0.012},
    "fins_to_the_wall": FINS | {"fin_length": 0.05},
    "inverted": FINS | {"core_diameter": 0.06, "fin_length": 0.01, "inverted": True},
    "staggered": FINS | {"short_fin_length": 0.01},
    "star": {"type": "star", "points": 6, "point_length": 0.03, "point_width": 0.012},
    "star_to_the_wall": {"type": "star", "points": 5, "point_length": 0.06, "point_width": 0.012},
    "moon": {"type": "moon", "core_diameter": 0.03, "core_offset": 0.02},
    "moon_at_the_wall": {"type": "moon", "core_diameter": 0.03, "core_offset": 0.04},
    "c": {"type": "c", "slot_width": 0.02, "slot_offset": -0.01},
    "c_across": {"type": "c", "slot_width": 0.02, "slot_offset": -0.0495},
    "c_at_the_wall": {"type": "c", "slot_width": 0.02, "slot_offset": 0.0495},
    "d": {"type": "d", "slot_offset": 0.01},
    "half_d": {"type": "d", "slot_offset": -0.02},
    "x": {"type": "x", "slot_width": 0.01, "slot_length": 0.03},
    "x_to_the_wall": {"type": "x", "slot_width": 0.01, "slot_length": 0.06},
    "x_near_the_wall": {"type": "x", "slot_width": 0.01, "slot_length": 0.0498},
    "wagon_wheel": {
        "type": "wagon_wheel",
        "core_diameter": 0.08,
        "hub_diameter": 0.03,
        "spokes": 5,
        "spoke_width": 0.006,
    },
    "custom": {"type": "custom", "loops": [SQUARE]},
    "two_ports": {"type": "custom", "loops": [[(x + dx, y) for x, y in SQUARE] for dx in (-0.02, 0.02)]},
}


def grain(shape: str, **changes: Any) -> Grain:
    """A grain of one of the shapes, 0.1 m wide and 0.2 m long, with changes."""
    return GRAIN.validate_python({**SIZE, **SHAPES[shape], **changes})
