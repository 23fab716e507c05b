"""The month of a stage is counted in the template, and the page says what comes out."""

import pytest

from benchmarks import aws_month
from benchmarks.cost.bill import total
from benchmarks.cost.standing import PROFILES, STANDING, holds, month, stage


def dollars(profile: str) -> dict[str, float]:
    return {line.what: line.dollars for line in month(profile)}


def test_a_dev_stage_is_cheap_and_has_one_of_everything() -> None:
    lines = dollars("dev")
    assert "database: proxy" not in lines
    assert "cache" not in lines
    assert "firewall" not in lines
    assert lines["database"] == pytest.approx(0.5 * 730 * 0.12)
    assert total(month("dev")) < 110


def test_more_profile_costs_more() -> None:
    dev, staging, prod = (total(month(profile)) for profile in PROFILES)
    assert dev < staging < prod


def test_what_is_counted_is_what_the_template_makes() -> None:
    there = stage("prod")
    endpoints = [one for one in there.of("AWS::EC2::VPCEndpoint") if one["VpcEndpointType"] == "Interface"]
    assert dollars("prod")["endpoints"] == pytest.approx(len(endpoints) * 2 * 730 * 0.01)
    assert not there.of("AWS::RDS::GlobalCluster")
    assert not there.of("AWS::Route53::RecordSet")
    assert len(there.of("AWS::RDS::DBInstance")) == 2
    assert len(stage("dev").of("AWS::RDS::DBInstance")) == 1


@pytest.mark.parametrize(("size", "expected"), [("dev", False), ("prod", True)])
def test_conditions_are_decided_as_cloudformation_does(size: str, expected: bool) -> None:
    equal = {"Fn::Equals": [{"Ref": "Profile"}, "prod"]}
    assert holds(equal, {}, {"Profile": size}) is expected
    assert holds({"Fn::Not": [equal]}, {}, {"Profile": size}) is not expected
    conditions = {"IsProd": equal}
    both = {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "IsProd"}]}
    assert holds(both, conditions, {"Profile": size}) is expected


def test_the_page_says_what_the_template_amounts_to() -> None:
    page = aws_month.PAGE.read_text(encoding="utf-8")
    assert page == aws_month.page_with(page), "run: python -m benchmarks.aws_month --document"
    assert all(price.source in page for price in STANDING.values())
    with pytest.raises(ValueError, match="lacks its marks"):
        aws_month.page_with("nothing")
