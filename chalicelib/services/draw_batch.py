"""Draw the pictures of a batch that has ended: they take longer than merging a small one."""

import shutil
import tempfile
from pathlib import Path
from uuid import UUID

from chalicelib.adapters.ports import ObjectStore, UnitOfWorkFactory
from chalicelib.domain.batch_keys import ResultKeys
from chalicelib.domain.errors import NotFoundError
from chalicelib.services.batch_plots import draw_plots


def draw_batch(
    batch_id: UUID,
    *,
    unit_of_work: UnitOfWorkFactory,
    object_store: ObjectStore,
    results_bucket: str,
) -> None:
    """Draws what the batch's Parquet file holds; drawn again, the pictures are the same files.

    Raises NotFoundError for an unknown batch, or one without results.
    """
    with unit_of_work() as work:
        batch = work.batches.get(batch_id)
    if batch is None:
        raise NotFoundError(f"there is no batch {batch_id}")
    keys = ResultKeys(batch.project, batch.id)
    with tempfile.TemporaryDirectory(prefix="hrma-draw-") as folder:
        table = Path(folder) / "results.parquet"
        with object_store.open(results_bucket, keys.parquet) as stored, table.open("wb") as file:
            shutil.copyfileobj(stored, file)
        for name, content, content_type in draw_plots(table, batch.columns):
            object_store.put(results_bucket, keys.plot(name), content, content_type=content_type)
