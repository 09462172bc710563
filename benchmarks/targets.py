"""The embedded target beside the container target, in one run.

    uv run python benchmarks/targets.py

writes benchmarks/results/targets.json and prints the table of benchmarks/README.md. It needs a
Docker engine; the image is made first when it isn't there.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil

from harness.emulator.docker.engine import Engine, connect
from harness.targets import target_named
from harness.targets.docker.made_image import made_image

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "targets.json"
TARGETS = ("embedded", "container")
STARTS, WORKERS = 5, 2
SERVICES = {"sqs": "list_queues", "lambda": "list_functions", "events": "list_event_buses"}
MB = 1_000_000


def start_and_memory(name: str, engine: Engine) -> dict[str, Any]:
    """Start a target some times; look at its memory once some services have loaded."""
    ready, stopped, memory = [], [], []
    for _ in range(STARTS):
        target = target_named(name, {"reuse": False})
        began = time.perf_counter()
        target.start()
        ready.append(time.perf_counter() - began)
        for service, call in SERVICES.items():
            getattr(target.client(service), call)()
        memory.append(memory_of(name, target, engine))
        began = time.perf_counter()
        target.stop()
        stopped.append(time.perf_counter() - began)
    return {
        "ready_s": [round(value, 2) for value in ready],
        "ready_median_s": round(statistics.median(ready), 2),
        "stop_median_s": round(statistics.median(stopped), 2),
        "memory_mb": {
            key: round(statistics.median(one[key] for one in memory), 1) for key in memory[0]
        },
    }


def memory_of(name: str, target: Any, engine: Engine) -> dict[str, float]:
    """Resident set of the emulator's process, and all that its container or family takes."""
    if name == "embedded":
        process = psutil.Process(target.describe()["pid"])
        family = [process, *process.children(recursive=True)]
        return {
            "emulator_rss": process.memory_info().rss / MB,
            "in_all": sum(member.memory_full_info().pss for member in family) / MB,
        }
    container = engine.client.containers.get(target.describe()["container"])
    first = psutil.Process(container.attrs["State"]["Pid"])
    emulator = max(first.children(recursive=True), key=lambda member: member.memory_info().rss)
    said = container.stats(stream=False)["memory_stats"]
    # As `docker stats` does: without the page cache that can go at any time.
    cache = said["stats"].get("total_inactive_file", said["stats"].get("inactive_file", 0))
    return {
        "emulator_rss": emulator.memory_info().rss / MB,
        "in_all": (said["usage"] - cache) / MB,
    }


def scenarios(name: str) -> dict[str, Any]:
    """Run all scenarios as a user would."""
    with tempfile.TemporaryDirectory() as report:
        command = [sys.executable, "-m", "harness", "run", "--target", name, "--json"]
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "-n", str(WORKERS), "--report", report],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        wall = time.perf_counter() - began
    said = json.loads(done.stdout)
    return {
        "wall_s": round(wall, 1),
        "tests": said["tests"],
        "claims_held": sum(claim["outcome"] == "passed" for claim in said["claims"].values()),
    }


def image_of(engine: Engine, image: str) -> dict[str, Any]:
    """The image's size, and what its layers take."""
    attributes = engine.client.images.get(image).attrs
    layers = [
        {"mb": round(layer["Size"] / MB, 1), "by": layer["CreatedBy"][:100]}
        for layer in engine.client.images.get(image).history()
        if layer["Size"] > MB
    ]
    return {"mb": round(attributes["Size"] / MB, 1), "layers": layers}


def main() -> None:
    engine = connect()
    image = made_image(engine)
    version = engine.client.version()
    results: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
        "docker": version["Version"],
        "storage": engine.client.info()["Driver"],
        "image": image_of(engine, image),
        "load_at_start": [round(value, 2) for value in os.getloadavg()],
        "targets": {name: start_and_memory(name, engine) for name in TARGETS},
    }
    for name in TARGETS:
        results["targets"][name]["scenarios"] = scenarios(name)
    results["load_at_end"] = [round(value, 2) for value in os.getloadavg()]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=2) + "\n")
    print(json.dumps(results, indent=2))


if __name__ == "__main__":
    main()
