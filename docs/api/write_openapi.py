"""Writes openapi.json anew from the code: `python docs/api/write_openapi.py` from the repository root."""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))


def text() -> str:
    """The document as it is committed."""
    from chalicelib.api.documents import document

    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (HERE / "openapi.json").write_text(text(), encoding="utf-8")
