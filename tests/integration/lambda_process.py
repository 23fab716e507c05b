"""A function as Lambda runs it, in an interpreter that knows nothing but its archive and its layers.

    python -S lambda_process.py module.handler < event.json

Prints the handler's answer, and which loaded modules come from neither the interpreter nor PYTHONPATH.
"""

import importlib
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace


def main() -> None:
    module, _, name = sys.argv[1].rpartition(".")
    handler = getattr(importlib.import_module(module), name)
    if sys.argv[2:] == ["--load-only"]:
        handler = _loaded
    context = SimpleNamespace(
        function_name=name, aws_request_id="clean", get_remaining_time_in_millis=lambda: 60_000
    )
    answer = handler(json.load(sys.stdin), context)
    sys.stdout.write(
        "\n" + json.dumps({"answer": answer, "strangers": strangers(), "modules": sorted(sys.modules)})
    )


def _loaded(_event: object, _context: object) -> str:
    return "loaded"


def strangers() -> list[str]:
    known = [
        *os.environ["PYTHONPATH"].split(os.pathsep),
        str(Path(os.__file__).parent),
        str(Path(__file__).parent),
    ]
    found = [(name, getattr(module, "__file__", None)) for name, module in sys.modules.items()]
    return [
        f"{name} from {file}"
        for name, file in found
        if file and ("site-packages" in file or not file.startswith(tuple(known)))
    ]


if __name__ == "__main__":
    main()
