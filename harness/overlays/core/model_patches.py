"""AWS's models are read in a fraction of the time.

Each session of boto3 reads them anew, and LocalStack makes one for many services and accounts.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from botocore.loaders import JSONFileLoader

from .patching import replaces

_PARTITIONS = "endpoints"
_partitions: dict[str, Any] = {}


@replaces(JSONFileLoader.load_file, written_for="4b6735d5cf3c")
def load_file(self: JSONFileLoader, file_path: str) -> Any:
    # Upstream makes OrderedDicts, which takes three times as long; dicts are in order as well.
    if file_path in _partitions:
        return _partitions[file_path]
    model = _read(file_path)
    if Path(file_path).name == _PARTITIONS:
        # All sessions begin with it, and none changes it.
        _partitions[file_path] = model
    return model


def _read(file_path: str) -> Any:
    plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
    if plain.is_file():
        return json.loads(plain.read_bytes())
    return json.loads(gzip.decompress(packed.read_bytes())) if packed.is_file() else None
