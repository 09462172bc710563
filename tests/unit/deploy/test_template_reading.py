"""Templates as they are read: CloudFormation's YAML and JSON, and what is refused."""

from __future__ import annotations

import json

import pytest
import yaml

from harness.deploy import yaml_tags
from harness.deploy.problems import TemplateProblem
from harness.deploy.template import MOST_BYTES, read_template
from harness.errors import UsageProblem

QUEUE = "Resources: {Q: {Type: 'AWS::SQS::Queue'}}\n"


@pytest.fixture
def read(project):
    def read(text: str | bytes, name: str = "template.yaml"):
        return read_template(project({name: text}) / name)

    return read


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("!Ref Queue", {"Ref": "Queue"}),
        ("!Condition IsProd", {"Condition": "IsProd"}),
        ("!GetAtt Queue.Arn", {"Fn::GetAtt": ["Queue", "Arn"]}),
        ("!GetAtt Nested.Outputs.Url", {"Fn::GetAtt": ["Nested", "Outputs.Url"]}),
        ("!GetAtt [Queue, Arn]", {"Fn::GetAtt": ["Queue", "Arn"]}),
        ("!Sub '${A}-b'", {"Fn::Sub": "${A}-b"}),
        ("!Sub ['${A}', {A: !Ref B}]", {"Fn::Sub": ["${A}", {"A": {"Ref": "B"}}]}),
        ("!Join ['-', [a, !Ref B]]", {"Fn::Join": ["-", ["a", {"Ref": "B"}]]}),
        ("!If [C, !Ref A, !Ref 'AWS::NoValue']",
         {"Fn::If": ["C", {"Ref": "A"}, {"Ref": "AWS::NoValue"}]}),
        ("!Base64 {'Fn::Sub': x}", {"Fn::Base64": {"Fn::Sub": "x"}}),
        ("!Transform {Name: AWS::Include, Parameters: {Location: x}}",
         {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "x"}}}),
        ("!FindInMap [M, !Ref 'AWS::Region', k]",
         {"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "k"]}),
        ("2012-10-17", "2012-10-17"),
    ],
)  # fmt: skip
def test_short_tags_are_spelled_out(text, meaning):
    assert yaml_tags.load(f"Value: {text}") == {"Value": meaning}


@pytest.mark.parametrize("tag", yaml_tags.TAGS)
def test_every_tag_reads_text_and_lists(tag):
    assert yaml_tags.load(f"V: !{tag} a.b") is not None
    assert yaml_tags.load(f"V: !{tag} [a, b]") is not None


def test_an_alias_repeats_what_its_anchor_says():
    assert yaml_tags.load("A: &x {k: 1}\nB: *x\nC: {<<: *x, l: 2}") == {
        "A": {"k": 1},
        "B": {"k": 1},
        "C": {"k": 1, "l": 2},
    }


def test_aliases_that_multiply_are_refused():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(yaml.YAMLError, match="expand to more than a template can hold"):
        yaml_tags.load("\n".join(lines))


def test_an_alias_of_its_own_parent_is_refused():
    with pytest.raises(yaml.YAMLError, match="holds itself"):
        yaml_tags.load("a: &a [*a]")


def test_yaml_and_json_mean_the_same(project):
    body = {"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1}}}}
    folder = project({"t.json": json.dumps(body), "t.yaml": yaml.safe_dump(body)})
    assert read_template(folder / "t.json").body == read_template(folder / "t.yaml").body == body


def test_a_byte_order_mark_is_no_part_of_the_template(read):
    assert read(b"\xef\xbb\xbf" + QUEUE.encode()).resources["Q"]["Type"] == "AWS::SQS::Queue"


@pytest.mark.parametrize(
    ("transform", "is_serverless"),
    [
        ("Transform: AWS::Serverless-2016-10-31", True),
        ("Transform: [AWS::LanguageExtensions, AWS::Serverless-2016-10-31]", True),
        ("Transform: AWS::LanguageExtensions", False),
        ("", False),
    ],
)
def test_a_sam_template_is_known_by_its_transform(read, transform, is_serverless):
    assert read(f"{transform}\n{QUEUE}").is_serverless is is_serverless


@pytest.mark.parametrize(
    ("text", "name", "problem"),
    [
        ("", "t.yaml", "t.yaml is empty."),
        ("- a\n- b\n", "t.yaml", "holds a list, not a mapping with Resources."),
        ("just text", "t.yaml", "holds text, not a mapping with Resources."),
        ("Resources: {}\n", "t.yaml", "has no Resources."),
        ("Outputs: {}\n", "t.yaml", "has no Resources."),
        ("Resources:\n  Q: text\n", "t.yaml", 'the resource "Q" is text, not a mapping.'),
        ("Resources:\n  Q: {Properties: {}}\n", "t.yaml", 'the resource "Q" has no Type.'),
        ("Resources:\n  Q: {Type: A, Properties: 7}\n", "t.yaml", 'the Properties of "Q"'),
        (f"Parameters: {{P: x}}\n{QUEUE}", "t.yaml", 'the parameter "P" has no Type.'),
        (f"Outputs: []\n{QUEUE}".replace("[]", "[1]"), "t.yaml", "Outputs isn't a mapping."),
        ("Resources:\n  Q: {Type: 'A'\n  R: x\n", "t.yaml", "t.yaml, line 3, column 3: "),
        ("Resources:\n\tQ: x\n", "t.yaml", "t.yaml, line 2, column 1: "),
        ("Resources:\n  Q: !Nope x\n", "t.yaml", "t.yaml, line 2, column 6: "),
        ("Resources:\n  Q: {Type: A}\n  Q: {Type: B}\n", "t.yaml",
         't.yaml, line 3, column 3: the key "Q" is there twice.'),
        ('{"Resources": }', "t.json", "t.json, line 1, column 15: "),
        ('{"Resources": {"A": {}, "A": {}}}', "t.json", 'the key "A" is there twice'),
        ("a: b\x00", "t.yaml", "t.yaml, line 1, column 5: "),
        (b"\xff\xfe\x00", "t.yaml", "isn't UTF-8 text (byte 0)."),
        ("[" * 100_000, "t.json", "nested too deeply."),
        ("? [a]\n: b\n", "t.yaml", "a key must be text"),
    ],
)  # fmt: skip
def test_what_is_no_template_is_refused_in_one_sentence(read, text, name, problem):
    with pytest.raises(TemplateProblem) as refusal:
        read(text, name)
    assert problem in refusal.value.problem
    assert "\n" not in str(refusal.value)


def test_a_template_that_is_missing_is_a_usage_problem(tmp_path):
    with pytest.raises(UsageProblem, match="There is no template"):
        read_template(tmp_path / "template.yaml")


def test_a_folder_is_no_template(tmp_path):
    with pytest.raises(UsageProblem, match="is a folder, not a template"):
        read_template(tmp_path)


def test_an_oversized_template_is_refused_before_it_is_read(read):
    with pytest.raises(TemplateProblem, match="a template has at most 1,048,576"):
        read("#" * (MOST_BYTES + 1))
