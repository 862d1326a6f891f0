"""Check that killed and resumed runs give the same networks as uninterrupted runs.

Each run is `ctrnn-jax train` in a separate process. It is killed with SIGKILL at a
random time, uniform over the first nine tenths of its duration, and finished by
`ctrnn-jax resume`. If it had not saved a checkpoint, it is started again.
`network.safetensors` is compared byte for byte with that of an uninterrupted run. A few
sweeps (four networks in one program) are killed in the same way. The benchmark takes a
quarter of an hour.
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


def command(kind: str, folder: Path, num_updates: int) -> list[str]:
    counts = ["--steps", str(num_updates), "--checkpoint-every", str(EVERY)]
    name = [kind, "flip_flop_discrete", "--out", str(folder), *KINDS[kind]]
    return [*COMMAND, *name, *FLAGS, *counts]


def networks(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the trained networks of a run, by file name."""
    paths = [folder / "network.safetensors", *folder.glob("networks/*.safetensors")]
    return {path.name: path.read_bytes() for path in paths if path.exists()}


def last_saved(folder: Path) -> int | None:
    steps = [int(p.name) for p in folder.glob("checkpoints/*") if p.name.isdigit()]
    return max(steps, default=None)


def killed(
    kind: str,
    root: Path,
    num_updates: int,
    kills: int,
    rng: random.Random,
    options: dict,
) -> list[dict]:
    """Kill and finish the runs. Return a row for each run.

    `options` are the keyword arguments of every process.
    """

    def run(words):
        return subprocess.run(words, check=True, **options)

    run(command(kind, root / "cold", num_updates))
    start = time.perf_counter()
    run(command(kind, root / "whole", num_updates))
    seconds = time.perf_counter() - start
    expected, rows = networks(root / "whole"), []
    assert expected
    for index in range(kills):
        folder = root / f"run{index}"
        process = subprocess.Popen(command(kind, folder, num_updates), **options)
        kill_time = rng.uniform(0.0, 0.9 * seconds)
        try:
            process.wait(timeout=kill_time)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        is_killed, saved_step = process.returncode != 0, last_saved(folder)
        if is_killed and saved_step is not None:
            run([*COMMAND, "resume", str(folder)])
        elif is_killed:
            run([*command(kind, folder, num_updates), "--overwrite"])
        row = {
            "kind": kind,
            "of (s)": round(seconds, 2),
            "moment (s)": round(kill_time, 2),
            "killed": is_killed,
            "saved step": saved_step or 0,
            "identical": networks(folder) == expected,
        }
        rows.append(row)
        print(index, row, flush=True)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one kill, a short run")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--sweeps", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0, help="seed of the kill times")
    options = parser.parse_args()
    counts = {"train": options.kills, "sweep": options.sweeps}
    num_updates, rng = 2000, random.Random(options.seed)
    if options.smoke:
        counts, num_updates = {"train": 1}, 100
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        cache = {
            "JAX_COMPILATION_CACHE_DIR": f"{temporary}/cache",
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        }
        process_options = {"env": os.environ | cache, "stdout": subprocess.DEVNULL}
        for kind, count in counts.items():
            root = Path(temporary) / kind
            rows += killed(kind, root, num_updates, count, rng, process_options)
    print(table(list(rows[0]), [tuple(row.values()) for row in rows]))
    num_identical = sum(row["identical"] for row in rows)
    print(f"{num_identical} of {len(rows)} identical")
    if num_identical < len(rows):
        raise SystemExit(1)
    if not options.smoke:
        goals = []
        for kind in counts:
            num_killed = sum(row["killed"] for row in rows if row["kind"] == kind)
            what = "runs killed at random moments and resumed: identical networks"
            goals.append(
                goal(what, "all", num_killed, True, f"of {num_killed}, {kind}")
            )
        write("kills", rows, goals)


if __name__ == "__main__":
    main()
