"""Measurements of a run with a time limit, printed and written as they come."""

import argparse
import os
from pathlib import Path
import re
import time
from typing import Any

from _timing import RESULTS, write
import jax


class Run:
    """The options of a run, and the measurements so far."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.start, self.seconds = time.perf_counter(), options.seconds
        device = jax.devices()[0]
        kind = re.sub(r"[^a-z0-9]+", "-", device.device_kind.lower()).strip("-")
        self.smoke: bool = options.smoke
        self.steps = 16 if self.smoke else 200
        self.repeats = 2 if self.smoke else 9
        self.path: Path = options.out or RESULTS / f"accelerator-{kind}.json"
        self.writes = not self.smoke or options.out is not None
        self.rows: list[dict[str, Any]] = []
        precision = jax.config.jax_default_matmul_precision  # pyright: ignore[reportAttributeAccessIssue]
        self.about = {
            "device": device.device_kind,
            "platform": device.platform,
            "matmul precision": str(precision),
            "XLA_FLAGS": os.environ.get("XLA_FLAGS", ""),
        }
        print(self.about, flush=True)

    def left(self) -> float:
        """Return the seconds that are left."""
        return self.seconds - (time.perf_counter() - self.start)

    def add(self, section: str, **row: Any) -> None:
        """Print and write a measurement."""
        self.rows.append({"section": section, **row})
        if self.writes:
            write(self.path, self.about | {"rows": self.rows})
        cells = [
            f"{name} {x:.4g}" if isinstance(x, float) else f"{name} {x}"
            for name, x in row.items()
        ]
        passed = time.perf_counter() - self.start
        print(f"[{passed:4.0f} s] {section}: {', '.join(cells)}", flush=True)

    def has_time(self, section: str, what: str, seconds: float) -> bool:
        """Return whether this many seconds are left; otherwise report it."""
        if self.left() >= seconds or self.smoke:
            return True
        self.add(section, left_out=what)
        return False
