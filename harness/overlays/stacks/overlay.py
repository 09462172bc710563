"""CloudFormation stacks: what can't be made is refused, and what fails is taken back.

LocalStack's engine leaves what a failed operation has made so far, and reports some failures as
success.
"""

from __future__ import annotations

from harness.overlays.core import Overlay, patching

from . import answering, response_urls


class Stacks(Overlay):
    name = "stacks"
    fills = "CloudFormation: refusals by name, rollback, failures with reasons, nested updates"

    def install(self) -> None:
        super().install()
        from . import (
            condition_patches,
            deletion_patches,
            execution_patches,
            function_patches,
            nested_stack_patches,
            subscription_patches,
            update_patches,
        )

        for module in (
            condition_patches,
            deletion_patches,
            execution_patches,
            function_patches,
            nested_stack_patches,
            subscription_patches,
            update_patches,
        ):
            patching.apply(module.__name__)
        response_urls.serve()
        answering.let_node_answer_over_http()


overlay = Stacks()
