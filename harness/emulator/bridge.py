"""Makes the overlays importable inside LocalStack, and nothing else of the client's libraries.

LocalStack finds plugins by the entry points of installed distributions. Our package is installed
beside the client's libraries, whose versions must not reach LocalStack. So a folder of its own
holds a link to the package and the metadata with LocalStack's entry points.
"""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import harness

DISTRIBUTION = "aws-pattern-harness"


def make_bridge(folder: Path) -> Path:
    """Make the folder that goes on LocalStack's PYTHONPATH.

    Args:
        folder: Where to make it; its content is replaced.

    Returns:
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "harness"
    link.unlink(missing_ok=True)
    link.symlink_to(Path(harness.__file__).parent, target_is_directory=True)
    metadata = folder / f"{DISTRIBUTION.replace('-', '_')}-{harness.__version__}.dist-info"
    metadata.mkdir(exist_ok=True)
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {DISTRIBUTION}\nVersion: {harness.__version__}\n"
    )
    (metadata / "entry_points.txt").write_text(_localstack_entry_points())
    return folder


def _localstack_entry_points() -> str:
    groups: dict[str, list[str]] = {}
    for point in distribution(DISTRIBUTION).entry_points:
        if point.group.startswith("localstack."):
            groups.setdefault(point.group, []).append(f"{point.name} = {point.value}")
    return "\n".join(
        "\n".join([f"[{group}]", *lines, ""]) for group, lines in sorted(groups.items())
    )
