"""What a template names on this machine, packaged: against a bucket that only remembers."""

from __future__ import annotations

import io
import zipfile

import pytest

from harness.deploy.asset_bucket import Uploaded
from harness.deploy.asset_locations import LOCATIONS
from harness.deploy.assets import Packager
from harness.deploy.problems import TemplateProblem
from harness.deploy.template import read_template


class RememberingBucket:
    """Stands in for the bucket: keeps what it is given, in order."""

    def __init__(self):
        self.contents: list[bytes] = []

    def put(self, content, *, suffix="", name="asset"):
        self.contents.append(content)
        return Uploaded("bucket", f"{len(self.contents)}{suffix}")

    def url(self, uploaded):
        return f"https://{uploaded.bucket}/{uploaded.key}"

    def names_in(self, index: int) -> list[str]:
        return zipfile.ZipFile(io.BytesIO(self.contents[index])).namelist()


@pytest.fixture
def bucket():
    return RememberingBucket()


@pytest.fixture
def package(project, bucket):
    def package(text: str, files=None, build=lambda function: None):
        folder = project({"template.yaml": text, **(files or {})})
        packager = Packager(bucket, build, lambda template, given: template.body)
        packaged = packager.package(read_template(folder / "template.yaml"))
        return {name: one.get("Properties", {}) for name, one in packaged.resources.items()}

    return package


@pytest.mark.parametrize(
    ("type_and_property", "files", "value"),
    [
        ("AWS::Lambda::Function Code", {"x/app.py": ""}, {"S3Bucket": "bucket", "S3Key": "1.zip"}),
        ("AWS::Lambda::LayerVersion Content", {"x/l.py": ""},
         {"S3Bucket": "bucket", "S3Key": "1.zip"}),
        ("AWS::Serverless::Function CodeUri", {"x/app.py": ""}, "s3://bucket/1.zip"),
        ("AWS::Serverless::LayerVersion ContentUri", {"x/l.py": ""}, "s3://bucket/1.zip"),
        ("AWS::Serverless::Api DefinitionUri", {"x": "{}"}, "s3://bucket/1"),
        ("AWS::Serverless::HttpApi DefinitionUri", {"x": "{}"}, "s3://bucket/1"),
        ("AWS::Serverless::StateMachine DefinitionUri", {"x": "{}"},
         {"Bucket": "bucket", "Key": "1"}),
        ("AWS::StepFunctions::StateMachine DefinitionS3Location", {"x": "{}"},
         {"Bucket": "bucket", "Key": "1"}),
        ("AWS::ApiGateway::RestApi BodyS3Location", {"x": "{}"}, {"Bucket": "bucket", "Key": "1"}),
        ("AWS::ApiGatewayV2::Api BodyS3Location", {"x": "{}"}, {"Bucket": "bucket", "Key": "1"}),
        ("AWS::CloudFormation::Stack TemplateURL", {"x": "Resources: {A: {Type: B}}"},
         "https://bucket/1.template"),
        ("AWS::Serverless::Application Location", {"x": "Resources: {A: {Type: B}}"},
         "https://bucket/1.template"),
    ],
)  # fmt: skip
def test_each_property_names_the_uploaded_object_in_its_own_form(
    package, type_and_property, files, value
):
    kind, prop = type_and_property.split()
    assert (kind, prop) in LOCATIONS
    text = f"Resources: {{R: {{Type: '{kind}', Properties: {{{prop}: x}}}}}}"
    assert package(text, files)["R"][prop] == value


def test_every_property_is_tried_above():
    cases = test_each_property_names_the_uploaded_object_in_its_own_form.pytestmark[0].args[1]
    assert {tuple(case[0].split()) for case in cases} == LOCATIONS.keys()


@pytest.mark.parametrize(
    "value",
    [
        "s3://mine/key",
        "https://mine/key",
        "{Bucket: mine, Key: key}",
        "!Ref Somewhere",
        "!Sub '${Somewhere}/x'",
    ],
)
def test_what_is_elsewhere_already_stays(package, bucket, value):
    text = (
        f"Resources: {{R: {{Type: 'AWS::Serverless::Function', Properties: {{CodeUri: {value}}}}}}}"
    )
    package(text)
    assert bucket.contents == []


def test_a_function_without_a_place_is_the_templates_folder(package, bucket):
    package("Resources: {R: {Type: 'AWS::Serverless::Function'}}", {"app.py": ""})
    assert bucket.names_in(0) == ["app.py", "template.yaml"]


@pytest.mark.parametrize("properties", ["InlineCode: x", "PackageType: Image", "ImageUri: x"])
def test_a_function_with_code_elsewhere_has_no_folder(package, bucket, properties):
    package(
        f"Resources: {{R: {{Type: 'AWS::Serverless::Function', Properties: {{{properties}}}}}}}"
    )
    assert bucket.contents == []


