"""`python -m delivery package|deploy|destroy --stage STAGE`: what `make package`, `deploy` and `destroy` run."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from delivery.deploying import account, deploy, destroy
from delivery.errors import DeliveryError
from delivery.manifest import UNZIPPED_AIM, UNZIPPED_LIMIT, Manifest
from delivery.packaging import PACKAGES, package
from delivery.recipes import ARCHITECTURES, Architecture

app = typer.Typer(add_completion=False, no_args_is_help=True, help=__doc__)
Stage = Annotated[str, typer.Option(help="a stage of .chalice/config.json")]
Machine = Annotated[str, typer.Option(help=f"of the functions: {' or '.join(ARCHITECTURES)}")]


@app.callback()
def commands() -> None:
    """What goes to AWS: packed, brought there, taken away."""


@app.command("package")
def package_command(stage: Stage, architecture: Machine = "x86_64") -> None:
    """Write everything that goes to AWS below build/package/, without AWS."""
    started = time.monotonic()
    manifest = package(stage, known(architecture), PACKAGES / stage)
    show(manifest)
    print(f"build/package/{stage}/ is complete ({time.monotonic() - started:.0f} s)")


@app.command("deploy")
def deploy_command(
    stage: Stage,
    bucket: Annotated[str, typer.Option(envvar="ARTIFACTS", help="the bucket that takes the archives")] = "",
    image: Annotated[str, typer.Option(envvar="IMAGE", help="the pushed container image")] = "",
    parameter: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE or NAME=@FILE of the template")
    ] = None,
    architecture: Machine = "x86_64",
) -> None:
    """Package a stage and bring it to the AWS account that the environment's credentials open."""
    number = account()
    package_command(stage, architecture)
    deploy(
        stage,
        PACKAGES / stage,
        bucket or f"hrma-artifacts-{number}",
        parameters(parameter or []),
        image or None,
    )


@app.command("destroy")
def destroy_command(stage: Stage) -> None:
    """Take a stage away from AWS; buckets and backups stay."""
    destroy(stage, typer.confirm)


def parameters(given: list[str]) -> dict[str, str]:
    """NAME=VALUE, or NAME=@FILE for what the file holds; raises DeliveryError for what is not of that form."""
    pairs = [one.partition("=") for one in given]
    if wrong := [name for name, sign, _ in pairs if not sign or not name]:
        raise DeliveryError(f"{wrong[0]!r} is not NAME=VALUE, such as AlarmAddress=people@example.org")
    try:
        return {
            name: Path(value[1:]).read_text("utf-8") if value[:1] == "@" else value
            for name, _, value in pairs
        }
    except OSError as error:
        raise DeliveryError(f"a parameter's file can not be read: {error}") from error


def known(architecture: str) -> Architecture:
    """The architecture of that name; raises DeliveryError for another."""
    for one in ARCHITECTURES:
        if one == architecture:
            return one
    raise DeliveryError(f"there is no architecture {architecture!r}; give {' or '.join(ARCHITECTURES)}")


def show(manifest: Manifest) -> None:
    """Print what each function unpacks, beside what is allowed."""
    print(f"deployment.zip {manifest.archive_bytes / 1e6:.1f} MB")
    for name, size in sorted(manifest.unzipped.items(), key=lambda item: -item[1]):
        mark = "" if size <= UNZIPPED_AIM else f"  above the aim of {UNZIPPED_AIM >> 20} MB"
        print(f"{name:20s} {size / 2**20:6.1f} MB of {UNZIPPED_LIMIT >> 20} unzipped{mark}")


def main() -> None:
    """Run a command; what stops it is one message, no traceback."""
    try:
        app()
    except DeliveryError as error:
        sys.exit(f"delivery: {error}")


if __name__ == "__main__":
    main()
