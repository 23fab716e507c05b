"""The figures of the benchmarks, from the file that rocket_sweep wrote: draw.py FILE FOLDER.

It runs in whatever environment has matplotlib and imports nothing of ours.
"""

import json
import math
import statistics
import sys
from pathlib import Path

import matplotlib.pyplot as plt

QUANTITIES = {
    "temperature": "temperature",
    "molar_mass": "molar mass",
    "gamma": "isentropic exponent",
    "heat_capacity": "heat capacity",
    "viscosity": "viscosity",
}
STATIONS = ("chamber", "throat", "exit")
SMALLEST, LARGEST, PER_DECADE = -14, -3, 4
REQUIRED = 1e-5
REQUIRED_OF_CHAMBER_TEMPERATURE = 1e-6
MICRO = 1e6


def edges():
    """Bins even in the logarithm."""
    count = (LARGEST - SMALLEST) * PER_DECADE
    return [10.0 ** (SMALLEST + place / PER_DECADE) for place in range(count + 1)]


def sizes_of(table, name):
    """The deviations of `name` in all pairs, without signs, none below the first bin."""
    found = [value for pair in table.values() for value in pair.get(name, []) if value is not None]
    return [min(max(abs(value), 10.0**SMALLEST), 10.0**LARGEST) for value in found]


def deviations(measured, path):
    """Histograms of every quantity at every station, over the wheel's own search error and without it."""
    figure, axes = plt.subplots(len(QUANTITIES), len(STATIONS), figsize=(10, 8), sharex=True, sharey=True)
    for row, (quantity, label) in zip(axes, QUANTITIES.items(), strict=True):
        for axis, station in zip(row, STATIONS, strict=True):
            name = f"{station}_{quantity}"
            for part, color, legend in (
                ("deviations", "tab:blue", "same pressure and area ratio"),
                ("deviations_at_reference_pressure", "tab:orange", "at the wheel's own station pressure"),
            ):
                given = sizes_of(measured[part], name)
                axis.hist(given, bins=edges(), histtype="stepfilled", color=color, alpha=0.6, label=legend)
            limit = REQUIRED_OF_CHAMBER_TEMPERATURE if name == "chamber_temperature" else REQUIRED
            axis.axvline(limit, color="black", linewidth=0.8, linestyle="--")
            axis.set_xscale("log")
            axis.set_title(f"{station}: {label}")
    axes[0][0].legend(fontsize=7, loc="upper left")
    cases = sum(len(next(iter(pair.values()))) for pair in measured["deviations"].values())
    pairs = ", ".join(measured["deviations"])
    figure.supxlabel("relative deviation from NASA cea; dashed: what is required")
    figure.supylabel("cases")
    figure.suptitle(f"{cases} cases of {pairs}", fontsize=9)
    save(figure, path)


def costs(measured, path):
    """Cost of a case by batch size, cold and warm, with the peers' cost beside it."""
    pairs = list(measured["sizes"])
    across = min(3, len(pairs))
    down = math.ceil(len(pairs) / across)
    figure, axes = plt.subplots(down, across, figsize=(10, 3.4 * down), sharey=True, squeeze=False)
    clock = measured["settings"]["clock"]
    for axis, pair in zip(axes.flat[: len(pairs)], pairs, strict=True):
        given = measured["sizes"][pair]
        cases = [point["cases"] for point in given]
        cold = [point["cold"][clock] / point["cases"] * MICRO for point in given]
        warm = [
            statistics.median(time[clock] for time in point["warm"]) / point["cases"] * MICRO
            for point in given
        ]
        axis.loglog(cases, cold, "o-", label="HRMA, cold")
        axis.loglog(cases, warm, "s-", label="HRMA, warm")
        for peer, style in (("rocketcea", "--"), ("cea", ":")):
            peer_cost(axis, measured["times"][pair], peer, style, clock)
        axis.set_title(pair)
        axis.grid(visible=True, which="major", linewidth=0.3)
    for axis in axes.flat[len(pairs) :]:
        axis.set_visible(False)
    axes[0][0].legend(fontsize=7)
    figure.supxlabel("cases in one call")
    figure.supylabel(f"us per case, one thread, {clock} time")
    save(figure, path)


def peer_cost(axis, times, peer, style, clock):
    """A level line: peers solve case by case, whatever their number."""
    timings = times["peers"].get(peer)
    if timings:
        each = statistics.median(timing[clock] for timing in timings) / times["peer_cases"][peer] * MICRO
        name = {"rocketcea": "RocketCEA, one call", "cea": "NASA cea"}[peer]
        axis.axhline(each, color="black", linestyle=style, linewidth=1.0, label=name)


def save(figure, path):
    """Without a date, so that a figure changes only with its figures."""
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main():
    """Both figures; the same measurements give the same files."""
    plt.switch_backend("svg")
    plt.rcParams.update({"svg.hashsalt": "hrma", "svg.fonttype": "none", "font.size": 9})
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    measured = json.loads(source.read_text())
    deviations(measured, folder / "deviations_from_nasa_cea.svg")
    costs(measured, folder / "cost_by_batch_size.svg")


if __name__ == "__main__":
    main()
