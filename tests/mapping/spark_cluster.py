"""A Spark cluster on this machine, out of the pip package: a master and workers, each a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

DEADLINE_SECONDS = 120
MASTER_AT = re.compile(r"Starting Spark master at (spark://\S+)")
WORKER_KNOWN = "Registering worker"
EXECUTOR = b"CoarseGrainedExecutorBackend"
Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Cluster:
    master: str
    workers: tuple[subprocess.Popen[bytes], ...]

    def executors(self) -> list[int]:
        """Process ids of all executors, which are children of the workers."""
        parents = {worker.pid for worker in self.workers}
        processes = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdecimal()]
        return [pid for pid in processes if _executor_of(pid, parents)]


@contextmanager
def running(folder: Path, workers: int = 2, memory: str = "1g") -> Iterator[Cluster]:
    """A cluster on free ports of 127.0.0.1; `folder` takes its logs and work. Ends with all its processes."""
    with ExitStack() as stack:
        log = folder / "master.log"
        stack.enter_context(_daemon(folder, log, "master.Master"))
        master = _awaited(log, lambda text: (found := MASTER_AT.search(text)) and found[1])
        started = tuple(
            stack.enter_context(
                _daemon(
                    folder,
                    folder / f"worker-{number}.log",
                    "worker.Worker",
                    *("--cores", "1", "--memory", memory, "--work-dir", str(folder / f"work-{number}"), master),
                )
            )
            for number in range(workers)
        )
        _awaited(log, lambda text: text.count(WORKER_KNOWN) >= workers)
        yield Cluster(master, started)


@contextmanager
def _daemon(folder: Path, log: Path, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    import pyspark

    home = Path(pyspark.__file__).parent
    command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{name}"]
    ports = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
    local = {
        "SPARK_HOME": home,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": folder,
        "SPARK_DAEMON_MEMORY": "256m",
    }
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*map(str, command), *ports, *arguments],
            env=os.environ | {name: str(value) for name, value in local.items()},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # executors are of the same group, so that none survives
        )
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)


def _awaited(log: Path, seen: Callable[[str], Seen | None]) -> Seen:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        if found := seen(log.read_text(errors="replace")):
            return found
        time.sleep(0.1)
    raise AssertionError(f"{log} does not say that Spark runs:\n{log.read_text(errors='replace')[-2000:]}")


def _executor_of(pid: int, parents: set[int]) -> bool:
    with suppress(OSError):
        parent = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        return parent in parents and EXECUTOR in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
