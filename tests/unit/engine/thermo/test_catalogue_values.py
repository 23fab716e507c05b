"""The enthalpies of the catalogue beside figures that were found in other ways."""

import pytest

from engine.thermo.catalogue import Reactant, find

CALORIE = 4.184
CO2, WATER = -393510.0, -285830.0
"""J/mol; the gas and the liquid at 298.15 K (CODATA)."""

BELOW_THE_IDEAL_GAS = {
    "LCH4": ("CH4", -14615.4),
    "LC2H6": ("C2H6", -20138.2),
    "LC3H8": ("C3H8", -23492.3),
    "LC2H4": ("C2H4", -18541.5),
    "LC3H6": ("C3H6,propylene", -22974.8),
    "LC4H10": ("C4H10,n-butane", -25167.2),
    "NH3": ("GNH3", -25622.9),
    "LOX": ("GOX", -12948.6),
    "LF2": ("F2", -13059.1),
    "LN2": ("GN2", -12088.3),
    "ETHYLENE-OXIDE": ("C2H4O,ethylen-o", -26446.4),
}
"""J/mol; the liquid at the temperature of the catalogue less the ideal gas at 298.15 K, by the reference equations of
state as in CoolProp 8.0.
"""

VAPORIZATION = {
    "PENTANE": ("C5H12,n-pentane", 26430.0),
    "HEXANE": ("C6H14,n-hexane", 31560.0),
    "HEPTANE": ("C7H16,n-heptane", 36570.0),
    "OCTANE": ("C8H18,n-octane", 41490.0),
    "ISOOCTANE": ("C8H18,isooctane", 35140.0),
    "BENZENE": ("C6H6", 33830.0),
    "TOLUENE": ("C7H8", 38010.0),
    "IPA": ("C3H8O,2propanol", 45390.0),
    "ACETONE": ("C3H6O,acetone", 30990.0),
    "WFNA": ("HNO3", 39100.0),
}
"""J/mol at 298.15 K (CRC Handbook of Chemistry and Physics), and NASA's name of the vapour."""

COMBUSTION = {
    "CH3OH": 726.1,
    "C2H5OH": 1366.8,
    "ACETONE": 1789.9,
    "PENTANE": 3509.0,
    "HEXANE": 4163.2,
    "HEPTANE": 4817.0,
    "OCTANE": 5470.5,
    "BENZENE": 3267.6,
    "TOLUENE": 3910.3,
    "ANILINE": 3392.8,
    "NITROMETHANE": 709.2,
    "SUCROSE": 5640.9,
    "DEXTROSE": 2802.5,
    "MMH": 1304.2,
    "N2H4": 622.1,
}
"""kJ/mol to carbon dioxide and liquid water (CRC Handbook; sugars and hydrazines: NIST Chemistry WebBook)."""

COMBUSTION_OF_POLYMERS = {"HDPE": 46.5, "POLYPROPYLENE": 46.4, "POLYSTYRENE": 41.4, "POM": 17.3, "PMMA": 26.8}
"""MJ/kg, gross, as fire handbooks give them; the samples of a polymer differ by some 2 %."""

PROPEP = {
    "AP": -602,
    "AN": -1090,
    "KNO3": -1167,
    "NANO3": -1312,
    "LINO3": -1670,
    "KCLO4": -742,
    "NACLO4": -750,
    "LICLO4": -854,
    "BA(NO3)2": -907,
    "SORBITOL": -1776,
    "SUCROSE": -1550,
    "PETN": -401,
    "NG": -400,
    "NQ": -209,
    "ALH3": -92,
    "LIH": -2726,
    "NABH4": -1206,
    "FE2O3": -1235,
    "N2H4": 376,
    "MMH": 276,
    "UDMH": 198,
    "N2O": 443,
    "WFNA": -658,
    "H2O2": -1319,
    "C2H5OH": -1440,
    "CH3OH": -1780,
    "IPA": -1265,
    "NITROMETHANE": -443,
    "ETHYLENE-OXIDE": -420,
    "BRF5": -627,
    "TNM": 45,
    "LOX": -97,
    "LH2": -1068,
    "NH3": -1004,
    "WATER": -3792,
    "BENZENE": 143,
    "ANILINE": 79,
    "LN2": -104,
}
"""cal/g of the ingredient file of PROPEP, of what the catalogue has from elsewhere and both have from recent tables."""


def the_reactant(name: str) -> Reactant:
    ((_, reactant),) = find(name).components
    return reactant


@pytest.mark.parametrize("name", BELOW_THE_IDEAL_GAS)
def test_a_cold_liquid_is_as_far_below_its_gas_as_its_equation_of_state_says(name: str) -> None:
    gas, departure = BELOW_THE_IDEAL_GAS[name]
    assert the_reactant(name).enthalpy == pytest.approx(the_reactant(gas).enthalpy + departure, abs=350.0)


@pytest.mark.parametrize("name", VAPORIZATION)
def test_a_liquid_is_below_its_vapour_by_the_heat_of_vaporization(name: str) -> None:
    vapour, heat = VAPORIZATION[name]
    assert the_reactant(name).enthalpy == pytest.approx(the_reactant(vapour).enthalpy - heat, abs=600.0)


def heat_of_combustion(reactant: Reactant) -> float:
    """J/mol, to CO2, liquid water and nitrogen."""
    atoms = dict(reactant.formula)
    return reactant.enthalpy - atoms.get("C", 0.0) * CO2 - atoms.get("H", 0.0) / 2.0 * WATER


@pytest.mark.parametrize("name", COMBUSTION)
def test_a_fuel_has_its_heat_of_combustion(name: str) -> None:
    assert heat_of_combustion(the_reactant(name)) == pytest.approx(1e3 * COMBUSTION[name], rel=2e-3)


@pytest.mark.parametrize("name", COMBUSTION_OF_POLYMERS)
def test_a_polymer_has_its_heat_of_combustion(name: str) -> None:
    reactant = the_reactant(name)
    found = heat_of_combustion(reactant) / reactant.molar_mass
    assert found == pytest.approx(1e6 * COMBUSTION_OF_POLYMERS[name], rel=0.03)


@pytest.mark.parametrize("name", PROPEP)
def test_a_second_table_has_the_same_enthalpy(name: str) -> None:
    reactant = the_reactant(name)
    found = reactant.enthalpy / reactant.molar_mass / 1e3 / CALORIE
    assert found == pytest.approx(PROPEP[name], rel=0.015, abs=10.0)


def test_nasas_propellant_of_ammonium_dinitramide_is_near_the_sum_of_its_parts() -> None:
    shares = {"ADN": 0.63, "CH3OH": 0.184, "NH3": 0.046, "WATER": 0.14}
    parts = sum(
        share * the_reactant(name).enthalpy / the_reactant(name).molar_mass for name, share in shares.items()
    )
    whole = the_reactant("LMP-103S")
    assert whole.enthalpy / whole.molar_mass == pytest.approx(parts, rel=0.02)


def test_liquid_nitrous_oxide_is_below_the_gas_by_what_its_equation_of_state_says() -> None:
    assert the_reactant("N2O").enthalpy - the_reactant("LN2O").enthalpy == pytest.approx(10577.4, abs=1.0)
