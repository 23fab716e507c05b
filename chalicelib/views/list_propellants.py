"""The propellants that the engine knows, and what this project has learnt of their pairs."""

from typing import Any

from chalicelib.adapters.ports import Reader
from chalicelib.views.rows import shown
from engine.thermo import catalogue

PAIRS = """
SELECT motor_type, fuel, oxidizer, analyses, best_c_star, best_c_star_mixture_ratio,
       best_specific_impulse_vacuum, best_analysis_id, last_analysed_at
FROM propellant_combinations
WHERE project = %(project)s
ORDER BY analyses DESC, fuel, oxidizer
LIMIT 500
"""

ROLES = ("fuel", "oxidizer", "monopropellant", "ingredient")


def list_propellants(*, project: str, reader: Reader) -> dict[str, Any]:
    """`fuels`, `oxidizers`, `monopropellants` and `ingredients` of the catalogue, and `combinations`.

    A combination is a pair that the project has analysed: how often, the best characteristic velocity
    (m/s) with its mixture ratio, and the analysis with the best vacuum specific impulse (s).
    """
    entries = catalogue.entries()
    return {
        **{f"{role}s": [entry for entry in entries if role in entry["roles"]] for role in ROLES},
        "combinations": [shown(row) for row in reader.all(PAIRS, {"project": project})],
    }
