"""Check that killed and resumed runs give the same networks as uninterrupted runs.

Each run is `ctrnn-jax train` in a separate process, which a signal ends at a random
time, and which is then finished; `network.safetensors` is compared byte for byte with
that of an uninterrupted run. The cases:

- training: SIGKILL in the first nine tenths of a run; then `ctrnn-jax resume`, or, if
  it had not saved a checkpoint, `train` again.
- sweep: the same for four networks in one program.
- writing: SIGKILL while the final files and pictures are written.
- resume: SIGKILL in training, and again in `ctrnn-jax resume`.
- overwrite: SIGKILL in `train --overwrite` of a folder with an earlier run, until the
  new run has trained a little. One of the two networks must be there in one piece.
- SIGTERM: in the first nine tenths; the exit status must be 143.
- two processes: SIGKILL to one of two processes of a run (`--distributed`). The other
  must end too; both then resume.

The benchmark takes half an hour.
"""

import argparse
from collections.abc import Callable, Iterator
import contextlib
import os
from pathlib import Path
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import Any

from _timing import goal, table, write


COMMAND = [sys.executable, "-m", "ctrnn_jax"]
FLAGS = ["--no-stop", "--batch-size", "4", "--hidden", "16", "--validate-every", "25"]
SWEEP = ["--seeds", "0", "1", "--noise", "0.1", "0.2"]
EVERY = 50
MOST_SECONDS = 400
"""The longest time that a process may take, such as one whose peer was killed."""

Row = dict[str, Any]


class Runs:
    """The processes of one case, each run in a folder, and the expected networks."""

    def __init__(
        self, root: Path, num_updates: int, environment: dict[str, str], *, sweep: bool
    ) -> None:
        """Make one uninterrupted run (and one before, which compiles)."""
        self.root = root
        self.num_updates = num_updates
        self._environment = environment
        self._words = ["sweep"] if sweep else ["train"]
        self._flags = [*FLAGS, *(SWEEP if sweep else [])]
        self.finish(self.start("cold"))
        begin = time.perf_counter()
        process = self.start("whole")
        self.wait_for_checkpoint("whole", num_updates, process)
        trained = time.perf_counter()
        self.finish(process)
        self.seconds = time.perf_counter() - begin
        self.writing_seconds = time.perf_counter() - trained
        self.expected = self.networks("whole")
        assert self.expected

    def process(self, *words: str) -> subprocess.Popen:
        """Start a process of the command line."""
        return subprocess.Popen(
            [*COMMAND, *words], env=self._environment, stdout=subprocess.DEVNULL
        )

    def start(self, name: str, *more: str) -> subprocess.Popen:
        """Start a new run in the folder of this name."""
        counts = ["--steps", str(self.num_updates), "--checkpoint-every", str(EVERY)]
        place = ["flip_flop_discrete", "--out", str(self.root / name)]
        return self.process(*self._words, *place, *self._flags, *counts, *more)

    def finish(self, process: subprocess.Popen) -> None:
        """Wait until a process has ended well."""
        assert process.wait(timeout=MOST_SECONDS) == 0, process.args

    def resume(self, name: str, *more: str) -> subprocess.Popen:
        """Start `ctrnn-jax resume`."""
        return self.process("resume", str(self.root / name), *more)

    def complete(self, name: str) -> None:
        """Finish a run that was ended: resume it, or begin again without checkpoint."""
        if self.last_saved(name) is None:
            self.finish(self.start(name, "--overwrite"))
        else:
            self.finish(self.resume(name))

    def networks(self, name: str) -> dict[str, bytes]:
        """Return the bytes of the trained networks of a run, by file name."""
        folder = self.root / name
        paths = [folder / "network.safetensors", *folder.glob("networks/*.safetensors")]
        return {path.name: path.read_bytes() for path in paths if path.exists()}

    def last_saved(self, name: str) -> int | None:
        """Return the step of the newest checkpoint."""
        names = [path.name for path in (self.root / name).glob("checkpoints/*")]
        return max((int(x) for x in names if x.isdigit()), default=None)

    def wait_for_checkpoint(
        self, name: str, step: int, process: subprocess.Popen
    ) -> None:
        """Wait until there is a checkpoint of a step, or the process has ended."""
        while (self.last_saved(name) or 0) < step and process.poll() is None:
            time.sleep(0.002)

    def is_identical(self, name: str) -> bool:
        """Return whether the networks are those of the uninterrupted run."""
        return self.networks(name) == self.expected


