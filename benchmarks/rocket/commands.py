"""What the command lines of the benchmarks have in common."""

import argparse
import json
from pathlib import Path
from typing import Any


def parser(program: str, description: str | None, example: str) -> argparse.ArgumentParser:
    """A parser of `python -m program` that shows both texts as they are written."""
    return argparse.ArgumentParser(
        prog=f"python -m {program}",
        description=description,
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def write(file: Path, measured: Any) -> None:
    """Write what was measured as JSON, in a folder that may have to be made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(measured))
