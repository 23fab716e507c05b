import json
import struct
from collections.abc import Callable
from pathlib import Path

import cea
import numpy as np
import pytest

from engine.thermo.constants import GAS_CONSTANT
from engine.thermo.data import compile_nasa
from engine.thermo.data.fortran_records import FormatError, read_species, read_transport
from engine.thermo.nasa_polynomials import Array
from engine.thermo.species import known_elements, product_species

COMMITTED = Path(compile_nasa.__file__).parent
PRODUCTS = 2019
RANGES = {
    "H2O": (200.0, 6000.0),
    "CO2": (200.0, 20000.0),
    "N2": (200.0, 20000.0),
    "CH4": (200.0, 6000.0),
    "HF": (200.0, 6000.0),
    "C2H2,acetylene": (200.0, 6000.0),
    "AL2O3(L)": (2327.0, 6000.0),
    "C(gr)": (200.0, 6000.0),
    "H2O(cr)": (200.0, 273.15),
}


@pytest.fixture(scope="module")
def source() -> Path:
    return compile_nasa.wheel_folder()


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, source: Path) -> Path:
    folder = tmp_path_factory.mktemp("nasa")
    compile_nasa.compile_into(folder, source)
    return folder


@pytest.mark.parametrize("name", ["nasa_products.npz", "nasa_transport.npz"])
def test_compiling_the_wheel_gives_the_committed_arrays(compiled: Path, name: str) -> None:
    with np.load(compiled / name) as made, np.load(COMMITTED / name) as committed:
        assert sorted(made) == sorted(committed)
        for array in made:
            np.testing.assert_array_equal(made[array], committed[array], err_msg=array)


def test_compiling_the_wheel_gives_the_committed_reactants(compiled: Path) -> None:
    made, committed = (
        json.loads((folder / "nasa_reactants.json").read_text()) for folder in (compiled, COMMITTED)
    )
    assert made == committed


def test_all_of_nasas_species_are_there() -> None:
    with np.load(COMMITTED / "nasa_products.npz") as products:
        assert len(products["names"]) == len(set(products["names"])) == PRODUCTS
        assert set(products["interval_species"]) == set(range(PRODUCTS))
        assert np.isfinite(products["coefficients"]).all()
    assert {"H", "C", "N", "O", "F", "Cl", "Al"} <= known_elements()


@pytest.fixture
def spoilt(tmp_path: Path, source: Path) -> Callable[[Callable[[bytes], bytes]], Path]:
    def spoil(change: Callable[[bytes], bytes]) -> Path:
        file = tmp_path / "thermo.lib"
        file.write_bytes(change((source / "thermo.lib").read_bytes()))
        return file

    return spoil


@pytest.mark.parametrize(
    "change",
    [
        lambda _: b"",
        lambda content: content[:2],
        lambda content: content[:-1],
        lambda content: content[:-2000],
        lambda content: content[: 8 + struct.unpack_from("<i", content)[0]],
        lambda content: content + content[: 8 + struct.unpack_from("<i", content)[0]],
        lambda _: b"thermo\n   200.000  1000.000\n" * 50,
        lambda _: struct.pack("<i", -4) * 4,
        lambda _: struct.pack("<i4si", 4, b"\1\0\0\0", 4),
        lambda content: content.replace(b"H2O", b"H\xff2"),
    ],
    ids=[
        "empty",
        "two bytes",
        "the last byte gone",
        "the end gone",
        "head only",
        "a record too many",
        "the text form",
        "negative lengths",
        "a head of another layout",
        "letters that are none",
    ],
)
def test_a_file_that_is_not_nasas_is_refused(
    spoilt: Callable[[Callable[[bytes], bytes]], Path], change: Callable[[bytes], bytes]
) -> None:
    file = spoilt(change)
    with pytest.raises(FormatError, match=r"thermo\.lib"):
        list(read_species(file))
    with pytest.raises(FormatError, match=r"thermo\.lib"):
        list(read_transport(file))


@pytest.mark.parametrize("share", [0.1, 0.37, 0.61, 0.83, 0.999])
def test_a_file_cut_anywhere_is_refused(
    spoilt: Callable[[Callable[[bytes], bytes]], Path], share: float
) -> None:
    with pytest.raises(FormatError):
        list(read_species(spoilt(lambda content: content[: int(share * len(content))])))


def standard_properties(name: str, temperature: Array) -> tuple[Array, Array, Array]:
    """Enthalpy, entropy and heat capacity of one species in J/mol and J/(mol K)."""
    products = product_species(("H", "O", "C", "N", "F", "Al"))
    place, gases = products.names.index(name), len(products.gases.names)
    if place < gases:
        found = products.gases.properties(temperature)
        values = (found.enthalpy[:, place], found.gibbs[:, place], found.heat_capacity[:, place])
    else:
        phase = products.phases.properties(temperature, np.array([place - gases]))
        values = (phase.enthalpy[:, 0], phase.gibbs[:, 0], phase.heat_capacity[:, 0])
    enthalpy, gibbs, heat_capacity = (value * GAS_CONSTANT for value in values)
    return enthalpy * temperature, enthalpy - gibbs, heat_capacity


@pytest.mark.parametrize("name", RANGES)
def test_a_species_has_the_properties_that_the_wheel_gives_it(name: str) -> None:
    mixture, whole = cea.Mixture([name]), np.array([1.0])
    temperature = np.linspace(*RANGES[name], 7)[1:-1]
    enthalpy, entropy, heat_capacity = standard_properties(name, temperature)

    def wheel(kind: int, *more: float) -> Array:
        values = [mixture.calc_property(kind, whole, value, *more) for value in temperature]
        return np.array(values) * product_mass(name)

    np.testing.assert_allclose(enthalpy, wheel(cea.ENTHALPY), rtol=1e-9)
    np.testing.assert_allclose(heat_capacity, wheel(cea.FROZEN_CP), rtol=1e-9)
    if "(" not in name:  # of a condensed species alone the wheel gives no entropy
        np.testing.assert_allclose(entropy, wheel(cea.ENTROPY, 1.0), rtol=1e-9)


def product_mass(name: str) -> float:
    """kg/mol."""
    products = product_species(("H", "O", "C", "N", "F", "Al"))
    return float(products.molar_mass[products.names.index(name)])


@pytest.mark.parametrize(("name", "published"), [("C(gr)", 5.74), ("H2O(L)", 69.95), ("AL2O3(a)", 50.92)])
def test_a_condensed_species_has_its_published_standard_entropy(name: str, published: float) -> None:
    """J/(mol K) at 298.15 K: CODATA Key Values for Thermodynamics (1989)."""
    _, entropy, _ = standard_properties(name, np.array([298.15]))
    assert entropy[0] == pytest.approx(published, abs=0.1)
