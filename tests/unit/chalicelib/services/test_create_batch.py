import pytest

from chalicelib.domain.access import Principal
from chalicelib.domain.batch import BatchLimits, BatchStatus
from chalicelib.domain.errors import ConflictError, InvalidRequestError, NotFoundError
from chalicelib.services.cancel_batch import cancel_batch
from chalicelib.services.create_batch import CreatedBatch, create_batch
from tests.unit.chalicelib.fakes import FakeDatabase, FakeObjectStore


def create(name: str, database: FakeDatabase, store: FakeObjectStore, principal: Principal) -> CreatedBatch:
    return create_batch(
        name,
        principal=principal,
        correlation_id="c",
        unit_of_work=database.unit_of_work,
        object_store=store,
        uploads_bucket="uploads",
        upload_seconds=600,
        limits=BatchLimits(),
    )


def test_a_batch_waits_for_its_file_at_its_own_address(
    database: FakeDatabase, store: FakeObjectStore, ada: Principal
) -> None:
    created = create("my cases (2).csv", database, store, ada)
    batch = database.batches.rows[created.batch_id]
    assert batch.status == BatchStatus.AWAITING_UPLOAD
    assert batch.object_key == f"apollo/{created.batch_id}/my cases (2).csv"
    assert created.upload_url == f"https://store/uploads/{batch.object_key}?put&seconds=600"


@pytest.mark.parametrize(
    "name", ["", "a.xlsx", "../a.csv", "a/b.csv", ".csv\n", 'a".csv', "x" * 200 + ".csv"]
)
def test_a_name_that_is_no_readable_file_is_refused(
    name: str, database: FakeDatabase, store: FakeObjectStore, ada: Principal
) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        create(name, database, store, ada)
    assert refusal.value.fields[0].field == "filename"
    assert database.batches.rows == {}


def test_a_batch_is_cancelled_by_its_own_project_until_it_ends(
    database: FakeDatabase, store: FakeObjectStore, ada: Principal
) -> None:
    batch_id = create("a.csv", database, store, ada).batch_id
    with pytest.raises(NotFoundError):
        cancel_batch(batch_id, project="gemini", unit_of_work=database.unit_of_work)
    for _ in range(2):
        status = cancel_batch(batch_id, project="apollo", unit_of_work=database.unit_of_work)
        assert status == BatchStatus.CANCELLED
    other = create("a.csv", database, store, ada).batch_id
    database.batches.finish(other, BatchStatus.COMPLETED, None)
    with pytest.raises(ConflictError, match="completed"):
        cancel_batch(other, project="apollo", unit_of_work=database.unit_of_work)
