"""openMotor's files of all versions, and files that ask for more than data."""

import math
from pathlib import Path
from typing import Any

import pytest

from engine import SpecError, load_motor
from engine.formats import ric

CONFIG = """
  config:
    ambPressure: 101325.0
    burnoutThrustThres: 0.1
    burnoutWebThres: 0.000254
    mapDim: 750
    maxMassFlux: 1406.47
    maxPressure: 10342500.0
    minPortThroat: 2.0
    timestep: 0.03
"""
NOZZLE = """
  nozzle: {convAngle: 65.0, divAngle: 15.0, efficiency: 0.9, exit: 0.035, throat: 0.014, throatLength: 0.0038,
    erosionCoeff: 1.0e-11, slagCoeff: 0.0}
"""
PROPELLANT = """
  propellant:
    density: 1680.0
    name: MIT - Cherry Limeade
    tabs:
    - {a: 2.0e-05, k: 1.21, m: 23.67, maxPressure: 7000000.0, minPressure: 3000000.0, n: 0.36, t: 3500.0}
    - {a: 3.517e-05, k: 1.21, m: 23.67, maxPressure: 3000000.0, minPressure: 0.0, n: 0.3273, t: 3500.0}
"""
BATES = """
  - properties: {coreDiameter: 0.03, diameter: 0.083, inhibitedEnds: Top, length: 0.14}
    type: BATES
"""
TAIL = """
type: !!python/object/apply:uilib.fileIO.fileTypes
- 3
version: !!python/tuple
- 0
- 6
- 0
"""


def written(grains: str = BATES, **parts: str) -> str:
    data = {"config": CONFIG, "nozzle": NOZZLE, "propellant": PROPELLANT, **parts}
    return "data:" + "".join(data.values()) + "  grains:" + grains + TAIL


def grain_of(name: str, **properties: Any) -> dict[str, Any]:
    body = ", ".join(
        f"{key}: {value}" for key, value in {"diameter": 0.1, "length": 0.2, **properties}.items()
    )
    (grain,) = ric.read(written(f"\n  - properties: {{{body}}}\n    type: {name}\n"))["grains"]
    return grain


def test_a_motor_is_a_specification_with_openmotors_settings() -> None:
    spec = ric.read(written())
    assert spec["motor_type"] == "solid"
    assert spec["grains"] == [
        {"type": "bates", "diameter": 0.083, "length": 0.14, "core_diameter": 0.03, "inhibited_ends": "top"}
    ]
    assert spec["nozzle"]["throat_diameter"] == 0.014
    assert spec["nozzle"]["erosion_coefficient"] == 1e-11
    assert spec["settings"]["model"] == "quasi_steady"
    assert spec["settings"]["burnout_thrust"] == pytest.approx(1e-3)
    assert (spec["settings"]["cross_sections"], spec["settings"]["resolution"]) == ("gridded", 750)
    assert spec["ambient_pressure"] == 101325.0
    assert [rate["pressure_min"] for rate in spec["propellant"]["burn_rates"]] == [0.0, 3e6]
    assert spec["propellant"]["burn_rates"][0]["molar_mass"] == pytest.approx(0.02367)


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        ("End Burner", {}, {"type": "end_burner"}),
        (
            "Conical",
            {"forwardCoreDiameter": 0.03, "aftCoreDiameter": 0.04, "inhibitedEnds": "Both"},
            {"forward_core_diameter": 0.03, "aft_core_diameter": 0.04, "inhibited_ends": "both"},
        ),
        (
            "Rod and Tube",
            {"coreDiameter": 0.06, "rodDiameter": 0.04, "supportDiameter": 0.01},
            {"core_diameter": 0.06, "rod_diameter": 0.04, "support_diameter": 0.01},
        ),
        (
            "Finocyl",
            {
                "coreDiameter": 0.03,
                "numFins": 6,
                "finWidth": 0.006,
                "finLength": 0.02,
                "invertedFins": "false",
            },
            {"core_diameter": 0.03, "fins": 6, "fin_width": 0.006, "fin_length": 0.02, "inverted": False},
        ),
        (
            "Star Grain",
            {"numPoints": 6, "pointLength": 0.03, "pointWidth": 0.01},
            {"points": 6, "point_length": 0.03, "point_width": 0.01},
        ),
        ("Moon Burner", {"coreDiameter": 0.03, "coreOffset": 0.02}, {"core_offset": 0.02}),
        ("C Grain", {"slotWidth": 0.02, "slotOffset": -0.01}, {"slot_width": 0.02, "slot_offset": -0.01}),
        ("D Grain", {"slotOffset": 0.01}, {"slot_offset": 0.01}),
        ("X Core", {"slotWidth": 0.01, "slotLength": 0.03}, {"slot_width": 0.01, "slot_length": 0.03}),
    ],
)
def test_every_grain_has_its_names(name: str, properties: dict[str, Any], expected: dict[str, Any]) -> None:
    found = grain_of(name, **properties)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(("unit", "size"), [("m", 0.02), ("mm", 20.0), ("in", 0.7874), ("ft", 0.0656)])
