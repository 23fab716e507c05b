"""Compiles modules beforehand, because a function's folders are read-only and it would compile at every start."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import compileall, py_compile, sys
folder, place, alone = sys.argv[1:]
compileall.compile_dir(
    folder, quiet=2, force=True, legacy=alone == "alone", stripdir=folder, prependdir=place, workers=1,
    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
)
"""


def compile_modules(folder: Path, place: str, *, alone: bool) -> None:
    """Compiles every module below the folder, which will be `place`; with `alone`, sources are left out.

    The same sources give the same bytes: no times are kept, and sets are written in one order. A module that does
    not compile keeps its source.
    """
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), place, "alone" if alone else "beside"],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        check=True,
    )
    for source in folder.rglob("*.py") if alone else ():
        if source.with_suffix(".pyc").exists():
            source.unlink()
