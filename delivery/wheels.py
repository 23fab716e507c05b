"""Wheels of another machine: pip unpacks them into a folder and runs none of them."""

import subprocess
import sys
from pathlib import Path

from delivery.errors import DeliveryError
from delivery.recipes import PYTHON, Architecture, Recipe

MACHINES: dict[Architecture, str] = {"x86_64": "x86_64", "arm64": "aarch64"}
GLIBC = (
    "manylinux_2_28",
    "manylinux_2_27",
    "manylinux_2_26",
    "manylinux_2_24",
    "manylinux_2_17",
    "manylinux2014",
)
"""What the Amazon Linux of every present runtime of Python understands."""
TAIL_LINES = 8


def unpack(recipe: Recipe, architecture: Architecture, folder: Path) -> None:
    """Puts the packages of the recipe into the folder; raises DeliveryError with pip's last words."""
    if not recipe.requirements:
        return
    folder.mkdir(parents=True, exist_ok=True)
    listed = folder.with_name(f"{folder.name}.requirements.txt")
    listed.write_text("\n".join(recipe.requirements), encoding="utf-8")
    done = subprocess.run(
        [*command(architecture), "--target", str(folder), "--requirement", str(listed)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    listed.unlink()
    if done.returncode:
        tail = "\n".join(done.stdout.strip().splitlines()[-TAIL_LINES:])
        raise DeliveryError(
            f"pip could not unpack the packages of layers/{recipe.name} for {architecture}:\n{tail}\n"
            "It needs the package index, and a wheel of every package for Linux; name those without one "
            "under [missing] in the recipe"
        )


def command(architecture: Architecture) -> list[str]:
    """How pip is asked for wheels of that architecture, and for exactly what is listed."""
    platforms = [f"--platform={glibc}_{MACHINES[architecture]}" for glibc in GLIBC]
    fixed = ["--only-binary=:all:", "--implementation=cp", f"--python-version={PYTHON}", *platforms]
    quiet = ["--disable-pip-version-check", "--no-input", "--no-compile", "--no-deps", "--quiet"]
    return [sys.executable, "-m", "pip", "install", *quiet, *fixed]
