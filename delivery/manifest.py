"""What a package holds and weighs, and the limits that it has to keep."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from delivery import archives
from delivery.errors import DeliveryError
from delivery.recipes import PYTHON, Architecture

UNZIPPED_LIMIT = 250 * 2**20
"""What AWS lets a function and its layers hold together, in bytes."""
UNZIPPED_AIM = 180 * 2**20
ARCHIVE_LIMIT = 15_000_000
"""What we let `deployment.zip` weigh, in bytes."""


@dataclass(frozen=True)
class Manifest:
    """Sizes in bytes: archives with their digests, and what each function unpacks with its layers."""

    python: str
    architecture: Architecture
    archive_bytes: int
    archives: dict[str, str]
    unzipped: dict[str, int]
    layers: dict[str, int]

    def check(self) -> None:
        """Raises DeliveryError where a limit is exceeded."""
        if self.archive_bytes > ARCHIVE_LIMIT:
            raise DeliveryError(
                f"deployment.zip weighs {self.archive_bytes:,} bytes, and its limit is {ARCHIVE_LIMIT:,}; leave more "
                "out of layers/dependencies/recipe.toml, or move what few functions need into a layer"
            )
        for name, size in self.unzipped.items():
            if size > UNZIPPED_LIMIT:
                raise DeliveryError(
                    f"{name} unpacks to {size:,} bytes with its layers, and AWS allows {UNZIPPED_LIMIT:,}; give it "
                    "fewer layers in .chalice/config.json, or make it a container image as docs/decisions/0008 says"
                )

    def as_json(self) -> str:
        """The manifest as it is written beside the template."""
        return json.dumps(asdict(self), indent=2) + "\n"


def measure(
    out: Path,
    architecture: Architecture,
    code: Path,
    layers: dict[str, Path],
    functions: dict[str, list[str]],
) -> Manifest:
    """Weighs a package: its archives, and for each function the code and the layers that it names."""
    packed = sorted(out.rglob("*.zip"))
    sizes = {name: archives.size(folder) for name, folder in layers.items()}
    unpacked = archives.size(code)
    return Manifest(
        python=PYTHON,
        architecture=architecture,
        archive_bytes=(out / "deployment.zip").stat().st_size,
        archives={path.relative_to(out).as_posix(): _digest(path) for path in packed},
        unzipped={name: unpacked + sum(sizes[one] for one in used) for name, used in functions.items()},
        layers=sizes,
    )


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
