"""`python -m chalicelib.tasks.shard`: solves one shard of a batch, told by the environment which.

Where there is no Step Functions, an Indexed Job runs these; the sweeper then asks for the batch's end.
"""

from chalicelib import bootstrap, observability, settings


def main() -> None:
    """Solves the shard; what breaks ends the program with an error, and the job starts it anew."""
    shard = settings.shard_task()
    try:
        with observability.working_on(shard.correlation_id, batch=str(shard.batch_id)):
            bootstrap.services().run_shard(shard.batch_id, shard.shard, "")
    finally:
        bootstrap.close()


if __name__ == "__main__":
    main()
