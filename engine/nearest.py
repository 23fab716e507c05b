"""What a name that is not known may have meant: one that looks like it, or what others call the same thing."""

import difflib
from collections.abc import Iterable

SYNONYMS = {
    "mixture_ratio": "of o_f ofr o/f mr rm ratio",
    "equivalence_ratio": "phi",
    "chamber_pressure": "p pc p_c p0 pressure chamberpressure",
    "area_ratio": "eps epsilon ae_at ae/at expansion_ratio expansion nozzle_area_ratio",
    "contraction_ratio": "ac_at ac/at cr contraction",
    "mass_flow_rate": "mdot m_dot massflow mass_flow flow_rate",
    "throat_diameter": "dt d_t throat",
    "thrust": "f force",
    "fuel_temperature": "tf t_fuel",
    "oxidizer_temperature": "tox t_ox oxidiser_temperature",
    "oxidizer": "ox oxidiser",
    "ambient_pressure": "pa p_a pamb p_amb ambient",
    "altitude": "h height alt",
    "monopropellant": "reactants reactant mono",
    "reactants": "reactant ingredients",
    "mass_fraction": "weight_fraction fraction w x_mass massfraction",
    "mole_fraction": "molar_fraction x molefraction",
    "flow_model": "flow model frozen",
    "temperature": "t",
    "pressure": "p pc p_c",
    "internal_energy": "u",
    "enthalpy": "h",
    "entropy": "s",
    "density": "rho",
}
"""What fields are called elsewhere, in other programs and by their symbols."""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """A question that names the `known` name which `name` may have meant; None where there is none."""
    names = list(known)
    folded = name.casefold()
    same = [other for other in names if folded in SYNONYMS.get(other, "").split()]
    found = same[:1] or difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    found = found or difflib.get_close_matches(folded, names, n=1, cutoff=0.6)
    return f"did you mean '{found[0]}'?" if found else None
