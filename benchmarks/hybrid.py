"""Whole burns of a nitrous oxide hybrid side by side with HRAP: curves and seconds.

    python -m benchmarks.hybrid [--quick] [--json FILE] [--figure FILE] [--hrap PYTHON]

HRAP 0.1.8 (GPL-3.0) runs as a program of its own in `.venv/environments/hrap`, which is made on demand:

    python -m venv .venv/environments/hrap && .venv/environments/hrap/bin/pip install -r requirements/hrap.txt

Without it only our own seconds are measured. Both programs get the same motor, combustion table and saturation curve.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import engine
from engine.hybrid.combustion import combustion_table
from engine.thermo.catalogue import find

ROOT = Path(__file__).resolve().parents[1]
HRAP = ROOT / ".venv" / "environments" / "hrap" / "bin" / "python"
WORKER = Path(__file__).with_name("hrap_worker.py")
COMPARED = ("tank_pressure", "oxidizer_mass_flow_rate", "fuel_mass_flow_rate", "chamber_pressure", "thrust")
FINE, USUAL = 1e-3, 1e-2
"""s; a step that follows the filling of the chamber, and the one that HRAP takes where none is given."""
SETTLED = 0.5
"""s; HRAP's chamber begins as cold air and fills some ten times slower than burnt gas fills it."""

SPEC: dict[str, Any] = {
    "motor_type": "hybrid",
    "propellant": {"fuel": "HTPB", "oxidizer": "N2O"},
    "grain": {"outer_diameter": 0.12, "port_diameter": 0.06, "length": 0.5},
    "regression": {"coefficient": 0.155e-3, "exponent": 0.5},
    "tank": {"volume": 0.012, "oxidizer_mass": 8.0, "temperature": 293.0},
    "injector": {"count": 30, "diameter": 0.0015, "discharge_coefficient": 0.5, "model": "incompressible"},
    "nozzle": {"throat_diameter": 0.035, "area_ratio": 5.0},
    "ambient_pressure": 101e3,
    "chamber_volume": 1e-3,
}


def order(*, as_published: bool, repeats: int, time_step: float) -> dict[str, Any]:
    """What HRAP is asked; its curves come back every hundredth of a second."""
    grain, tank, injector = SPEC["grain"], SPEC["tank"], SPEC["injector"]
    motor = {
        **grain,
        **SPEC["regression"],
        **SPEC["nozzle"],
        "tank_volume": tank["volume"],
        "oxidizer_mass": tank["oxidizer_mass"],
        "temperature": tank["temperature"],
        "holes": injector["count"],
        "hole_area": injector["discharge_coefficient"] * np.pi / 4.0 * injector["diameter"] ** 2,
        "fuel_density": 920.0,
        "chamber_volume": SPEC["chamber_volume"],
        "ambient_pressure": SPEC["ambient_pressure"],
    }
    table = combustion_table(find("HTPB"), find("N2O"))
    ratio, pressure = np.linspace(0.9, 13.0, 122), np.linspace(5e4, 8e6, 60)
    ratios, pressures = np.meshgrid(ratio, pressure, indexing="ij")
    gas = table.at_pressure(table.share(ratios, np.ones_like(ratios)), pressures)
    chemistry = {
        "mixture_ratio": ratio.tolist(),
        "pressure": pressure.tolist(),
        "gamma": gas.gamma.tolist(),
        "temperature": gas.temperature.tolist(),
        "molar_mass": (8314.5 * gas.temperature / gas.pressure_energy).tolist(),
    }
    timing = {
        "time_step": time_step,
        "duration": 10.0,
        "every": round(0.01 / time_step),
        "repeats": repeats,
    }
    return {"as_published": as_published, "motor": motor, "table": chemistry, **timing}


