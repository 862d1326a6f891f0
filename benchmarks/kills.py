"""Runs killed at a random moment and resumed: are the final networks identical?

Each run is `ctrnn-jax train` in a process of its own, killed with SIGKILL at a moment
drawn evenly over nine tenths of its time, and finished by `ctrnn-jax resume` (or
started again, where it had not yet saved anything). `network.safetensors` is compared
byte for byte with that of a run that nobody killed. A few sweeps (four networks in one
program) are killed in the same way. Takes a quarter of an hour.
"""

import argparse
import os
from pathlib import Path
import random
import subprocess
import sys
import tempfile
import time

from _timing import goal, table, write


COMMAND = [sys.executable, "-m", "ctrnn_jax"]
FLAGS = ["--no-stop", "--batch-size", "4", "--hidden", "16", "--validate-every", "25"]
KINDS = {"train": [], "sweep": ["--seeds", "0", "1", "--noise", "0.1", "0.2"]}
EVERY = 50


def command(kind: str, folder: Path, updates: int) -> list[str]:
    counts = ["--steps", str(updates), "--checkpoint-every", str(EVERY)]
    name = [kind, "flip_flop_discrete", "--out", str(folder), *KINDS[kind]]
    return [*COMMAND, *name, *FLAGS, *counts]


def networks(folder: Path) -> dict[str, bytes]:
    """The trained networks of a run, by file."""
    paths = [folder / "network.safetensors", *folder.glob("networks/*.safetensors")]
    return {path.name: path.read_bytes() for path in paths if path.exists()}


def last_saved(folder: Path) -> int | None:
    steps = [int(p.name) for p in folder.glob("checkpoints/*") if p.name.isdigit()]
    return max(steps, default=None)


def killed(
    kind: str, root: Path, updates: int, kills: int, moments: random.Random, quiet: dict
) -> list[dict]:
    """A row for each run that was killed and finished."""

    def run(words):
        return subprocess.run(words, check=True, **quiet)

    run(command(kind, root / "cold", updates))
    begun = time.perf_counter()
    run(command(kind, root / "whole", updates))
    seconds = time.perf_counter() - begun
    whole, rows = networks(root / "whole"), []
    assert whole
    for index in range(kills):
        folder = root / f"run{index}"
        process = subprocess.Popen(command(kind, folder, updates), **quiet)
        moment = moments.uniform(0.0, 0.9 * seconds)
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        died, saved = process.returncode != 0, last_saved(folder)
        if died and saved is not None:
            run([*COMMAND, "resume", str(folder)])
        elif died:
            run([*command(kind, folder, updates), "--overwrite"])
        row = {
            "kind": kind,
            "of (s)": round(seconds, 2),
            "moment (s)": round(moment, 2),
            "killed": died,
            "saved step": saved or 0,
            "identical": networks(folder) == whole,
        }
        rows.append(row)
        print(index, row, flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one kill, a short run")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--sweeps", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    options = parser.parse_args()
    counts = {"train": options.kills, "sweep": options.sweeps}
    updates, moments = 2000, random.Random(options.seed)
    if options.smoke:
        counts, updates = {"train": 1}, 100
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        cache = {
            "JAX_COMPILATION_CACHE_DIR": f"{temporary}/cache",
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        }
        quiet = {"env": os.environ | cache, "stdout": subprocess.DEVNULL}
        for kind, count in counts.items():
            root = Path(temporary) / kind
            rows += killed(kind, root, updates, count, moments, quiet)
    print(table(list(rows[0]), [tuple(row.values()) for row in rows]))
    identical = sum(row["identical"] for row in rows)
    print(f"{identical} of {len(rows)} identical")
    if identical < len(rows):
        raise SystemExit(1)
    if not options.smoke:
        goals = []
        for kind in counts:
            done = sum(row["killed"] for row in rows if row["kind"] == kind)
            what = "runs killed at random moments and resumed: identical networks"
            goals.append(goal(what, "all", done, True, f"of {done}, {kind}"))
        write("kills", rows, goals)


if __name__ == "__main__":
    main()