def ended_at(
    process: subprocess.Popen, seconds: float, number: int = signal.SIGKILL
) -> bool:
    """Send a signal after some seconds; return whether it ended the process."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
        process.wait(timeout=MOST_SECONDS)
    return process.returncode in (-number, 128 + number)


def in_training(runs: Runs, name: str, rng: random.Random) -> Row:
    moment = rng.uniform(0.0, 0.9 * runs.seconds)
    is_ended = ended_at(runs.start(name), moment)
    saved = runs.last_saved(name)
    runs.complete(name)
    return {"moment (s)": moment, "ended": is_ended, "saved step": saved or 0}


def in_writing(runs: Runs, name: str, rng: random.Random) -> Row:
    process = runs.start(name)
    runs.wait_for_checkpoint(name, runs.num_updates, process)
    moment = rng.uniform(0.0, runs.writing_seconds)
    is_ended = ended_at(process, moment)
    runs.complete(name)
    summary = runs.root / name / "summary.json"
    row = {"moment (s)": moment, "ended": is_ended, "saved step": runs.num_updates}
    return row | {"complete": summary.exists()}


def in_resume(runs: Runs, name: str, rng: random.Random) -> Row:
    process = runs.start(name)
    runs.wait_for_checkpoint(name, EVERY, process)
    ended_at(process, rng.uniform(0.0, 0.3 * runs.seconds))
    moment = rng.uniform(0.0, 0.9 * runs.seconds)
    is_ended = ended_at(runs.resume(name), moment)
    saved = runs.last_saved(name)
    runs.complete(name)
    return {"moment (s)": moment, "ended": is_ended, "saved step": saved or 0}


def in_overwrite(runs: Runs, name: str, rng: random.Random) -> Row:
    runs.finish(runs.start(name, "--seed", "7"))
    earlier = runs.networks(name)["network.safetensors"]
    moment = rng.uniform(0.0, 0.9 * runs.seconds)
    is_ended = ended_at(runs.start(name, "--overwrite"), moment)
    saved = runs.last_saved(name)
    found = (runs.root / name).rglob("network.safetensors")
    is_kept = any(path.read_bytes() == earlier for path in found)
    has_new = saved is not None or (runs.root / name / "history.jsonl").exists()
    runs.finish(runs.start(name, "--overwrite"))
    row = {"moment (s)": moment, "ended": is_ended, "saved step": saved or 0}
    return row | {"complete": is_kept or has_new}


def by_sigterm(runs: Runs, name: str, rng: random.Random) -> Row:
    process, moment = runs.start(name), rng.uniform(0.3, 0.9) * runs.seconds
    is_ended = ended_at(process, moment, signal.SIGTERM)
    saved = runs.last_saved(name)
    runs.complete(name)
    row = {"moment (s)": moment, "ended": is_ended, "saved step": saved or 0}
    return row | {"complete": process.returncode in (0, 143, -signal.SIGTERM)}


class Pairs(Runs):
    """Runs of two processes, each of which computes a part of the trials."""

    def pair(self, start: Callable[..., subprocess.Popen]) -> list[subprocess.Popen]:
        """Start two processes that find each other."""
        with contextlib.closing(socket.socket()) as free:
            free.bind(("localhost", 0))
            port = free.getsockname()[1]
        shared = ["--distributed", "--coordinator", f"localhost:{port}"]
        shared += ["--processes", "2", "--process-index"]
        return [start(*shared, str(index)) for index in (0, 1)]

    def start(self, name: str, *more: str) -> subprocess.Popen:
        processes = self.pair(
            lambda *words: super(Pairs, self).start(name, *more, *words)
        )
        self.peer = processes[1]
        return processes[0]

    def resume(self, name: str, *more: str) -> subprocess.Popen:
        processes = self.pair(
            lambda *words: super(Pairs, self).resume(name, *more, *words)
        )
        self.peer = processes[1]
        return processes[0]

    def finish(self, process: subprocess.Popen) -> None:
        super().finish(process)
        super().finish(self.peer)


def one_of_two(runs: Runs, name: str, rng: random.Random) -> Row:
    assert isinstance(runs, Pairs)
    process = runs.start(name)
    processes = [process, runs.peer]
    killed, other = rng.sample(processes, 2)
    moment = rng.uniform(0.0, 0.9 * runs.seconds)
    is_ended = ended_at(killed, moment)
    other.wait(timeout=MOST_SECONDS)
    saved = runs.last_saved(name)
    runs.complete(name)
    row = {"moment (s)": moment, "ended": is_ended, "saved step": saved or 0}
    return row | {"complete": not is_ended or other.returncode != 0}


CASES: dict[str, tuple[Callable[[Runs, str, random.Random], Row], int]] = {
    "training": (in_training, 30),
    "sweep": (in_training, 5),
    "writing": (in_writing, 12),
    "resume": (in_resume, 12),
    "overwrite": (in_overwrite, 12),
    "SIGTERM": (by_sigterm, 12),
    "two processes": (one_of_two, 4),
}
"""By name: what happens, and how often."""


def rows_of(case: str, count: int, runs: Runs, rng: random.Random) -> Iterator[Row]:
    """End and finish runs; yield a row for each."""
    for index in range(count):
        name = f"run{index}"
        row = {"case": case, "complete": True} | CASES[case][0](runs, name, rng)
        row["moment (s)"] = round(row["moment (s)"], 2)
        row["identical"] = runs.is_identical(name)
        print(index, row, flush=True)
        yield row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one kill, a short run")
    parser.add_argument("--share", type=float, default=1.0, help="of the runs")
    parser.add_argument("--seed", type=int, default=0, help="seed of the kill times")
    options = parser.parse_args()
    num_updates, rng = 2000, random.Random(options.seed)
    counts = {name: max(1, round(options.share * n)) for name, (_, n) in CASES.items()}
    if options.smoke:
        counts, num_updates = {"training": 1}, 100
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as temporary:
        cache = {
            "JAX_COMPILATION_CACHE_DIR": f"{temporary}/cache",
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        }
        for case, count in counts.items():
            kind = Pairs if case == "two processes" else Runs
            root = Path(temporary) / case.replace(" ", "_")
            sweep = case == "sweep"
            runs = kind(root, num_updates, os.environ | cache, sweep=sweep)
            rows += rows_of(case, count, runs, rng)
    header = ("case", "moment (s)", "ended", "saved step", "complete", "identical")
    print(table(header, [tuple(row[name] for name in header) for row in rows]))
    good = [row for row in rows if row["identical"] and row["complete"]]
    print(f"{len(good)} of {len(rows)} identical and complete")
    if len(good) < len(rows):
        raise SystemExit(1)
    if not options.smoke:
        what = "runs ended at random moments and finished: identical networks"
        goals = [
            goal(what, "all", n, True, f"of {n}, {case}")
            for case in counts
            for n in [sum(bool(row["ended"]) for row in rows if row["case"] == case)]
        ]
        write("kills", rows, goals)


if __name__ == "__main__":
    main()
