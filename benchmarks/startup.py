"""What `import ctrnn_jax` costs, in new processes, against importing its dependencies.

Names load on first use, so the bare import is cheap; `every name` touches all of them.
"""

import statistics
import subprocess
import sys
import time

from _timing import arguments, table, write


PROGRAMS = {
    "jax, equinox, optax": "import jax, equinox, optax",
    "ctrnn_jax": "import ctrnn_jax",
    "ctrnn_jax, every name": (
        "import ctrnn_jax as cj\n"
        "for name in dir(cj):\n"
        "    if name not in ('plotting',): getattr(cj, name)"
    ),
    "ctrnn-jax --help": (
        "import sys; sys.argv = ['ctrnn-jax', '--help']\n"
        "from ctrnn_jax.cli import main\n"
        "try: main()\nexcept SystemExit: pass"
    ),
}


def main() -> None:
    options = arguments(__doc__)
    times: dict[str, list[float]] = {name: [] for name in PROGRAMS}
    for turn in range(options.repeats + 1):
        for name, program in PROGRAMS.items():
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL
            )
            if turn:  # the first turn fills the file cache
                times[name].append(time.perf_counter() - start)
    median = {name: statistics.median(values) for name, values in times.items()}
    base = median["jax, equinox, optax"]
    rows = [(name, seconds, seconds / base) for name, seconds in median.items()]
    print(table(("import", "seconds", "ratio"), rows))
    if not options.smoke:
        print("written to", write("startup", median))


if __name__ == "__main__":
    main()
