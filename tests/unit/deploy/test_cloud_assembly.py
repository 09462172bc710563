"""Cloud assemblies, read without the CDK, and what in them is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.deploy.cloud_assembly import read_assembly
from harness.deploy.problems import TemplateProblem
from harness.deploy.sources import source_of, sources_of
from harness.errors import UsageProblem

ASSEMBLY = Path(__file__).parents[2] / "deploy" / "assembly"
"""Laid out as `cdk synth` does: two stacks, a stage, a nested stack."""


def assembly() -> dict[str, str]:
    files = (file for file in ASSEMBLY.rglob("*") if file.is_file())
    return {str(file.relative_to(ASSEMBLY)): file.read_text() for file in files}


@pytest.fixture
def read(project):
    """Reads the assembly with some of its documents changed: `read(manifest=…, file=…)`."""

    def read(changes: dict | None = None):
        files = assembly()
        for name, change in (changes or {}).items():
            document = json.loads(files[name])
            change(document)
            files[name] = json.dumps(document)
        return read_assembly(project(files))

    return read


def test_stacks_come_after_those_that_they_need(read):
    assert [one.name for one in read()] == ["jobs", "Prod-Topics", "Workers"]


def test_assets_are_found_but_for_the_stacks_own_template(read):
    queues, topics, workers = read()
    assert [(one.key, one.path.name, one.is_zipped) for one in queues.assets] == [
        ("nested.json", "nested.template.json", False)
    ]
    assert [(one.key, one.path.name, one.is_zipped) for one in workers.assets] == [
        ("layer.zip", "asset.c", True)
    ]
    assert topics.assets[0].path == workers.assets[0].path


def test_tags_and_environment_are_the_applications(read):
    *_, workers = read()
    assert workers.tags == {"team": "a"}
    assert (workers.account, workers.region) == (None, None)

    def for_an_account(manifest):
        manifest["artifacts"]["Workers"]["environment"] = "aws://123456789012/eu-west-1"

    *_, workers = read({"manifest.json": for_an_account})
    assert (workers.account, workers.region) == ("123456789012", "eu-west-1")


def test_the_account_needs_no_bootstrap(read):
    for one in read():
        assert "Rules" not in one.template.body
        assert "BootstrapVersion" not in one.template.parameters


def test_a_templates_path_names_one_of_several_stacks(project):
    folder = project(assembly())
    assert source_of(folder / "Workers.template.json").name == "Workers"
    assert len(sources_of(folder)) == 3
    with pytest.raises(UsageProblem, match=r"holds 3 stacks\. Name one of their templates"):
        source_of(folder)


def artifact(name, **properties):
    def change(manifest):
        manifest["artifacts"][name]["properties"].update(properties)

    return change


def asset(**changed):
    return lambda manifest: manifest["files"]["c"].update(changed)


def circle(manifest):
    manifest["artifacts"]["Queues"]["dependencies"].append("Workers")


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("manifest.json", artifact("Queues", templateFile="../x.json"), "outside"),
        ("manifest.json", artifact("Queues", templateFile="/etc/passwd"), "outside"),
        ("manifest.json", artifact("Queues.assets", file="../../x"), "outside"),
        ("manifest.json", artifact("Prod", directoryName=".."), "outside"),
        ("manifest.json", artifact("Prod", directoryName="."), "nests stages too deeply"),
        ("manifest.json", artifact("Queues", templateFile="nope.json"), "doesn't exist"),
        ("manifest.json", circle, "need each other"),
        ("manifest.json", lambda one: one.update(missing=[{"key": "vpc-provider:x"}]),
         r"looks up in an account \(vpc-provider:x\)"),
        ("manifest.json", lambda one: one.update(artifacts=[]), "isn't a mapping"),
        ("manifest.json", lambda one: one.update(artifacts={}), "holds no stack"),
        ("Workers.assets.json", asset(source={"path": "../secret"}), "outside"),
        ("Workers.assets.json", asset(source={"path": "/etc"}), "outside"),
        ("Workers.assets.json", asset(source={"executable": ["sh"]}), "isn't run"),
        ("Workers.assets.json", asset(destinations={"x": {}}), "no bucket or key"),
        ("Workers.assets.json", lambda one: one.update(files=7), "isn't a mapping"),
        ("Workers.assets.json",
         lambda one: one.update(dockerImages={"d": {"displayName": "Image of F"}}),
         r"container images \(Image of F\)"),
        ("Workers.template.json", lambda one: one.pop("Resources"), "has no Resources"),
    ],
)  # fmt: skip
def test_what_can_t_be_deployed_is_refused_by_name(read, name, change, words):
    with pytest.raises(TemplateProblem, match=words):
        read({name: change})


def test_a_damaged_manifest_is_refused(project):
    folder = project({**assembly(), "manifest.json": "{"})
    with pytest.raises(TemplateProblem, match=r"manifest\.json can't be read"):
        read_assembly(folder)


def test_a_folder_without_a_manifest_is_no_assembly(tmp_path):
    with pytest.raises(UsageProblem, match="holds no cloud assembly"):
        read_assembly(tmp_path)


def test_an_artifact_without_a_name_is_called_by_its_id(read):
    def unnamed(manifest):
        del manifest["artifacts"]["Queues"]["properties"]["stackName"]

    assert read({"manifest.json": unnamed})[0].name == "Queues"
