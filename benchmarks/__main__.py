"""All benchmarks, one after another: `make bench`, or `python -m benchmarks [name ...]`."""

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Run the benchmarks named on the command line, or all of them; each states its own conditions."""
    folder = Path(__file__).parent
    known = sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))
    wanted = sys.argv[1:] or known
    unknown = [name for name in wanted if name not in known]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are: {', '.join(known)}")
    for name in wanted:
        print(f"\n== {name}", flush=True)
        sys.argv = [name]
        runpy.run_path(str(folder / f"{name}.py"), run_name="__main__")


if __name__ == "__main__":
    main()
