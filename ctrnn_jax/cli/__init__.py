"""The command line. It needs tyro and rich: `pip install 'ctrnn-jax[cli]'`."""

import importlib.util
import sys


def main() -> None:
    """Run `ctrnn-jax`, or say which extra is missing."""
    missing = [n for n in ("tyro", "rich") if importlib.util.find_spec(n) is None]
    if missing:
        sys.exit(
            f"error: ctrnn-jax needs {' and '.join(missing)} on the command line. "
            "Install them with pip install 'ctrnn-jax[all]'."
        )
    from ._main import main as run_main

    run_main()
