"""What a stage costs in a month in which nothing happens, counted in the very template that is deployed."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from benchmarks.cost.bill import Line
from benchmarks.cost.prices import PRICES, RECALLED, SQS, Price
from runtime.embedded import description

HOURS = 730.0
MINUTES = HOURS * 60
PROFILES = ("dev", "staging", "prod")
PROXY_LEAST = 8.0
"""ACU that a proxy is billed for at least."""
POLLERS, POLLS = 5, 3.0
"""Lambda asks each queue five times in parallel, and each question waits twenty seconds."""
SWEEP_SECONDS, SWEEP_GIGABYTES = 0.5, 0.5
"""Of a run of the sweeper that finds nothing, every minute; assumed, on the high side."""
KEPT = {"dev": (5.0, 20.0), "staging": (20.0, 100.0), "prod": (200.0, 2_000.0)}
"""GB in the database and in the buckets: an assumption, change it for yours."""

PRIVATELINK = "https://aws.amazon.com/privatelink/pricing/"
WAF = "https://aws.amazon.com/waf/pricing/"
STANDING = {
    "endpoint": Price(0.01, 1, "endpoint-hour in one zone", PRIVATELINK, "a guide of May 2026"),
    "proxy": Price(0.015, 1, "ACU-hour", "https://aws.amazon.com/rds/proxy/pricing/", RECALLED),
    "cache.t4g.micro": Price(0.0128, 1, "node-hour", "https://aws.amazon.com/elasticache/pricing/", RECALLED),
    "cache.m7g.large": Price(0.1264, 1, "node-hour", "https://aws.amazon.com/elasticache/pricing/", RECALLED),
    "key": Price(1.0, 1, "key-month", "https://aws.amazon.com/kms/pricing/", RECALLED),
    "secret": Price(0.40, 1, "secret-month", "https://aws.amazon.com/secrets-manager/pricing/", RECALLED),
    "firewall": Price(5.0, 1, "web ACL-month", WAF, RECALLED),
    "firewall_rule": Price(1.0, 1, "rule-month", WAF, RECALLED),
    "alarm": Price(
        0.10, 1, "metric of an alarm, month", "https://aws.amazon.com/cloudwatch/pricing/", RECALLED
    ),
    "dashboard": Price(3.0, 1, "dashboard-month", "https://aws.amazon.com/cloudwatch/pricing/", RECALLED),
    "backup": Price(0.021, 1, "GB-month", "https://aws.amazon.com/rds/aurora/pricing/", RECALLED),
}
QUESTION = Price(0.40, 1e6, "queue request", SQS, PRICES["message"].seen)

Template = dict[str, Any]


class Stage(NamedTuple):
    """The template with the parameters of one profile."""

    profile: str
    resources: dict[str, Template]
    sizes: dict[str, Any]

    @property
    def zones(self) -> int:
        return 1 if self.profile == "dev" else 2

    def of(self, kind: str) -> list[Template]:
        return [one["Properties"] for one in self.resources.values() if one["Type"] == kind]


def stage(profile: str) -> Stage:
    """What CloudFormation would make of the template for a profile, in one region, without a name of its own."""
    template = description.merged()
    given = {name: one.get("Default") for name, one in template["Parameters"].items()} | {"Profile": profile}
    conditions = template["Conditions"]
    made = {
        name: resource
        for name, resource in template["Resources"].items()
        if holds({"Condition": resource["Condition"]} if "Condition" in resource else None, conditions, given)
    }
    return Stage(profile, made, template["Mappings"]["Profiles"][profile])


def holds(condition: Any, conditions: Template, given: Template) -> bool:
    """Whether a condition is met by the parameters; one that is not there is."""
    if condition is None:
        return True
    ((function, argument),) = condition.items()
    if function == "Condition":
        return holds(conditions[argument], conditions, given)
    if function == "Fn::Not":
        return not holds(argument[0], conditions, given)
    if function == "Fn::And":
        return all(holds(one, conditions, given) for one in argument)
    first, second = (given[one["Ref"]] if isinstance(one, dict) else one for one in argument)
    return bool(first == second)


def month(profile: str) -> list[Line]:
    """Every line of a month of a stage at rest."""
    there = stage(profile)
    return [*stores(there), *network(there), *watching(there), *idling(there)]


def stores(there: Stage) -> Iterable[Line]:
    """The database with its proxy, the cache, and what they keep."""
    least, database, files = there.sizes["DatabaseMinimum"], *KEPT[there.profile]
    instances = len(there.of("AWS::RDS::DBInstance"))
    how = f"{instances} x {least:g} ACU x {HOURS:g} h"
    yield Line("database", how, instances * least * HOURS, PRICES["database_capacity"])
    yield Line("database: rows", "assumed", database, PRICES["database_storage"])
    yield Line(
        "database: backups", "as much as the rows, beyond the free first day", database, STANDING["backup"]
    )
    if there.of("AWS::RDS::DBProxy"):
        billed = max(PROXY_LEAST, instances * least)
        yield Line("database: proxy", f"{billed:g} ACU x {HOURS:g} h", billed * HOURS, STANDING["proxy"])
    if there.of("AWS::ElastiCache::ReplicationGroup"):
        nodes = 2 if there.profile == "prod" else 1
        price = STANDING[there.sizes["CacheNode"]]
        yield Line("cache", f"{nodes} x {there.sizes['CacheNode']} x {HOURS:g} h", nodes * HOURS, price)
    yield Line("files", "assumed", files, PRICES["storage"])


def network(there: Stage) -> Iterable[Line]:
    """The ways to AWS, and the firewall."""
    endpoints = [one for one in there.of("AWS::EC2::VPCEndpoint") if one["VpcEndpointType"] == "Interface"]
    how = f"{len(endpoints)} x {there.zones} zones x {HOURS:g} h"
    yield Line("endpoints", how, len(endpoints) * there.zones * HOURS, STANDING["endpoint"])
    for firewall in there.of("AWS::WAFv2::WebACL"):
        rules = len(firewall["Rules"])
        yield Line("firewall", "one", 1, STANDING["firewall"])
        yield Line("firewall: rules", f"{rules}", rules, STANDING["firewall_rule"])


def watching(there: Stage) -> Iterable[Line]:
    """Alarms by the metrics that they look at, the dashboard, key and secret."""
    alarms = there.of("AWS::CloudWatch::Alarm")
    metrics = sum(
        sum("MetricStat" in one for one in alarm.get("Metrics", [{"MetricStat": 0}])) for alarm in alarms
    )
    yield Line("alarms", f"{len(alarms)} over {metrics} metrics", metrics, STANDING["alarm"])
    yield Line("dashboard", "one", len(there.of("AWS::CloudWatch::Dashboard")), STANDING["dashboard"])
    yield Line("key", "one", len(there.of("AWS::KMS::Key")), STANDING["key"])
    yield Line("secret", "the first user's password", 1, STANDING["secret"])


def idling(there: Stage) -> Iterable[Line]:
    """Questions to empty queues, and the sweeper."""
    queues = len(there.of("AWS::SQS::Queue"))
    how = f"{queues} queues x {POLLERS} x {POLLS:g} a minute"
    yield Line("empty receives", how, queues * POLLERS * POLLS * MINUTES, QUESTION)
    used = MINUTES * SWEEP_SECONDS * SWEEP_GIGABYTES
    yield Line(
        "sweeper", f"{MINUTES:,.0f} x {SWEEP_SECONDS:g} s x {SWEEP_GIGABYTES:g} GB", used, PRICES["function"]
    )
