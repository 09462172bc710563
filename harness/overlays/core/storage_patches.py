"""S3 keeps what it doesn't hold in memory in the emulator's own folder.

Applied with the overlays that follow `core`: S3's modules take a while to import.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore

from .patching import extends


@extends(EphemeralS3ObjectStore.__init__, written_for="153586ba9ff1")
def keep_in_own_folder(
    upstream: Callable[..., None], self: EphemeralS3ObjectStore, root_directory: str | None = None
) -> None:
    # Upstream names one folder of the machine, where emulators meet each other's buckets, and
    # which can't be written to in a container that is read-only but for its volume.
    upstream(self, str(Path(tempfile.gettempdir()) / "s3"))
