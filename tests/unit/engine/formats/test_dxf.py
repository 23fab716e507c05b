"""Ports from drawings."""

import math
from pathlib import Path

import pytest

from engine import SpecError, load_motor
from engine.formats import dxf
from engine.solid.grains.tables import cross_section_tables
from tests.unit.engine.solid.grains.kinds import grain

Points = list[tuple[float, float]]


def pairs(*given: tuple[int, object]) -> str:
    return "".join(f"{code:3}\n{value}\n" for code, value in given)


def drawing(*entities: str, unit: int = 4) -> str:
    header = pairs((0, "SECTION"), (2, "HEADER"), (9, "$INSUNITS"), (70, unit), (0, "ENDSEC"))
    return (
        header + pairs((0, "SECTION"), (2, "ENTITIES")) + "".join(entities) + pairs((0, "ENDSEC"), (0, "EOF"))
    )


def straight(x1: float, y1: float, x2: float, y2: float) -> str:
    return pairs((0, "LINE"), (5, "2A"), (8, "0"), (10, x1), (20, y1), (11, x2), (21, y2))


def around(points: Points, bulge: float = 0.0) -> str:
    corners = "".join(pairs((10, x), (20, y), (42, bulge)) for x, y in points)
    return pairs((0, "LWPOLYLINE"), (90, len(points)), (70, 1)) + corners


def area(loop: Points) -> float:
    return 0.5 * abs(
        sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(loop, [*loop[1:], loop[0]], strict=True))
    )


SQUARE = [(-10.0, -10.0), (10.0, -10.0), (10.0, 10.0), (-10.0, 10.0)]
SIDES = [straight(*SQUARE[at - 1], *SQUARE[at]) for at in range(4)]


@pytest.mark.parametrize(
    "entities",
    [
        [around(SQUARE)],
        SIDES,
        [SIDES[2], SIDES[0], straight(*SQUARE[1], *SQUARE[0]), SIDES[3]],
        [
            pairs((0, "POLYLINE"), (70, 1))
            + "".join(pairs((0, "VERTEX"), (10, x), (20, y), (70, 0)) for x, y in SQUARE)
            + pairs((0, "SEQEND"))
        ],
    ],
    ids=["polyline", "lines", "lines in any order", "old polyline"],
)
def test_a_square_is_a_square(entities: list[str]) -> None:
    (loop,) = dxf.read(drawing(*entities))
    assert len(loop) == 4
    assert area(loop) == pytest.approx(4e-4)


def test_circles_arcs_and_bulges_are_round() -> None:
    circle = pairs((0, "CIRCLE"), (10, 5.0), (20, 0.0), (40, 10.0))
    halves = [
        pairs((0, "ARC"), (10, 5.0), (20, 0.0), (40, 10.0), (50, start), (51, start + 180.0))
        for start in (90, 270)
    ]
    bulged = around([(-5.0, 0.0), (15.0, 0.0)], bulge=1.0)
    for drawn in ([circle], halves, [bulged]):
        (loop,) = dxf.read(drawing(*drawn))
        assert area(loop) == pytest.approx(math.pi * 1e-4, rel=1e-3)
        assert max(x for x, _ in loop) == pytest.approx(0.015, rel=1e-3)


def test_the_unit_is_that_of_the_drawing_or_the_one_given() -> None:
    inches = drawing(around(SQUARE), unit=1)
    assert area(dxf.read(inches)[0]) == pytest.approx((20 * 0.0254) ** 2)
    assert area(dxf.read(inches, "cm")[0]) == pytest.approx(0.04)
    with pytest.raises(SpecError, match="parsec"):
        dxf.read(inches, "parsec")


def test_a_drawn_port_burns(tmp_path: Path) -> None:
    file = tmp_path / "port.dxf"
    file.write_text(drawing(pairs((0, "CIRCLE"), (10, 0.0), (20, 0.0), (40, 15.0))))
    drawn = load_motor(file)
    grains = [grain("custom", **drawn), grain("bates")]  # type: ignore[arg-type]
    state = cross_section_tables(grains, resolution=750).state([0.01, 0.01])  # type: ignore[arg-type]
    assert state.burning_area[0] == pytest.approx(state.burning_area[1], rel=1e-3)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (drawing(*SIDES[:3]), "LINE 2A"),
        (drawing(straight(0.0, 0.0, 1.0, 0.0)), "LINE 2A"),
        (drawing(pairs((0, "SPLINE"), (5, "3F"))), "SPLINE 3F"),
        (drawing(straight(0.0, 0.0, 1.0, "wide")), "LINE"),  # type: ignore[arg-type]
        (drawing(), "ENTITIES"),
        ("no drawing\nat all\n", "line 1"),
        ("AutoCAD Binary DXF\r\n", "file"),
    ],
)
def test_what_is_no_port_is_refused_by_its_entity(text: str, place: str) -> None:
    with pytest.raises(SpecError) as caught:
        dxf.read(text)
    assert caught.value.problems[0].field == place


def test_an_open_loop_says_where() -> None:
    with pytest.raises(SpecError, match=r"open at \(-?10, -?10\)"):
        dxf.read(drawing(*SIDES[:3]))
