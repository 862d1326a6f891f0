"""Run every benchmark in a separate process and write the table of goals.

`python -m benchmarks` runs all benchmarks (about half an hour) and writes the table to
`benchmarks/README.md`. `--smoke` runs them on tiny sizes, two at a time and compiled
quickly, and writes nothing. `--table` only writes the table, from the existing results.
If an extra is not installed, the rows that need it are omitted. `trained.py` (hours),
`kills.py`, `soak.py` (half an hour each) and `accelerator.py` (for a GPU) run only with
`--smoke`; run them directly to measure. So does `fingerprints`, which measures no goal.
"""

import argparse
from concurrent.futures import as_completed, ThreadPoolExecutor
import json
import os
from pathlib import Path
import subprocess
import sys
import time

from benchmarks._quick_compilation import with_quick_compilation


HERE = Path(__file__).parent
ROOT = HERE.parent
SMOKE_ONLY = {
    "accelerator.py", "fingerprints", "kills.py", "soak.py", "trained.py"
}  # fmt: skip
README = HERE / "README.md"
START, STOP = "<!-- goals -->", "<!-- /goals -->"


def programs() -> list[Path]:
    """Return the benchmarks: files, and packages that run with `python -m`."""
    packages = (path.parent for path in HERE.glob("[a-z]*/__main__.py"))
    return sorted([*HERE.glob("[a-z]*.py"), *packages])


def command(path: Path) -> list[str]:
    if path.is_dir():
        return [sys.executable, "-m", f"{HERE.name}.{path.name}"]
    return [sys.executable, str(path)]


def run_all() -> None:
    paths = [path for path in programs() if path.name not in SMOKE_ONLY]
    for i, path in enumerate(paths):
        print(f"== [{i + 1}/{len(paths)}] {path.name}", flush=True)
        start = time.perf_counter()
        subprocess.run(command(path), cwd=ROOT, check=True)
        print(f"   {time.perf_counter() - start:.0f} s", flush=True)


def smoke_run(path: Path) -> tuple[int, str]:
    """Run a benchmark on tiny sizes; return its exit status and what it printed."""
    flags = with_quick_compilation(os.environ.get("XLA_FLAGS", ""))
    start = time.perf_counter()
    completed = subprocess.run(
        [*command(path), "--smoke"],
        cwd=ROOT,
        env=os.environ | {"XLA_FLAGS": flags},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seconds = f"   {time.perf_counter() - start:.0f} s"
    return completed.returncode, completed.stdout + seconds


def smoke_all() -> None:
    """Run all benchmarks on tiny sizes; end with the status of the first that fails."""
    with ThreadPoolExecutor(2) as pool:
        names = {pool.submit(smoke_run, path): path.name for path in programs()}
        for i, run in enumerate(as_completed(names)):
            status, text = run.result()
            print(f"== [{i + 1}/{len(names)}] {names[run]}\n{text}", flush=True)
            if status:
                pool.shutdown(cancel_futures=True)
                raise SystemExit(status)


def results() -> dict[str, dict]:
    paths = (HERE / "results" / f"{path.stem}.json" for path in programs())
    return {path.stem: json.loads(path.read_text()) for path in paths if path.exists()}


def goal_table(results_by_program: dict[str, dict]) -> str:
    """Return the Markdown table of goals.

    Each goal has one row, with the values of all its settings. Missed values are bold.
    """
    rows: dict[tuple[str, str], list[str]] = {}
    for content in results_by_program.values():
        for goal in content["goals"]:
            figure = f"{goal['figure']:.3g}"
            cell = figure if goal["met"] else f"**{figure}**"
            if goal["at"]:
                cell += f" ({goal['at']})"
            rows.setdefault((goal["what"], goal["goal"]), []).append(cell)
    lines = ["| what | goal | measured (**missed**) |", "|---|---|---|"]
    for (what, target), cells in rows.items():
        lines.append(f"| {what} | {target} | {', '.join(cells)} |")
    machines = {
        (m["cpu"], m["cores"], m["date"], m["versions"]["jax"])
        for m in (
            content["machine"]
            for content in results_by_program.values()
            if content["goals"]
        )
    }
    machine_line = "; ".join(
        f"{cpu}, {cores} cores, jax {version}, {date}"
        for cpu, cores, date, version in sorted(machines)
    )
    return "\n".join([*lines, "", f"{machine_line}; float32."])


def with_table(text: str, table: str) -> str:
    before, rest = text.split(START)
    return f"{before}{START}\n{table}\n{STOP}{rest.split(STOP)[1]}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="tiny sizes, no results")
    parser.add_argument("--table", action="store_true", help="only write the table")
    options = parser.parse_args()
    if options.smoke:
        smoke_all()
    elif not options.table:
        run_all()
    table = goal_table(results())
    print(table)
    if not options.smoke:
        README.write_text(with_table(README.read_text(), table))
        print("written to", README)


if __name__ == "__main__":
    main()
