"""A picture of a fit: what was measured, what is computed, and what is left between them."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.studies.fitting import Fit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LABELS = {"thrust": "thrust, N", "chamber_pressure": "chamber pressure, Pa"}


def plot_fit(fit: Fit, path: str | Path) -> None:
    """Write a picture to `path`, whose ending says its kind: a row for each curve of each test, residuals beside it."""
    from matplotlib.figure import Figure

    rows = [(place, name) for place, left in enumerate(fit.residuals) for name in left]
    figure = Figure(figsize=(9.0, 2.6 * len(rows)), layout="constrained")
    axes = figure.subplots(len(rows), 2, squeeze=False)
    for (place, name), (curves, residuals) in zip(rows, axes, strict=True):
        _draw(fit, place, name, curves, residuals)
    figure.savefig(path)


def _draw(fit: Fit, place: int, name: str, curves: "Axes", residuals: "Axes") -> None:
    test, left = fit.tests[place], fit.residuals[place][name]
    time, measured = np.asarray(test.time), test.curves[name]
    curves.plot(time, measured, ".", markersize=3, color="#8a8a8a", label="measured")
    curves.plot(time, measured + left, color="#33658a", label="computed")
    curves.set_title(f"test {place + 1}", fontsize=9)
    curves.set_ylabel(LABELS[name])
    curves.legend()
    residuals.axhline(0.0, color="black", linewidth=0.8)
    residuals.plot(time, 100.0 * left / measured.max(), color="#c1440e")
    residuals.set_ylabel("computed less measured, % of peak")
    for each in (curves, residuals):
        each.set_xlabel("time, s")
        each.grid(visible=True, alpha=0.3)
