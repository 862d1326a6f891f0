"""The command line. It needs tyro, rich and Jinja: `pip install 'ctrnn-jax[cli]'`."""

import importlib.util
import sys


def main() -> None:
    """Run `ctrnn-jax`, or say which extra is missing."""
    names = ("tyro", "rich", "jinja2")
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(
            f"error: ctrnn-jax needs {' and '.join(missing)} on the command line. "
            "Install them with pip install 'ctrnn-jax[all]'."
        )
    from ._main import main as run_main

    run_main()
