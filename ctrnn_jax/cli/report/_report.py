"""`ctrnn-jax report`: one page of HTML about a run, a sweep, or several of them."""

from collections.abc import Callable, Mapping, Sequence
import importlib.metadata
from pathlib import Path

import jinja2
import numpy as np
from rich.console import Console

from ..._checks import check
from ..._files import write_atomically
from ..options import Report
from ..run import printer, REPORT, Setup, showing
from ._comparison import comparison_of
from ._content import Content
from ._run_content import RunReport
from ._run_files import read_run, RunFiles
from ._svg import Drawings


_MARK = b'<meta name="generator" content="ctrnn-jax report'
"""The text by which a file is known as a report, which may be replaced."""

_MARKED_WITHIN = 2000
"""The number of bytes at the beginning of a report that hold the mark."""

_MOST_SIMULATED = 8
"""The networks of more runs are not simulated: the page would be very large."""


def report(command: Report, console: Console) -> int:
    """Write the report of the folders; return the exit status."""
    folders, say = command.folders, printer(console)
    runs = [read_run(folder) for folder in folders]
    default = folders[0] / REPORT if len(folders) == 1 else Path(REPORT)
    out = command.out or default
    _check_out(out)
    named = {"task": command.task, "network": command.network}
    with showing(console, "writing the report") as show:
        write_atomically(out, page_of(content_of(runs, show, named=named)))
    say(f"written to {out}")
    return 0


def write_at_end(folder: Path, console: Console, setup: Setup | None) -> None:
    """Write the report of a run that has ended, into its folder.

    `setup` is that of the run; `None` builds it from config.json. A failure is a
    warning: all other files of the run have been written.
    """
    say, path = printer(console), folder / REPORT
    try:
        _check_out(path)
        with showing(console, "writing the report") as show:
            content = content_of([read_run(folder)], show, setup)
            write_atomically(path, page_of(content))
    except Exception as error:  # of any library: the run itself is complete
        again = f"Write it with: ctrnn-jax report {folder}"
        say(f"warning: {path.name} was not written: {error}. {again}")
        return
    say(f"report in {path}")


def _check_out(path: Path) -> None:
    """Validate that a path is that of a new file or of an earlier report."""
    got = str(path)
    check(path.suffix == ".html", "out", "end in .html", got, "Name an HTML file.")
    rule = "be in a folder that exists"
    check(path.parent.is_dir(), "out", rule, got, "Make the folder first.")
    is_report = True
    if path.exists():
        is_report = path.is_file() and _MARK in path.read_bytes()[:_MARKED_WITHIN]
    rule = "be a new file or an earlier report"
    check(is_report, "out", rule, got, "Name another file.")


# weights of a run that diverged may be too large for their squares
@np.errstate(over="ignore", invalid="ignore")
def content_of(
    runs: Sequence[RunFiles],
    show: Callable[[str], None] = lambda text: None,
    setup: Setup | None = None,
    named: Mapping[str, str | None] | None = None,
) -> Content:
    """Return the report of runs; `show` is called with each part on the way.

    `setup` is that of a single run; `None` builds it from config.json, and from the
    user's files for `task` and `network` that are named.
    """
    drawings, simulates = Drawings(), len(runs) <= _MOST_SIMULATED
    part = "simulating the trials of the test" if simulates else "reading the settings"
    reports, contents = [], []
    for number, run in enumerate(runs, start=1):
        show(f"report of {run.name} ({number} of {len(runs)}): {part}")
        reports.append(
            RunReport(run, drawings, setup, named or {}, simulates=simulates)
        )
    comparison = comparison_of(reports, drawings)
    title = runs[0].name if len(runs) == 1 else f"{len(runs)} runs"
    version = importlib.metadata.version("ctrnn-jax")
    for number, (run, one) in enumerate(zip(runs, reports, strict=True), start=1):
        show(f"report of {run.name} ({number} of {len(runs)}): drawing")
        contents.append(one.content())
    return Content(title, comparison, tuple(contents), f"ctrnn-jax {version}")


def page_of(content: Content) -> bytes:
    """Return the report as HTML; all texts of it are escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__ or "", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html.j2")
    return template.render(content=content).encode(errors="replace")