def test_drawn_ports_come_in_the_unit_of_their_drawing(unit: str, size: float) -> None:
    loop = f"[[[0.0, 0.0], [{size}, 0.0], [{size}, {size}], [0.0, {size}], [0.0, 0.0]]]"
    (port,) = grain_of("Custom Grain", points=loop, dxfUnit=unit)["loops"]
    assert len(port) == 4
    assert max(x for x, _ in port) == pytest.approx(0.02, rel=1e-3)


def test_points_may_be_tuples() -> None:
    tuples = "\n".join(
        f"      - !!python/tuple [{x}, {y}]" for x, y in [(0.0, 0.0), (0.01, 0.0), (0.0, 0.01)]
    )
    grains = f"""
  - properties:
      diameter: 0.1
      length: 0.2
      inhibitedEnds: Neither
      dxfUnit: m
      points:
      -
{tuples.replace("      -", "        -")}
    type: Custom Grain
"""
    (grain,) = ric.read(written(grains))["grains"]
    assert grain["loops"] == [[(0.0, 0.0), (0.01, 0.0), (0.0, 0.01)]]


def test_the_oldest_motors_have_one_burn_rate_and_no_settings() -> None:
    flat = "\n  propellant: {name: Old, density: 1700, a: 1.0e-5, n: 0.3, k: 1.2, t: 1600, m: 25}\n"
    nozzle = "\n  nozzle: {throat: 0.01, exit: 0.03, efficiency: 0.9}\n"
    spec = ric.read(written(config="", propellant=flat, nozzle=nozzle))
    (rate,) = spec["propellant"]["burn_rates"]
    assert (rate["pressure_min"], rate["pressure_max"]) == (0.0, 1.0342e7)
    assert spec["nozzle"]["throat_length"] == pytest.approx(0.0035)
    assert spec["settings"]["time_step"] == 0.03


def test_newer_files_may_have_more(tmp_path: Path) -> None:
    file = tmp_path / "newer.ric"
    file.write_text(written(more="\n  igniter: {mass: 0.01}\n"))
    assert load_motor(file)["motor_type"] == "solid"  # type: ignore[index]


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object/apply:os.system ['touch {file}']",
        "!!python/object/new:subprocess.Popen [['touch', '{file}']]",
        "!!python/name:os.system",
        "!!python/module:os",
        "!unknown [1, 2]",
    ],
)
def test_a_tag_does_nothing(tag: str, tmp_path: Path) -> None:
    file = tmp_path / "made"
    spec = ric.read(written(more=f"\n  remark: {tag.format(file=file)}\n"))
    assert spec["motor_type"] == "solid"
    assert not file.exists()


def test_numbers_of_numpy_are_numbers() -> None:
    scalar = (
        "!!python/object/apply:numpy.core.multiarray.scalar [!!python/object/apply:numpy.dtype "
        '{args: [f8, false, true]}, !!binary "mpmZmZmZqT8="]'
    )
    grain = grain_of("BATES", coreDiameter=scalar)
    assert grain["core_diameter"] == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("data: [", "file"),
        ("- 1", "data"),
        ("type: 3", "data"),
        (written().replace("- 3\nversion", "- 2\nversion"), "type"),
        (written(" []\n"), "data.grains"),
        (written(BATES.replace("BATES", "Batess")), "data.grains.0.type"),
        (written(BATES.replace("0.083", "wide")), "data.grains.0.properties.diameter"),
        (written(propellant="\n  propellant: null\n"), "data.propellant"),
        (written(propellant="\n  propellant: {density: 1700, tabs: []}\n"), "data.propellant.tabs"),
        (written(nozzle="\n  nozzle: 3\n"), "data.nozzle"),
    ],
)
def test_what_is_no_motor_is_refused_by_its_place(text: str, field: str) -> None:
    with pytest.raises(SpecError) as caught:
        ric.read(text)
    assert caught.value.problems[0].field == field
    assert caught.value.code == "invalid_file"


def test_a_motor_that_cannot_be_names_grain_and_dimension(tmp_path: Path) -> None:
    file = tmp_path / "wide.ric"
    file.write_text(written(BATES + BATES.replace("coreDiameter: 0.03", "coreDiameter: 0.09")))
    with pytest.raises(SpecError) as caught:
        load_motor(file)
    assert caught.value.problems[0].field == "grains.1.core_diameter"


def test_a_loaded_motor_is_ready_to_solve(tmp_path: Path) -> None:
    import engine

    file = tmp_path / "motor.ric"
    file.write_text(written())
    result = engine.analyze(load_motor(file))
    assert math.isfinite(result.thrust)
    assert result.total_impulse > 0.0
