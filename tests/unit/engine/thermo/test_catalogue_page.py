import runpy
from pathlib import Path

from engine.thermo import catalogue

DOCS = Path(__file__).resolve().parents[4] / "docs"


def test_the_page_of_propellants_is_that_of_the_catalogue() -> None:
    fresh = runpy.run_path(str(DOCS / "write_propellants.py"))["text"]()
    committed = (DOCS / "propellants.md").read_text(encoding="utf-8")
    assert committed == fresh, "run: python docs/write_propellants.py"
    assert all(f"| `{entry['name']}` |" in committed for entry in catalogue.entries())
