"""Writes `resources.json`, the one template that `chalice package --merge-template` takes, from `resources/`."""

import json

from runtime.embedded.description import FOLDER, merged

WRITTEN = FOLDER / "resources.json"


def text() -> str:
    """The template as it is written."""
    return json.dumps(merged(), indent=1) + "\n"


if __name__ == "__main__":
    WRITTEN.write_text(text(), encoding="utf-8")
