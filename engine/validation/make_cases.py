"""Write what NASA CEA answers to the named cases, beside their specifications.

    python -m engine.validation.make_cases [--into FOLDER]

Each folder of `cases/` has `spec.json`, written by hand; `reference.json`, written here; and `SOURCE.md`, which says
where the engine's published figures come from and what they imply.
"""

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from engine.spec import LiquidSpec
from engine.validation import cea
from engine.validation.case import ReferenceAnswer
from engine.validation.validate import reference_case

CASES = Path(__file__).with_name("cases")


def main() -> None:
    """Solve all cases with the reference and write its answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--into", type=Path, default=CASES, help="folder to write to")
    make_cases(parser.parse_args().into)


def make_cases(into: Path) -> None:
    """Write `reference.json` of every case into its folder below `into`, with its specification beside it.

    Raises ValueError where the reference has no answer to a case.
    """
    for source in case_folders():
        answer = cea.solve(reference_case(specification(source)))
        if not answer.converged:
            raise ValueError(f"the case '{source.name}' has no reference: {answer.message}")
        folder = into / source.name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "reference.json").write_text(json.dumps(_document(answer), indent=2) + "\n")
        if folder != source:
            shutil.copy(source / "spec.json", folder)


def case_folders() -> list[Path]:
    """The folders of the named cases, by name."""
    return sorted(path.parent for path in CASES.glob("*/spec.json"))


def specification(folder: Path) -> LiquidSpec:
    """The checked specification of a case; raises pydantic's error where it breaks a rule."""
    return LiquidSpec.model_validate(json.loads((folder / "spec.json").read_text()))


def _document(answer: ReferenceAnswer) -> dict[str, Any]:
    return {"reference": answer.reference, "quantities": answer.quantities}


if __name__ == "__main__":
    main()
