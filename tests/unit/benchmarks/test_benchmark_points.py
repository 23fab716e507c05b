import numpy as np
import pytest

from benchmarks.rocket import peers
from benchmarks.rocket.pairs import MAIN, OTHER, UNRELATED, aluminium_share, blend, chosen
from benchmarks.rocket.sampling import AREA_RATIOS, PRESSURES, orders, sample, sweep, unrelated
from engine.parsing import parse_propellant
from engine.thermo.catalogue import find
from engine.thermo.reactants import mix

APCP = MAIN[-1]


@pytest.mark.parametrize("pair", MAIN, ids=lambda pair: pair.name)
def test_a_sweep_stays_in_its_ranges_and_comes_again_with_its_seed(pair) -> None:
    points = sweep(pair, 200, seed=1)
    assert len(points) == 200
    assert PRESSURES[0] <= points.chamber_pressure.min() < points.chamber_pressure.max() <= PRESSURES[1]
    low, high = pair.mixture_ratio
    assert low <= points.mixture_ratio.min() < points.mixture_ratio.max() <= high
    assert set(points.area_ratio) == {40.0}
    assert (sweep(pair, 200, seed=1).mixture_ratio == points.mixture_ratio).all()
    assert (sweep(pair, 200, seed=2).mixture_ratio != points.mixture_ratio).any()


def test_unrelated_points_are_as_many_as_asked_for_over_twenty_different_pairs() -> None:
    groups = unrelated(UNRELATED, 2_000, seed=1)
    assert len({group.pair.name for group in groups}) == len(UNRELATED) == 20
    assert sum(map(len, groups)) == 2_000
    areas = np.concatenate([group.area_ratio for group in groups])
    assert AREA_RATIOS[0] <= areas.min() < areas.max() <= AREA_RATIOS[1]


def test_few_unrelated_points_leave_no_empty_group() -> None:
    groups = unrelated(UNRELATED, 5, seed=1)
    assert sum(map(len, groups)) == 5
    assert min(map(len, groups)) >= 1


def test_a_sample_has_different_places_in_order_and_never_more_than_there_are() -> None:
    places = sample(100, 10, seed=3)
    assert len(set(places)) == 10
    assert (np.diff(places) > 0).all()
    assert sample(4, 10, seed=3).tolist() == [0, 1, 2, 3]


def test_every_order_asks_for_each_point_once() -> None:
    points = sweep(MAIN[0], 30, seed=1)
    found = orders(points)
    for places in found.values():
        assert sorted(places) == list(range(30))
    assert (np.diff(points.take(found["by pressure"]).chamber_pressure) >= 0).all()
    assert (np.diff(points.take(found["by mixture ratio"]).mixture_ratio) >= 0).all()


def test_every_pair_is_one_that_the_engine_knows() -> None:
    for pair in (*MAIN, *UNRELATED, OTHER):
        assert all(propellant.components for propellant in peers.sides(pair))


def test_what_loads_the_data_shares_no_set_of_elements_with_what_is_timed() -> None:
    def elements(pair) -> frozenset[str]:
        parts = [part for side in peers.sides(pair) for part in side.components]
        return frozenset(element for _, reactant in parts for element, _ in reactant.formula)

    assert elements(OTHER) not in {elements(pair) for pair in (*MAIN, *UNRELATED)}


def test_pairs_are_chosen_by_name_and_an_unknown_one_is_named() -> None:
    assert chosen([]) == MAIN
    assert [pair.name for pair in chosen(["lox/rp-1"])] == ["LOX/RP-1"]
    with pytest.raises(ValueError, match=r"no pair LOX/X; there are: LOX/LH2, "):
        chosen(["LOX/LH2", "LOX/X"])


def test_the_composite_has_aluminium_around_eighteen_percent_and_the_atoms_of_its_ingredients() -> None:
    low, high = APCP.mixture_ratio
    assert aluminium_share(low) == pytest.approx(0.22)
    assert aluminium_share(high) == pytest.approx(0.14)
    assert low < 82.0 / 18.0 < high
    definition = blend("AP+HTPB", {"AP": 0.070, "HTPB": 0.012})
    (_, whole), *rest = parse_propellant(definition, "oxidizer").components
    assert not rest
    assert whole.molar_mass == pytest.approx(0.082, rel=1e-4)
    (_, perchlorate), (_, binder) = find("AP").components[0], find("HTPB").components[0]
    moles = 0.070 / perchlorate.molar_mass, 0.012 / binder.molar_mass
    assert dict(whole.formula)["Cl"] == pytest.approx(moles[0])
    assert dict(whole.formula)["H"] == pytest.approx(4 * moles[0] + dict(binder.formula)["H"] * moles[1])
    assert whole.enthalpy == pytest.approx(moles[0] * perchlorate.enthalpy + moles[1] * binder.enthalpy)


@pytest.mark.parametrize("pair", [MAIN[1], APCP, UNRELATED[15]], ids=lambda pair: pair.name)
def test_the_wheel_gets_the_very_mixture_that_the_engine_solves(pair) -> None:
    points = sweep(pair, 7, seed=5)
    request = peers.cea_request(points, with_values=True)
    weights = np.array(request["weights"])
    assert weights.sum(axis=1) == pytest.approx(np.ones(7))
    ours = mix(*peers.sides(pair), points.mixture_ratio)
    assert request["enthalpy"] == pytest.approx(ours.enthalpy)
    moles = weights / [reactant["molar_mass"] for reactant in request["reactants"]]
    for place, element in enumerate(ours.elements):
        atoms = [dict(reactant["formula"]).get(element, 0.0) for reactant in request["reactants"]]
        assert moles @ atoms == pytest.approx(ours.element_moles[:, place])


def test_rocketcea_gets_cards_and_pounds_per_square_inch() -> None:
    points = sweep(MAIN[0], 3, seed=5)
    group = peers.rocketcea_group(points)
    assert group["fuel"].startswith("fuel ")
    assert group["oxidizer"].startswith("oxid ")
    pressure, ratio, area = np.array(group["points"]).T
    assert pressure * 6894.757 == pytest.approx(points.chamber_pressure)
    assert ratio == pytest.approx(points.mixture_ratio)
    assert set(area) == {40.0}


def test_without_rocketcea_only_the_wheel_runs_and_one_line_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "default_interpreter", lambda: None)
    assert not peers.is_installed(peers.ROCKETCEA)
    assert "\n" not in peers.MISSING[peers.ROCKETCEA]
    with peers.peers([peers.ROCKETCEA]) as running:
        assert running.running == []
        with pytest.raises(LookupError, match="RocketCEA is not installed"):
            running.rocketcea_answers([sweep(MAIN[0], 1, seed=1)])
