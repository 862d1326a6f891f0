"""Train tasks to their criterion from the command line; report updates and time.

Each run is `ctrnn-jax train NAME --seed S` in a separate process, with the task's
recipe except for the flags shown. All runs take an hour or more. `--only NAME ...` runs
the named ones and preserves the other rows of `results/trained.json`. The numbers of
updates are those of the recipes' optimisers and are not comparable with those of the
papers.

The criterion applies to validations during training (`validation_performance` is the
last validation). `performance` is that of the final network on a thousand new trials.
For flip-flops, `ctrnn-jax analyse --fixed-points` also counts the fixed points.
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
SUMMARY_KEYS = (
    "stopped",
    "steps",
    "seconds",
    "compile_seconds",
    "performance",
    "validation_performance",
    "violations",
)


def run(*arguments: str) -> None:
    completed = subprocess.run([sys.executable, "-m", "ctrnn_jax", *arguments])
    if completed.returncode not in (0, 3):  # 3: not converged, which the table shows
        raise SystemExit(f"{arguments[:2]} ended with status {completed.returncode}")


def train(task: str, flags: list[str], seed: int, folder: Path | None) -> dict:
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary) / "run" if folder is None else folder
        run("train", task, "--out", str(out), "--seed", str(seed), *flags)
        summary = json.loads((out / "summary.json").read_text())
        row = {name: summary[name] for name in SUMMARY_KEYS}
        if task.startswith("flip_flop"):
            run("analyse", str(out), "--fixed-points")
            points = json.loads((out / "analysis" / "fixed_points.json").read_text())
            fixed_points = [point for point in points if point["converged"]]
            num_stable = sum(p["stability"] == "stable" for p in fixed_points)
            num_others = len(fixed_points) - num_stable
            row["fixed_points"] = {"stable": num_stable, "others": num_others}
    return row


def with_row(
    rows: list[dict], name: str, seed: int, limit: list[str], keep_folder: Path | None
) -> list[dict]:
    """Train one run. Return the rows with its row, in the order of `RUNS`."""
    task, flags = RUNS[name]
    flags = flags + limit
    folder = keep_folder and keep_folder / f"{name.replace(' ', '_')}_{seed}"
    row: dict = {"run": name, "task": task, "flags": " ".join(flags), "seed": seed}
    row |= train(task, flags, seed, folder)
    other_rows = [old for old in rows if (old["run"], old["seed"]) != (name, seed)]
    order = list(RUNS)
    all_rows = sorted(
        [*other_rows, row], key=lambda r: (order.index(r["run"]), r["seed"])
    )
    stop_rules = {name: cj.recipe(task).stop_when for name, (task, _) in RUNS.items()}
    return [old | {"criterion": stop_rules[old["run"]].threshold} for old in all_rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="one task, few updates")
    parser.add_argument("--only", nargs="*", choices=list(RUNS), help="the runs to do")
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--steps", type=int, help="maximum number of updates")
    parser.add_argument("--keep", type=Path, help="folder where the runs are saved")
    options = parser.parse_args()
    run_names = options.only or list(RUNS)
    limit = [] if options.steps is None else ["--steps", str(options.steps)]
    if options.smoke:
        flags = ["--hidden", "10", "--steps", "4", "--validate-every", "2"]
        row = train("flip_flop_discrete", flags, 0, None)
        print(table(("run", *row), [("smoke", *row.values())]))
        return
    path = RESULTS / "trained.json"
    rows = json.loads(path.read_text())["results"] if path.exists() else []
    for name in run_names:
        for seed in options.seeds:
            rows = with_row(rows, name, seed, limit, options.keep)
            write("trained", rows)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    print(table(columns, [tuple(row.get(name) for name in columns) for row in rows]))


if __name__ == "__main__":
    main()
