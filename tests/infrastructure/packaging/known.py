"""What the local endpoint can make of the packaged template, and what has to be left out or put in its place."""

import re
from typing import Any

Template = dict[str, Any]

LEFT_OUT = {
    "AWS::Backup::BackupSelection": "unknown to it; names what the backup plan covers",
    "AWS::CloudWatch::Alarm, by arithmetic": "unknown to it; the other alarms are made",
    "AWS::EC2::FlowLog": "unknown to it; logs a network that there is not",
    "AWS::EC2::SecurityGroupEgress": "unknown to it; opens a network that there is not",
    "AWS::EC2::SecurityGroupIngress": "unknown to it; opens a network that there is not",
    "AWS::RDS::DBCluster": "would be made by docker; our PostgreSQL runs beside it",
    "AWS::RDS::DBClusterParameterGroup": "belongs to the cluster",
    "AWS::RDS::DBInstance": "belongs to the cluster",
    "AWS::RDS::DBProxy": "unknown to it; stands before the cluster",
    "AWS::RDS::DBProxyTargetGroup": "unknown to it; stands before the cluster",
    "AWS::RDS::DBSubnetGroup": "belongs to the cluster",
    "AWS::RDS::GlobalCluster": "unknown to it; joins clusters of two regions",
    "AWS::SecretsManager::RotationSchedule": "unknown to it; turns the cluster's password",
    "AWS::ElastiCache::ReplicationGroup": "would be made by docker; PostgreSQL keeps the answers",
    "AWS::ElastiCache::SubnetGroup": "belongs to the cache",
    "AWS::ElastiCache::User": "belongs to the cache",
    "AWS::ElastiCache::UserGroup": "belongs to the cache",
    "AWS::Route53::HealthCheck": "unknown to it; watches from other regions",
    "AWS::WAFv2::LoggingConfiguration": "unknown to it",
    "AWS::WAFv2::WebACLAssociation": "unknown to it; the rules are made and guard nothing",
}
"""Kinds of resources that are taken out of the template, each with the reason."""

STANDIN = "arn:aws:none:us-east-1:000000000000:left:out"
"""Some of the references are cut up as the ARN that they would be."""
_NAMED = re.compile(r"\$\{(\w+)(\.[\w.]+)?\}")


def known_template(template: Template, database: str) -> tuple[Template, list[str]]:
    """The template without the types above, with `database` as the URL of PostgreSQL; and the names left out.

    What refers to something left out gets a word in its place. Traffic shifts at once: there is no CodeDeploy.
    """
    left_out = sorted(name for name, one in template["Resources"].items() if kind_of(one) in LEFT_OUT)
    known = _without(template, frozenset(left_out))
    for resource in known["Resources"].values():
        properties = resource.get("Properties", {})
        properties.pop("DeploymentPreference", None)
        _connect(properties, database)
        resource["DependsOn"] = [one for one in _listed(resource.get("DependsOn")) if one not in left_out]
    _connect(known["Globals"]["Function"], database)
    return known, left_out


def kind_of(resource: dict[str, Any]) -> str:
    """The type of a resource, and what sets it apart where the endpoint knows only some of that type."""
    if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]:
        return "AWS::CloudWatch::Alarm, by arithmetic"
    return str(resource["Type"])


def _connect(function: dict[str, Any], database: str) -> None:
    """Gives a function the database that there is, entered by the password in its URL, and no cache."""
    variables = function.get("Environment", {}).get("Variables", {})
    given = {
        "HRMA_DATABASE_URL": database,
        "HRMA_DATABASE_IAM": "false",
        "HRMA_DATABASE_ADMINISTRATOR_SECRET": "",
        "HRMA_CACHE_URL": "",
        "HRMA_CACHE_IAM": "",
    }
    variables.update({name: value for name, value in given.items() if name in variables})


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names or [])


def _without(part: Any, names: frozenset[str]) -> Any:
    if isinstance(part, list):
        return [_without(one, names) for one in part]
    if not isinstance(part, dict):
        return part
    if part.get("Ref") in names or (
        part.keys() == {"Fn::GetAtt"} and _listed(part["Fn::GetAtt"])[0] in names
    ):
        return STANDIN
    if part.keys() == {"Fn::Sub"}:
        return {"Fn::Sub": _substituted(part["Fn::Sub"], names)}
    return {key: _without(one, names) for key, one in part.items() if key not in names}


def _substituted(text: Any, names: frozenset[str]) -> Any:
    if isinstance(text, list):
        return [_substituted(text[0], names), _without(text[1], names)]
    return _NAMED.sub(lambda found: STANDIN if found[1] in names else found[0], text)
