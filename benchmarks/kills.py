"""Runs killed at a random moment and resumed: are the final networks identical?

Each run is `ctrnn-jax train` in a process of its own, killed with SIGKILL at a moment
drawn evenly between its start and its end, and finished by `ctrnn-jax resume` (or
started again, where it had not yet saved anything). `network.safetensors` is compared
byte for byte with that of a run that nobody killed. Takes a quarter of an hour.
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


def train(folder: Path, updates: int, every: int) -> list[str]:
    counts = ["--steps", str(updates), "--checkpoint-every", str(every)]
    name = ["train", "flip_flop_discrete", "--out", str(folder)]
    return [*COMMAND, *name, *FLAGS, *counts]


def finished(command: list[str], quiet: dict) -> None:
    subprocess.run(command, check=True, **quiet)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one kill, a short run")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    options = parser.parse_args()
    kills, updates = (1, 100) if options.smoke else (options.kills, 2000)
    every, moments = 50, random.Random(options.seed)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        cache = {
            "JAX_COMPILATION_CACHE_DIR": str(root / "cache"),
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        }
        quiet = {"env": os.environ | cache, "stdout": subprocess.DEVNULL}
        finished(train(root / "cold", updates, every), quiet)
        begun = time.perf_counter()
        finished(train(root / "whole", updates, every), quiet)
        seconds = time.perf_counter() - begun
        whole = (root / "whole" / "network.safetensors").read_bytes()
        rows = []
        for index in range(kills):
            folder = root / f"run{index}"
            process = subprocess.Popen(train(folder, updates, every), **quiet)
            moment = moments.uniform(0.0, seconds)
            try:
                process.wait(timeout=moment)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            killed = process.returncode != 0
            saved = [
                path for path in folder.glob("checkpoints/*") if path.name.isdigit()
            ]
            step = max((int(path.name) for path in saved), default=0)
            if killed and saved:
                finished([*COMMAND, "resume", str(folder)], quiet)
            elif killed:
                finished([*train(folder, updates, every), "--overwrite"], quiet)
            same = (folder / "network.safetensors").read_bytes() == whole
            rows.append(
                {
                    "moment (s)": round(moment, 2),
                    "killed": killed,
                    "saved step": step,
                    "identical": same,
                }
            )
            print(index, rows[-1], flush=True)
    identical = sum(row["identical"] for row in rows)
    print(table(list(rows[0]), [tuple(row.values()) for row in rows]))
    print(
        f"{identical} of {kills} identical; an uninterrupted run takes {seconds:.1f} s"
    )
    if identical < kills:
        raise SystemExit(1)
    if not options.smoke:
        wanted = f"{kills} of {kills}"
        goals = [goal("killed and resumed runs identical", wanted, identical, True)]
        write("kills", rows, goals)


if __name__ == "__main__":
    main()
