"""A quick look at the results of a batch: what was varied, and what came of it."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow
    from matplotlib.figure import Figure

SHOWN = {
    "specific_impulse_vacuum": "specific impulse in vacuum, s",
    "c_star": "c*, m/s",
    "chamber_temperature": "chamber temperature, K",
    "thrust": "thrust, N",
}
UNITS = {"chamber_pressure": "Pa", "ambient_pressure": "Pa", "altitude": "m", "thrust": "N"}
MOST_POINTS = 1_000
MOST_INPUTS = 3
FORMATS = {"png": "image/png", "svg": "image/svg+xml"}
RESOLUTION = 100


def draw_plots(parquet: Path, columns: Sequence[str]) -> Iterator[tuple[str, bytes, str]]:
    """Name, content and type of each picture: answers over the varied inputs, and their distributions.

    Where there are very many rows, every n-th is drawn. Nothing is drawn where no row was solved.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = (
        "hrma"  # else names within an SVG file are drawn by lot, and no two files the same
    )
    rows = _rows(parquet, columns)
    if rows.num_rows == 0 or not _shown(rows):
        return
    figures = {"distributions": _distributions(rows)}
    inputs = _varied(rows, columns)
    if inputs:
        figures["overview"] = _overview(rows, inputs)
    for name, figure in figures.items():
        for extension, content_type in FORMATS.items():
            stored = io.BytesIO()
            figure.savefig(stored, format=extension, dpi=RESOLUTION, metadata=_undated(extension))
            yield f"{name}.{extension}", stored.getvalue(), content_type


def _undated(extension: str) -> dict[str, Any]:
    """So that the same results are the same file."""
    return {"Date": None} if extension == "svg" else {}


def _rows(parquet: Path, columns: Sequence[str]) -> "pyarrow.Table":
    """The solved rows, thinned out to what can be seen."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(parquet)
    wanted = [name for name in dict.fromkeys([*columns, *SHOWN]) if name in file.schema_arrow.names]
    stride = -(-file.metadata.num_rows // MOST_POINTS)
    parts, first = [], 0
    for batch in file.iter_batches(columns=[*wanted, "status"]):
        places = range((-first) % stride, batch.num_rows, stride)
        parts.append(batch.take(pa.array(places, type=pa.int64())))
        first += batch.num_rows
    table = pa.Table.from_batches(parts) if parts else file.read(columns=[*wanted, "status"])
    return table.filter(pa.compute.field("status") == "succeeded")


def _varied(rows: "pyarrow.Table", columns: Sequence[str]) -> list[str]:
    """The inputs of numbers that differ most from row to row."""
    import pyarrow as pa

    numeric = [name for name in columns if pa.types.is_floating(rows.schema.field(name).type)]
    counts = {name: len(rows.column(name).drop_null().unique()) for name in numeric}
    varied = [name for name, count in counts.items() if count > 1]
    return sorted(varied, key=lambda name: -counts[name])[:MOST_INPUTS]


def _shown(rows: "pyarrow.Table") -> list[str]:
    """The first three answers that are there in every row."""
    names = [name for name in SHOWN if name in rows.schema.names]
    return [name for name in names if rows.column(name).null_count == 0][:3]


def _overview(rows: "pyarrow.Table", inputs: Sequence[str]) -> "Figure":
    from matplotlib.figure import Figure

    outputs = _shown(rows)
    figure = Figure(figsize=(4.2 * len(inputs) + 1.0, 2.9 * len(outputs)))
    axes = figure.subplots(len(outputs), len(inputs), squeeze=False, sharex="col", sharey="row")
    _fit(figure, left=1.0, right=0.4, bottom=0.6)
    for across, given in enumerate(inputs):
        tint = next((name for name in inputs if name != given), given)
        for down, name in enumerate(outputs):
            place = axes[down, across]
            points = place.scatter(
                rows.column(given).to_numpy(),
                rows.column(name).to_numpy(),
                c=rows.column(tint).to_numpy(),
                s=5,
                cmap="viridis",
                rasterized=True,
            )
            place.grid(visible=True, alpha=0.3)
        axes[-1, across].set_xlabel(_label(given))
        figure.colorbar(points, ax=axes[:, across], label=_label(tint), aspect=40)
    for down, name in enumerate(outputs):
        axes[down, 0].set_ylabel(SHOWN[name])
    return figure


def _distributions(rows: "pyarrow.Table") -> "Figure":
    from matplotlib.figure import Figure

    outputs = _shown(rows)
    figure = Figure(figsize=(4.2 * len(outputs), 3.2))
    axes = figure.subplots(1, len(outputs), squeeze=False)
    _fit(figure, left=0.8, right=0.3, bottom=0.6)
    for place, name in zip(axes[0], outputs, strict=True):
        place.hist(rows.column(name).to_numpy(), bins=60, color="#33658a")
        place.set_xlabel(SHOWN[name])
        place.grid(visible=True, alpha=0.3)
    axes[0, 0].set_ylabel("cases")
    return figure


def _fit(figure: "Figure", *, left: float, right: float, bottom: float) -> None:
    """Sets the margins in inches; to have them found out takes longer than drawing."""
    width, height = figure.get_size_inches()
    figure.subplots_adjust(
        left=left / width,
        right=1.0 - right / width,
        bottom=bottom / height,
        top=1.0 - 0.2 / height,
        wspace=0.15,
        hspace=0.1,
    )


def _label(path: str) -> str:
    name = path.rpartition(".")[2]
    unit = UNITS.get(name)
    return name.replace("_", " ") + (f", {unit}" if unit else "")
