"""Files of thrust curves: what is written is read back, and keeps the rules of every reader."""

import math
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import SpecError, load_motor
from engine.formats import csv, eng, rse
from engine.formats.thrust_curve import STEP, ThrustCurve, acceptable, curve_of

HEAD = "K250 54 403 6-10-14 0.873 1.491 Maker Inc"
ENG = f"""; a remark

{HEAD}
   0.05 200.0 ; more
   1.0 300
   2.5 0.0
;
D12 24 70 0-3-5-7 0.0211 0.0426 E
 0.1 5
 1.6 0
"""
RSE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<engine-database><engine-list>
<engine mfg="Maker" code="K250" dia="54." len="403" delays="6,10" initWt="1491." propWt="873"
 throatDia="12.5" exitDia="30">
<comments>Grün &amp; gut</comments>
<data><eng-data t="0." f="0." m="873." cg="200."/><eng-data t="0.05" f="200." m="850" cg="200"/>
<eng-data t="2.5" f="0." m="0." cg="200."/></data>
</engine></engine-list></engine-database>"""

moments = st.lists(st.tuples(st.floats(0.0, 100.0), st.floats(-10.0, 1e5)), min_size=2, max_size=80).map(
    sorted
)


def curve(points: list[tuple[float, float]], **details: object) -> ThrustCurve:
    time, thrust = zip(*points, strict=True)
    return ThrustCurve(name="K 250; x", time=time, thrust=thrust, propellant_mass=0.873, **details)  # type: ignore[arg-type]


def keeps_the_rules(found: ThrustCurve) -> None:
    assert found.thrust[-1] == 0.0
    assert all(sooner < later for sooner, later in pairwise(found.time))
    assert min(found.thrust) >= 0.0


def test_rasp_files_hold_one_motor_or_more() -> None:
    first, second = eng.read(ENG)
    assert (first.name, first.delays, first.manufacturer) == ("K250", "6-10-14", "Maker Inc")
    assert (first.diameter, first.length) == pytest.approx((0.054, 0.403))
    assert (first.propellant_mass, first.total_mass) == (0.873, 1.491)
    assert first.time == (0.0, 0.05, 1.0, 2.5)
    assert first.thrust == (0.0, 200.0, 300.0, 0.0)
    assert first.total_impulse == pytest.approx(5.0 + 0.95 * 250.0 + 225.0)
    assert second.name == "D12"


def test_rocksim_files_have_mass_and_exit() -> None:
    (found,) = rse.read(RSE)
    assert (found.name, found.manufacturer) == ("K250", "Maker")
    assert (found.throat_diameter, found.exit_diameter) == pytest.approx((0.0125, 0.03))
    assert found.propellant_left == pytest.approx((0.873, 0.85, 0.0))
    assert found.burn_time == 2.5


@settings(deadline=None)
@given(moments)
def test_rasp_files_read_back_as_every_reader_wants_them(points: list[tuple[float, float]]) -> None:
    given_curve = curve(points, diameter=0.054, length=0.4, total_mass=1.4, manufacturer="A B")
    (found,) = eng.read(eng.write([given_curve]))
    keeps_the_rules(found)
    written = acceptable(given_curve, 32)
    assert found.time[1:] == written.time
    assert found.thrust[1:] == written.thrust
    assert len(written.time) <= 32
    assert found.name == "K_250_x"


@settings(deadline=None)
@given(moments)
def test_rocksim_files_read_back_as_every_reader_wants_them(points: list[tuple[float, float]]) -> None:
    given_curve = curve(points, exit_diameter=0.03)
    (found,) = rse.read(rse.write([given_curve]))
    keeps_the_rules(found)
    written = acceptable(given_curve)
    assert found.time[1:] == written.time
    assert found.exit_diameter == pytest.approx(0.03)
    assert found.propellant_left[0] == pytest.approx(0.873)
    assert all(later <= sooner for sooner, later in pairwise(found.propellant_left))


def test_a_curve_keeps_its_impulse_with_few_points() -> None:
    points = [(0.01 * step, 1000.0 * math.sin(0.01 * math.pi * step) ** 0.3) for step in range(1, 100)]
    points += [(1.0, 0.0)]
    whole, thin = acceptable(curve(points)), acceptable(curve(points), 32)
    assert len(thin.time) == 32
    assert thin.total_impulse == pytest.approx(whole.total_impulse, rel=2e-3)


def test_a_burn_that_ends_with_thrust_is_ended() -> None:
    found = acceptable(curve([(0.0, 900.0), (1.0, 1000.0), (1.0, 800.0), (2.0, 500.0)]))
    assert found.time == (STEP, 1.0, 2.0, 2.0 + STEP)
    assert found.thrust == (900.0, 800.0, 500.0, 0.0)


def test_a_solved_motor_is_a_curve() -> None:
    history = {"time": [0.0, 0.5, 1.0], "thrust": [10.0, 12.0, 0.0], "chamber_pressure": [1e6, 2e6, 1e5]}
    dump = {"history": history, "designation": "A11", "propellant_mass": 0.01}
    found = curve_of(SimpleNamespace(model_dump=lambda: dump), diameter=0.018, total_mass=0.02)
    assert (found.name, found.diameter, found.total_mass) == ("A11", 0.018, 0.02)
    assert found.thrust == (10.0, 12.0, 0.0)
    with pytest.raises(ValueError, match="no history"):
        curve_of({"thrust": 3.0})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "file"),
        ("0.1 200\n", "line 1"),
        ("K250 54 403 P\n", "line 1"),
        ("K250 wide 403 P 1 2 M\n 0.1 2\n 1 0\n", "line 1"),
        (HEAD + "\n", "line 1"),
        (HEAD + "\n 0.5 much\n", "line 2"),
        (HEAD + "\n 0.5 10\n 0.4 9\n", "line 3"),
        (HEAD + "\n 0.5 nan\n", "line 2"),
    ],
)
def test_wrong_rasp_files_are_refused_by_line(text: str, place: str) -> None:
    with pytest.raises(SpecError) as caught:
        eng.read(text)
    assert caught.value.problems[0].field == place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<engine", "file"),
        ("<engine-database/>", "file"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><engine-database>&b;</engine-database>', "file"),
        ('<a><engine code="K"><data/></engine></a>', "engine 1 (K)"),
        ('<a><engine><eng-data t="1" f="x"/><eng-data t="2" f="0"/></engine></a>', "engine 1 (no code)"),
        ('<a><engine><eng-data t="1" f="1"/><eng-data t="0" f="0"/></engine></a>', "engine 1 (no code)"),
    ],
)
def test_wrong_rocksim_files_are_refused_by_engine(text: str, place: str) -> None:
    with pytest.raises(SpecError) as caught:
        rse.read(text)
    assert caught.value.problems[0].field == place


def test_histories_come_back_to_the_last_bit() -> None:
    history = {"time": (0.0, 0.1, 1 / 3), "thrust": (1e-300, math.pi, 2e9)}
    assert csv.read(csv.write(history)) == history
    with pytest.raises(ValueError, match="different lengths"):
        csv.write({"time": (0.0,), "thrust": ()})


@pytest.mark.parametrize(("text", "place"), [("", "file"), ("a,b\n1\n", "line 2"), ("a\n1\nx\n", "line 3")])
def test_wrong_tables_are_refused_by_line(text: str, place: str) -> None:
    with pytest.raises(SpecError) as caught:
        csv.read(text)
    assert caught.value.problems[0].field == place


def test_files_are_loaded_by_their_endings(tmp_path: Path) -> None:
    for name, text in (("two.eng", ENG), ("one.RSE", RSE), ("motor.txt", ENG)):
        (tmp_path / name).write_text(text, encoding="cp1252")
    assert load_motor(tmp_path / "one.RSE").name == "K250"  # type: ignore[union-attr]
    assert load_motor(str(tmp_path / "two.eng"), name="D12").name == "D12"  # type: ignore[union-attr]
    for name, chosen in (("two.eng", None), ("two.eng", "E9"), ("motor.txt", None)):
        with pytest.raises(SpecError):
            load_motor(tmp_path / name, name=chosen)
    with pytest.raises(FileNotFoundError):
        load_motor(tmp_path / "none.eng")
