"""How training is shown: a live bar on a terminal, lines elsewhere."""

import time
from types import TracebackType
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ..training import MeanAbove, Report


class TrainingProgress:
    """Context in which `show` is given each report of `fit`.

    On a terminal: a bar with steps, loss, performance, updates per second and the time
    left. Elsewhere one line per validation, at most one a second.
    """

    def __init__(self, console: Console, *, steps: int, rule: MeanAbove) -> None:
        self._console = console
        self._rule = rule
        self._steps = steps
        self._live = console.is_terminal
        self._started = time.perf_counter()
        self._first: tuple[float, int] | None = None
        self._printed = float("-inf")
        self._accuracy = "performance  -- "
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[loss]}"),
            TextColumn("[green]{task.fields[accuracy]}"),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TextColumn("left at most"),
            TimeRemainingColumn(),
            console=console,
            disable=not self._live,
        )
        self._bar = self._progress.add_task(
            "compiling", total=steps, loss="", accuracy="", rate=""
        )

    def __enter__(self) -> "TrainingProgress":
        self._progress.start()
        if not self._live:
            self._console.print("compiling ...")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        del kind, error, trace
        self._progress.stop()

    def show(self, report: Report) -> None:
        """Bring the display up to date."""
        now = time.perf_counter()
        step = report.state.step
        if self._first is None:
            self._first = (now, step)
        since, done = now - self._first[0], step - self._first[1]
        rate = done / since if since > 0 and done else float("nan")
        fields: dict[str, Any] = {
            "loss": f"loss {np.mean(report.losses):.4f}",
            "rate": "" if np.isnan(rate) else f"{rate:.0f} updates/s",
        }
        if report.performance is not None:
            recent = self._rule.mean(report.state.history.performance)
            self._accuracy = f"performance {report.performance:.3f}"
            if self._rule.last > 1:
                self._accuracy += f" (last {self._rule.last}: {recent:.3f})"
        fields["accuracy"] = self._accuracy
        if self._live:
            self._progress.update(
                self._bar, completed=step, description="training", **fields
            )
        elif now - self._printed >= 1.0 or step >= self._steps:
            self._printed = now
            left = (self._steps - step) / rate if rate > 0 else float("nan")
            at_most = "" if np.isnan(left) else f", at most {left:.0f} s left"
            self._console.print(
                f"step {step}/{self._steps}  {fields['loss']}  {fields['accuracy']}  "
                f"{fields['rate']}  {now - self._started:.0f} s{at_most}",
                highlight=False,
                soft_wrap=True,
            )
