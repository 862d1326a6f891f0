"""Tasks trained to their criterion from the command line: seeds, updates, wall time.

Each is `ctrnn-jax train NAME --seed S` in a process of its own, with the task's recipe
but for the flags shown. Takes an hour or more in all; `--only NAME ...` runs some and
keeps the other rows of `results/trained.json`. Counts of updates are those of the
recipes' optimisers and cannot be compared with the papers' own.

The criterion is for validations during training (`validation_performance` is the last
one); `performance` is that of the network at the end, in a thousand trials that are
new. For flip-flops the fixed points of the network are counted too, by
`ctrnn-jax analyse --fixed-points`.
"""

import argparse
import json
from pathlib import Path
import subprocess
import sys
import tempfile

from _timing import RESULTS, table, write

import ctrnn_jax as cj


RUNS: dict[str, tuple[str, list[str]]] = {
    "perceptual decision, dense": ("perceptual_decision", []),
    "perceptual decision, structured": (
        "perceptual_decision",
        ["--network", "rdm_fixed"],
    ),
    "perceptual decision, no Dale": (
        "perceptual_decision",
        ["--network", "rdm_nodale"],
    ),
    "perceptual decision, variable": ("perceptual_decision_variable", []),
    "perceptual decision, reaction time": ("perceptual_decision_reaction_time", []),
    "context integration, one area": ("context_integration", []),
    "context integration, two areas": (
        "context_integration",
        ["--network", "mante_areas"],
    ),
    "multisensory": ("multisensory_integration", []),
    "sine wave": ("sine_wave", []),
    "eye movement": ("eye_movement_sequence", []),
    "3-bit flip-flop": ("flip_flop", []),
    "DMS with short-term plasticity": ("dms", ["--batch-size", "128"]),
    "fdgo": ("fdgo", []),
    "delaygo": ("delaygo", []),
    "dm1": ("dm1", []),
    "contextdm1": ("contextdm1", []),
    "parametric working memory": ("parametric_working_memory", []),
    "20 tasks mixed": ("yang2019", []),
}
KEPT = (
    "stopped",
    "steps",
    "seconds",
    "compile_seconds",
    "performance",
    "validation_performance",
    "violations",
)


def run(*arguments: str) -> None:
    done = subprocess.run([sys.executable, "-m", "ctrnn_jax", *arguments])
    if done.returncode:
        raise SystemExit(f"{arguments[:2]} ended with status {done.returncode}")


def train(task: str, flags: list[str], seed: int, folder: Path | None) -> dict:
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "run" if folder is None else folder
        run("train", task, "--out", str(out), "--seed", str(seed), *flags)
        summary = json.loads((out / "summary.json").read_text())
        found = {name: summary[name] for name in KEPT}
        if task.startswith("flip_flop"):
            run("analyse", str(out), "--fixed-points")
            points = json.loads((out / "analysis" / "fixed_points.json").read_text())
            fixed = [point for point in points if point["converged"]]
            stable = sum(point["stability"] == "stable" for point in fixed)
            found["fixed_points"] = {"stable": stable, "others": len(fixed) - stable}
    return found


def with_row(
    rows: list[dict], name: str, seed: int, limit: list[str], keep: Path | None
) -> list[dict]:
    """The rows with that of a run done now, in the order of `RUNS`."""
    task, flags = RUNS[name]
    flags = flags + limit
    folder = keep and keep / f"{name.replace(' ', '_')}_{seed}"
    row: dict = {"run": name, "task": task, "flags": " ".join(flags), "seed": seed}
    row |= train(task, flags, seed, folder)
    others = [old for old in rows if (old["run"], old["seed"]) != (name, seed)]
    order = list(RUNS)
    every = sorted([*others, row], key=lambda r: (order.index(r["run"]), r["seed"]))
    rule = {name: cj.recipe(task).stop_when for name, (task, _) in RUNS.items()}
    return [old | {"criterion": rule[old["run"]].threshold} for old in every]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one task, few updates")
    parser.add_argument("--only", nargs="*", choices=list(RUNS), help="some of them")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--steps", type=int, help="updates at the most")
    parser.add_argument("--keep", type=Path, help="folder to leave the runs in")
    options = parser.parse_args()
    chosen = options.only or list(RUNS)
    limit = [] if options.steps is None else ["--steps", str(options.steps)]
    if options.smoke:
        small = ["--hidden", "10", "--steps", "4", "--validate-every", "2"]
        found = train("flip_flop_discrete", small, 0, None)
        print(table(("run", *found), [("smoke", *found.values())]))
        return
    path = RESULTS / "trained.json"
    rows = json.loads(path.read_text())["results"] if path.exists() else []
    for name in chosen:
        for seed in options.seeds:
            rows = with_row(rows, name, seed, limit, options.keep)
            write("trained", rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    print(table(columns, [tuple(row.get(name) for name in columns) for row in rows]))


if __name__ == "__main__":
    main()
