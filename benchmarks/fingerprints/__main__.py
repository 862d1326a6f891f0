"""Print fingerprints of the numbers of fixed runs: did a change of the code move a bit?

`python -m benchmarks.fingerprints`, from the root of the repository, runs some hundreds
of small cases with fixed seeds (rollouts, weights, trials, training, files, analysis).
It prints a line for each, sorted by name: the case and the first 16 digits of a SHA-256
over the dtypes, shapes and bytes of its numbers. Names of classes, fields and arguments
are not hashed. If a case fails, its line has the error.

    python -m benchmarks.fingerprints --out before.json        # before the change
    python -m benchmarks.fingerprints --compare before.json    # after it

`--compare` prints the cases that differ and exits with 1 if there are any; an error is
a difference too. `--only 'training.*'` runs the cases whose name contains the pattern;
`--smoke` runs a few cheap ones. A full run takes some minutes, most of them to compile,
in two processes at a time. All cases are float32; those of the analysis also run in
float64.

Bits depend on the machine, its number of cores and the versions of JAX, NumPy and
Optax: compare within one machine and one environment only.
"""

import argparse
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
import subprocess
import sys
import tempfile
import time

import jax

import ctrnn_jax as cj

from ._comparison import compare, read, Result, write
from ._digest import Case, fingerprint
from ._groups import chosen_cases, PARTS


ROOT = Path(__file__).parents[2]


def run(cases: Mapping[str, Case]) -> dict[str, Result]:
    """Run cases in this process."""
    results: dict[str, Result] = {}
    for name, case in cases.items():
        start = time.perf_counter()
        value = fingerprint(case)
        seconds = round(time.perf_counter() - start, 2)
        if value.startswith("ERROR"):
            print(name, value, file=sys.stderr, flush=True)
        results[name] = {"fingerprint": value, "seconds": seconds}
    return results


def run_part(options: argparse.Namespace, part: str) -> dict[str, Result]:
    """Run groups of cases in a separate process.

    If the process ends early, the result is one error for each group.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "results.json"
        command = [sys.executable, "-m", "benchmarks.fingerprints"]
        command += ["--part", part, "--out", str(path)]
        command += ["--smoke"] * options.smoke
        command += ["--only", options.only] if options.only else []
        completed = subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        if path.exists():
            return read(path)
    error = f"ERROR: its process ended with {completed.returncode}"
    return {f"{name}.*": {"fingerprint": error, "seconds": 0} for name in part.split()}


def run_all(options: argparse.Namespace) -> dict[str, Result]:
    """Run all parts, two processes at a time."""
    select = partial(chosen_cases, only=options.only, smoke=options.smoke)
    parts = [part for part in PARTS if select(part)]
    if options.smoke:  # few cases, so only two processes: with and without float64
        float32 = " ".join(part for part in parts if "float64" not in part)
        parts = [part for part in parts if "float64" in part]
        parts += [float32] if float32 else []
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(partial(run_part, options), parts))
    return {name: result for each in results for name, result in each.items()}


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", metavar="PATTERN", help="cases whose name has this")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write JSON")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="an earlier --out")
    parser.add_argument("--smoke", action="store_true", help="a few cheap cases")
    parser.add_argument("--part", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    """Return the exit status: 1 for differences, or for errors without `--compare`."""
    options = arguments()
    start = time.perf_counter()
    if options.part:
        jax.config.update("jax_enable_x64", "float64" in options.part)
        cases = chosen_cases(options.part, only=options.only, smoke=options.smoke)
        results = run(cases)
    else:
        print("of", Path(cj.__file__).parent, file=sys.stderr)
        results = run_all(options)
    results = dict(sorted(results.items()))
    width = max(map(len, results), default=0)
    for name, result in results.items():
        print(f"{name:{width}}  {result['fingerprint']}")
    errors = sum(x["fingerprint"].startswith("ERROR") for x in results.values())
    seconds = time.perf_counter() - start
    counts = f"{len(results)} cases, {errors} with errors, {seconds:.0f} s"
    print(counts, f"({options.part or 'all'})", file=sys.stderr)
    if options.out:
        write(options.out, results)
    if options.compare:
        is_partial = bool(options.only or options.smoke)
        return int(compare(results, options.compare, partial=is_partial) > 0)
    return int(errors > 0)


if __name__ == "__main__":
    sys.exit(main())
