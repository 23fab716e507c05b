"""The figures of docs/equilibrium.md from what equilibrium_plots ran: equilibrium_draw.py FILE FOLDER.

It runs in whatever environment has matplotlib and imports nothing of ours.
"""

import json
import sys
from pathlib import Path

import matplotlib.pyplot as plt

TOLERANCE = 1e-10
TRACE = 1e-3


def newton_steps(measured, path):
    """The size of each step of each flame."""
    figure, axis = plt.subplots(figsize=(7, 3.6))
    for name, sizes in measured.items():
        axis.semilogy(range(1, len(sizes) + 1), sizes, "o-", markersize=3, linewidth=0.9, label=name)
    axis.axhline(TOLERANCE, color="black", linewidth=0.8, linestyle="--")
    axis.set_xlabel("step")
    axis.set_ylabel("size of the step")
    axis.legend(fontsize=8)
    save(figure, path)


def nozzle_composition(measured, path):
    """Temperature above, mole fractions below, along the expansion."""
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(7, 6), sharex=True, gridspec_kw={"height_ratios": [1, 2]}
    )
    along = measured["pressure_ratio"]
    upper.semilogx(along, measured["temperature"], color="black")
    upper.axhline(2327.0, color="tab:red", linewidth=0.6, linestyle="--")
    upper.set_ylabel("temperature, K")
    for name, fractions in measured["mole_fractions"].items():
        condensed = name.endswith(")")
        drawn = [value if value > TRACE else None for value in fractions]
        style = {"linewidth": 2.0, "linestyle": "-"} if condensed else {"linewidth": 1.0, "linestyle": "-"}
        lower.loglog(along, [float("nan") if x is None else x for x in drawn], label=name, **style)
    lower.set_ylabel("mole fraction")
    lower.set_xlabel("chamber pressure over pressure")
    lower.legend(fontsize=8, ncol=3)
    save(figure, path)


def save(figure, path):
    """Without a date, so that a figure changes only with its figures."""
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def main():
    """Both figures; the same runs give the same files."""
    plt.switch_backend("svg")
    plt.rcParams.update({"svg.hashsalt": "hrma", "svg.fonttype": "none", "font.size": 9})
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    measured = json.loads(source.read_text())
    newton_steps(measured["steps"], folder / "newton_steps.svg")
    nozzle_composition(measured["nozzle"], folder / "nozzle_composition.svg")


if __name__ == "__main__":
    main()