def hrap(python: Path, *, as_published: bool, repeats: int, time_step: float = FINE) -> dict[str, Any]:
    """HRAP's curves and seconds."""
    asked = json.dumps(order(as_published=as_published, repeats=repeats, time_step=time_step))
    answer = subprocess.run(
        [str(python), str(WORKER)], input=asked, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(answer.stdout[answer.stdout.index('{"seconds"') :])
    return found


def deviations(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, float]:
    """The largest of ours from theirs in percent, from when the chamber is full until just before the liquid is out."""
    time_of = np.array(theirs["time"])
    liquid = np.array(ours["liquid_share"], dtype=float)
    out = float(np.array(ours["time"])[np.argmax(liquid < 0.02)])
    inside = (time_of > SETTLED) & (time_of < out)
    found = {}
    for name in COMPARED:
        mine = np.interp(time_of, ours["time"], np.array(ours[name], dtype=float))
        other = np.array(theirs[name])[inside]
        found[name] = float(np.abs(mine[inside] / other - 1.0).max() * 100.0)
    return found


def variants(count: int) -> list[dict[str, Any]]:
    """The motor with as many throats, ports and tank temperatures."""
    random = np.random.default_rng(1)
    return [
        SPEC
        | {"nozzle": {"throat_diameter": 0.035 * factor, "area_ratio": 5.0}}
        | {"tank": SPEC["tank"] | {"temperature": temperature}}
        | {"grain": SPEC["grain"] | {"port_diameter": 0.06 * port}}
        for factor, temperature, port in zip(
            random.uniform(0.9, 1.1, count),
            random.uniform(285.0, 296.0, count),
            random.uniform(0.9, 1.1, count),
            strict=True,
        )
    ]


def seconds_of(work: Any, repeats: int) -> float:
    """The shortest of several runs."""
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def draw(answer: Any, published: dict[str, Any] | None, right: dict[str, Any] | None, target: Path) -> None:
    """Thrust, pressures and mixture of the burn, with HRAP's curves where there are some."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "hrma"
    from matplotlib import pyplot as plt

    history = answer.history
    panels = (
        ("thrust", 1e3, "thrust, kN"),
        ("chamber_pressure", 1e5, "chamber, bar"),
        ("tank_pressure", 1e5, "tank, bar"),
    )
    figure, axes = plt.subplots(2, 2, figsize=(10, 6.5), sharex=True, layout="constrained")
    for axis, (name, unit, label) in zip(axes.flat, panels, strict=False):
        axis.plot(history["time"], np.array(history[name], dtype=float) / unit, color="#1f4e79", label="HRMA")
        for curves, style, who in ((published, ":", "HRAP"), (right, "--", "HRAP, two formulas put right")):
            if curves is not None:
                axis.plot(curves["time"], np.array(curves[name]) / unit, style, color="#c0504d", label=who)
        axis.set_ylabel(label)
        axis.set_ylim(bottom=0.0)
    last = axes.flat[3]
    last.plot(
        history["time"],
        np.array(history["mixture_ratio"], dtype=float),
        color="#1f4e79",
        label="mixture ratio",
    )
    last.plot(
        history["time"],
        np.array(history["port_diameter"], dtype=float) * 100.0,
        color="#7f7f7f",
        label="port, cm",
    )
    for axis in axes.flat:
        axis.legend(frameon=False, fontsize=8)
        axis.grid(alpha=0.3)
    for axis in axes[1]:
        axis.set_xlabel("time, s")
    figure.savefig(target, metadata={"Date": None})


def main() -> None:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="100 variants and fewer repeats")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--figure", type=Path)
    parser.add_argument("--hrap", type=Path, default=HRAP)
    given = parser.parse_args()
    count, repeats = (100, 2) if given.quick else (1000, 5)
    found: dict[str, Any] = {"first": seconds_of(lambda: engine.analyze(SPEC), 1)}
    answer = engine.analyze(SPEC)
    found["one"] = seconds_of(lambda: engine.analyze(SPEC), repeats)
    specs = variants(count)
    found["each_of_many"] = seconds_of(lambda: engine.tabulate(specs, ["total_impulse"]), 1) / count
    published = right = None
    if given.hrap.exists():
        first = hrap(given.hrap, as_published=True, repeats=repeats)
        second = hrap(given.hrap, as_published=False, repeats=0)
        published, right = first["curves"], second["curves"]
        found["hrap_first"], found["hrap_later"] = first["seconds"][0], min(first["seconds"][1:])
        found["deviations_as_published"] = deviations(answer.history, published)
        found["deviations_put_right"] = deviations(answer.history, right)
        usual = hrap(given.hrap, as_published=False, repeats=repeats, time_step=USUAL)
        found["hrap_later_at_its_usual_step"] = min(usual["seconds"][1:])
        for step in ("", "_at_its_usual_step"):
            found[f"times_faster{step}"] = found[f"hrap_later{step}"] / found["one"]
            found[f"times_faster_in_a_batch{step}"] = found[f"hrap_later{step}"] / found["each_of_many"]
    else:
        print(f"HRAP is not installed at {given.hrap}; see above how it is", file=sys.stderr)
    print(json.dumps(found, indent=2))
    if given.json is not None:
        given.json.parent.mkdir(parents=True, exist_ok=True)
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    if given.figure is not None:
        draw(answer, published, right, given.figure)


if __name__ == "__main__":
    main()
