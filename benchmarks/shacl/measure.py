"""
One command as a whole process: wall time, processor time and peak memory.

    python measure.py SECONDS OUTPUT ERRORS COMMAND …

Prints JSON. It runs as a small process of its own: Linux counts the memory of whoever starts a process to that
process's peak, so the benchmark itself, which holds answers, must not start it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """Seconds and MB (2**20 bytes) of one run; `code` is None where the time was over."""

    code: int | None
    wall: float
    processor: float
    peak: float


def measured(command: list[str], output: Path, seconds: float, cwd: Path) -> Run:
    """Run the command, its standard output in `output`, its errors beside it; end it after `seconds`."""
    errors = output.with_suffix(".stderr")
    start = [sys.executable, "-I", "-S", __file__, str(seconds), str(output), str(errors), *command]
    # Installed packages are compiled; a checkout is to be so too, wherever this machine wants its bytecode or not.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(output.parent / "bytecode")
    done = subprocess.run(start, check=True, capture_output=True, cwd=cwd, env=environment)
    return Run(**json.loads(done.stdout))


def _time_is_over(signal_number: int, frame: object) -> None:
    raise TimeoutError


def _measure(seconds: float, output: str, errors: str, command: list[str]) -> Run:
    signal.signal(signal.SIGALRM, _time_is_over)
    with Path(output).open("wb") as out, Path(errors).open("wb") as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        over = False
        try:
            _, status, used = os.wait4(process.pid, 0)
        except TimeoutError:
            over = True
            os.killpg(process.pid, signal.SIGKILL)
            _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    code = None if over else os.waitstatus_to_exitcode(status)
    return Run(code, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    print(json.dumps(_measure(float(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:])._asdict()))
