"""`ctrnn-jax --version`: versions of this package, JAX and Python, and the devices."""

from collections import Counter
from importlib.metadata import version
import platform

import jax
from rich.console import Console


def print_version(console: Console) -> int:
    """Print the versions and the devices; return the exit status."""
    versions = (
        f"ctrnn-jax {version('ctrnn-jax')}",
        f"JAX {jax.__version__}",
        f"Python {platform.python_version()}",
    )
    kinds = Counter((d.platform, d.device_kind) for d in jax.devices())
    devices = (
        f"{count} {name}" + (f" ({kind})" if kind != name else "")
        for (name, kind), count in kinds.items()
    )
    lines = (", ".join(versions), "devices: " + ", ".join(devices))
    for line in lines:
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    return 0