def test_globals_name_the_code_of_functions_that_name_none(package, bucket):
    resources = package(
        "Globals: {Function: {CodeUri: fn}}\n"
        "Resources: {F: {Type: 'AWS::Serverless::Function'}, G: {Type: "
        "'AWS::Serverless::Function', Properties: {CodeUri: other}}}",
        {"fn/app.py": "", "other/x.py": ""},
    )
    assert (resources["F"]["CodeUri"], resources["G"]["CodeUri"]) == (
        "s3://bucket/1.zip",
        "s3://bucket/2.zip",
    )


def test_functions_that_share_a_folder_share_its_archive(package, bucket):
    text = "{Type: 'AWS::Lambda::Function', Properties: {Code: fn}}"
    resources = package(f"Resources: {{F: {text}, G: {text}}}", {"fn/app.py": ""})
    assert resources["F"] == resources["G"]
    assert len(bucket.contents) == 1


def test_a_single_file_is_zipped_and_an_archive_is_not(package, bucket, tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("ready.py", "")
    package(
        "Resources: {F: {Type: 'AWS::Lambda::Function', Properties: {Code: app.py}}, "
        "G: {Type: 'AWS::Lambda::Function', Properties: {Code: code.zip}}}",
        {"app.py": "", "code.zip": inner.getvalue()},
    )
    assert bucket.names_in(0) == ["app.py"]
    assert bucket.contents[1] == inner.getvalue()


def test_libraries_lie_beneath_the_functions_own_files(package, bucket, project):
    project({"libs/idna/x.py": "", "libs/app.py": "library"})
    package(
        "Resources: {F: {Type: 'AWS::Lambda::Function', Properties: {Code: fn}}}",
        {"fn/app.py": "own"},
        build=lambda function: function.folder.parent / "libs",
    )
    archive = zipfile.ZipFile(io.BytesIO(bucket.contents[0]))
    assert archive.namelist() == ["app.py", "idna/x.py"]
    assert archive.read("app.py") == b"own"


def test_a_layer_that_is_built_has_lambdas_layout(package, bucket, project):
    project({"libs/python/idna/x.py": ""})
    package(
        "Resources: {L: {Type: 'AWS::Serverless::LayerVersion', Properties: {ContentUri: l}, "
        "Metadata: {BuildMethod: python3.13}}}",
        {"l/own.py": ""},
        build=lambda function: function.folder.parent / "libs",
    )
    assert bucket.names_in(0) == ["python/idna/x.py", "python/own.py"]


def test_what_is_built_is_what_the_template_says(package, project):
    seen = []
    package(
        "Globals: {Function: {Runtime: python3.12, Architectures: [arm64]}}\n"
        "Parameters: {H: {Type: String, Default: app.run}}\n"
        "Resources: {F: {Type: 'AWS::Serverless::Function', Properties: "
        "{CodeUri: fn, Handler: !Ref H}}}",
        {"fn/app.py": ""},
        build=lambda function: seen.append(function),
    )
    [function] = seen
    assert (function.runtime, function.architecture, function.handler) == (
        "python3.12",
        "arm64",
        "app.run",
    )


def test_nested_templates_are_packaged_themselves(package, bucket):
    package(
        "Resources: {N: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: a/n.yaml}}}",
        {
            "a/n.yaml": "Resources: {F: {Type: 'AWS::Lambda::Function', "
            "Properties: {Code: ../fn}}}",
            "fn/app.py": "",
        },
    )
    assert bucket.names_in(0) == ["app.py"]
    assert b'"S3Key": "1.zip"' in bucket.contents[1]


@pytest.mark.parametrize(
    ("nested", "words"),
    [
        ("template.yaml", "the template that names it"),
        ("fn", "a folder"),
        ("../n.yaml", "outside the template's folder"),
        ("bad.yaml", "bad.yaml has no Resources"),
    ],
)
def test_a_nested_template_that_can_t_be_one_is_refused(package, nested, words):
    with pytest.raises(TemplateProblem, match=words):
        package(
            "Resources: {N: {Type: 'AWS::CloudFormation::Stack', Properties: "
            f"{{TemplateURL: {nested}}}}}}}",
            {"fn/app.py": "", "bad.yaml": "{}"},
        )


def test_templates_that_nest_each_other_are_refused(package):
    stack = "Resources: {N: {Type: 'AWS::CloudFormation::Stack', Properties: {TemplateURL: %s}}}"
    with pytest.raises(TemplateProblem, match="the template that names it"):
        package(stack % "b.yaml", {"b.yaml": stack % "template.yaml"})
