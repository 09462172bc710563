"""Whatever else LocalStack starts and forgets, and a jump has to wait for."""

from __future__ import annotations

from localstack.services.cloudformation.v2 import provider as cloudformation
from localstack.services.s3 import notifications
from localstack.services.sns import publisher

from harness.overlays.core import substitutes
from harness.overlays.core.virtual_threading import Executor, start_counted

substitutes(publisher, "ThreadPoolExecutor", Executor, written_for="04b8a8a2bb4a")
substitutes(notifications, "ThreadPoolExecutor", Executor, written_for="251bd94ecdd8")
substitutes(cloudformation, "start_worker_thread", start_counted, written_for="18be64c339a2")
