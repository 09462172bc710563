"""The plan before a run: what it would make, and what isn't known about it."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from harness.deploy.aws_plan import Plan, PlannedStack, plan_of
from harness.deploy.aws_plan_text import cost_text, is_yes, plan_lines
from harness.deploy.planned_resources import resources_in
from harness.deploy.planned_templates import templates_of
from harness.targets.aws.prices import price_table

SAM = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Work:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, Runtime: python3.13, CodeUri: code/}
"""
QUEUE = "Resources: {Q: {Type: 'AWS::SQS::Queue'}}"
STRANGE = "Resources: {D: {Type: 'AWS::RDS::DBInstance'}, Q: {Type: 'AWS::SQS::Queue'}}"
DESCRIPTION = {
    "target": "aws",
    "account": "111122223333",
    "regions": ["us-east-1"],
    "callers": ["arn:caller"],
    "run": "ab12",
}


@pytest.fixture
def project(tmp_path):
    """Writes files of a scenario, and returns the test module's path."""

    def write(test, **files):
        for name, text in {"test_it": test, **files}.items():
            stem, _, suffix = name.rpartition("_") if "_yaml" in name else (name, "", "py")
            (tmp_path / f"{stem}.{suffix}").write_text(text)
        return tmp_path / "test_it.py"

    return write


def names(module):
    return [path.name for path in templates_of(module)]


def test_the_stack_fixture_means_the_template_beside_it(project):
    assert names(project("def test_a(stack): ...", template_yaml=QUEUE)) == ["template.yaml"]


def test_a_fixture_that_uses_it_counts(project):
    module = project("def test_a(bus): ...", conftest="def bus(stack): ...", template_yaml=QUEUE)
    assert names(module) == ["template.yaml"]


def test_a_fixture_that_no_test_uses_does_not(project):
    module = project("def test_a(): ...", conftest="def bus(stack): ...", template_yaml=QUEUE)
    assert names(module) == []


def test_templates_that_are_named_count(project):
    test = "def test_a(deploy): deploy('other.yaml')\nEACH = ['third.yaml', 'missing.yaml']"
    module = project(test, other_yaml=QUEUE, third_yaml=QUEUE, template_yaml=QUEUE)
    assert names(module) == ["other.yaml", "third.yaml"]


def test_resources_are_counted_after_sams_transform(project, tmp_path):
    project("", template_yaml=SAM)
    counted = resources_in(tmp_path / "template.yaml", region="us-east-1")
    assert counted == {"AWS::Lambda::Function": 1, "AWS::IAM::Role": 1}


def test_an_unknown_price_is_never_counted_as_nothing(project):
    module = project("def test_a(stack): ...", template_yaml=STRANGE)
    plan = plan_of([module], region="us-east-1")
    assert plan.unknown == ["AWS::RDS::DBInstance"]
    assert cost_text(plan) == "under $0.01 and an unknown amount for AWS::RDS::DBInstance"
    lines = [line.split() for line in plan_lines(plan, DESCRIPTION)]
    assert ["AWS::RDS::DBInstance", "1", "unknown"] in lines


def test_a_template_that_cant_be_read_is_listed_as_unknown(project):
    module = project("def test_a(stack): ...", template_yaml="Resources: 1")
    plan = plan_of([module], region="us-east-1")
    assert "has no Resources" in plan.stacks[0].problem
    assert any(line.endswith("template.yaml   unknown") for line in plan_lines(plan, DESCRIPTION))


def test_time_costs_what_stands_and_use_what_is_used():
    table = price_table()
    secret = table.prices["AWS::SecretsManager::Secret"]
    assert secret.of(timedelta(hours=2)) == pytest.approx(secret.use + 2 * secret.hour)


def test_workers_share_the_modules_not_a_modules_stacks(tmp_path):
    stacks = [PlannedStack(tmp_path / f"{n}.py", tmp_path / "t", Counter()) for n in "ab"]
    alone = Plan(tuple(stacks), price_table(), 1).duration
    assert Plan(tuple(stacks), price_table(), 4).duration == alone / 2


def test_a_slow_resource_makes_a_stack_slow(tmp_path):
    table = price_table()
    stack = PlannedStack(tmp_path, tmp_path, Counter({"AWS::CloudFront::Distribution": 1}))
    assert stack.duration(table) > table.stack


def test_every_price_has_a_source_and_a_date():
    table = price_table()
    assert all(
        price.source.startswith("https://aws.amazon.com/") for price in table.prices.values()
    )
    assert table.as_of.year >= 2026


def test_the_lines_name_account_region_caller_and_run():
    plan = Plan((), price_table())
    text = "\n".join(plan_lines(plan, DESCRIPTION))
    for part in ("account 111122223333 in us-east-1", "arn:caller", "ab12", "list prices"):
        assert part in text
    stand_in = next(iter(plan_lines(plan, {**DESCRIPTION, "target": "aws-stand-in"})))
    assert stand_in.startswith("Plan for the stand-in for an account")


@pytest.mark.parametrize(("answer", "agrees"), [("y", True), (" YES ", True), ("", False)])
def test_only_a_clear_yes_agrees(answer, agrees):
    assert is_yes(answer) is agrees
