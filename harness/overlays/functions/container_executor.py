"""LocalStack's executor of functions that no process of ours can run, in containers."""

from __future__ import annotations

from pathlib import Path

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

from . import containers, layers
from .executor import ProcessExecutor, clock_ms, lines_of
from .lifecycle import Lifecycle, Plan
from .runtimes import Runtime


class ContainerExecutor(ProcessExecutor):
    """One execution environment in a container."""

    @classmethod
    def prepare_version(cls, function_version: FunctionVersion) -> None:
        """Have the image there before the function counts as active."""
        config = function_version.config
        containers.make_available(containers.image_of(function_version))
        if config.image is None:
            config.code.prepare_for_execution()
            for layer in config.layers:
                layer.code.prepare_for_execution()

    def _runtime(self) -> Runtime:
        # An image brings its own; Lambda doesn't name one to it.
        name = self.function_version.config.runtime or "provided"
        return Runtime(name, "image", "", "", "", "", "", None)

    def _make(self, variables: dict[str, str]) -> Lifecycle:
        version, settings = self.function_version, self.function_version.config
        image_config = settings.image_config
        opt = layers.merged(
            [Path(layer.code.get_unzipped_code_location()) for layer in settings.layers]
        )
        has_code = settings.image is None
        image = containers.Image(
            name=containers.image_of(version),
            entry_point=(image_config.entrypoint or None) if image_config else None,
            command=(image_config.command or None) if image_config else [settings.handler or ""],
            folder=image_config.working_directory if image_config else None,
            memory_mb=settings.memory_size,
            has_code=has_code,
        )
        plan = Plan(
            environment=self.id,
            code=str(settings.code.get_unzipped_code_location()) if has_code else "",
            layers=str(opt) if opt else None,
            scratch_mb=settings.ephemeral_storage.size,
            memory_mb=settings.memory_size,
            timeout_seconds=settings.timeout,
            version=version.id.qualifier,
            runtime_version="",
            runtime_version_arn="",
            variables=variables,
            command=None,
            note=f"This function runs in a container of {image.name}.",
        )
        template = containers.ContainerTemplate(image, frozenset(settings.environment or {}))
        return Lifecycle(plan, template, lines_of(version), clock_ms)
