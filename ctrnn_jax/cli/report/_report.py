"""`ctrnn-jax report`: one page of HTML about a run, a sweep, or several of them."""

from collections.abc import Callable, Mapping, Sequence
import importlib.metadata
from pathlib import Path

import jinja2
import numpy as np
from rich.console import Console

from ..._checks import check
from ..._files import write_atomically
from ..experiment import changed_files, Code, code_again, digests_in, NO_CODE
from ..options import Report
from ..run import printer, REPORT, Settings, settings_from, Setup, showing
from ..user_code import is_file, parts_of
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
    codes = codes_of(runs, {"task": command.task, "network": command.network})
    for run, code in zip(runs, codes, strict=True):
        digests = digests_in(run.config) if code.digests else {}
        for change in changed_files(code, digests).values():
            say(f"warning: {run.name}: {change}: its report may be wrong")
    with showing(console, "writing the report") as show:
        write_atomically(out, page_of(content_of(runs, show, codes=codes)))
    say(f"written to {out}")
    return 0


def write_at_end(folder: Path, console: Console, setup: Setup | None) -> None:
    """Write the report of a run that has ended, into its folder.

    `setup` is that of the run; `None` builds it from config.json. A failure, also for
    want of the user's files, is a warning: all other files of the run are written.
    """
    say, path = printer(console), folder / REPORT
    try:
        _check_out(path)
        with showing(console, "writing the report") as show:
            runs = [read_run(folder)]
            codes = codes_of(runs, {}) if setup is None else [setup.code]
            content = content_of(runs, show, setup, codes)
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


def codes_of(
    runs: Sequence[RunFiles], named: Mapping[str, Sequence[str]]
) -> list[Code]:
    """Run the files that the command names for tasks and networks of runs.

    **Returns:** the parts of each run; none if its settings are damaged. Raises
    `ValueError` if a run needs a file that is not named, and for one that none needs.
    """
    settings = [_settings_of(run) for run in runs]
    known = [one for one in settings if one is not None]
    for role, texts in named.items():
        recorded = [getattr(one, role) or "" for one in known]
        used = {_chosen(text, texts) for text in recorded}
        for text in texts:
            parts = ", ".join(dict.fromkeys(filter(None, recorded))) or "none"
            rule, got = "name a part of a run", f"{text!r} for {parts}"
            check(text in used, role, rule, got, "Drop it, or correct it.")
    return [
        NO_CODE
        if one is None
        else code_again(
            one,
            task=_chosen(one.task, named.get("task", ())),
            network=_chosen(one.network or "", named.get("network", ())),
        )
        for one in settings
    ]


def _settings_of(run: RunFiles) -> Settings | None:
    """Return the settings of a run; `None` if config.json is damaged."""
    try:
        return settings_from(run.folder, run.config)
    except ValueError:
        return None  # the report says why


def _chosen(recorded: str, texts: Sequence[str]) -> str | None:
    """Return which of the texts names the part in config.json, if it is of a file."""
    if not is_file(recorded):
        return None
    same = [text for text in texts if parts_of(text)[1] == parts_of(recorded)[1]]
    return recorded if recorded in same else next(iter(same), None)


# weights of a run that diverged may be too large for their squares
@np.errstate(over="ignore", invalid="ignore")
def content_of(
    runs: Sequence[RunFiles],
    show: Callable[[str], None] = lambda text: None,
    setup: Setup | None = None,
    codes: Sequence[Code] = (),
) -> Content:
    """Return the report of runs; `show` is called with each part on the way.

    `setup` is that of a single run; `None` builds it from config.json and from the
    parts of the user's files in `codes`, one for each run.
    """
    drawings, simulates = Drawings(), len(runs) <= _MOST_SIMULATED
    reports, contents = [], []
    for number, (run, code) in enumerate(zip(runs, codes, strict=True), start=1):
        title = f"report of {run.name} ({number} of {len(runs)})"
        show(f"{title}: reading the settings")
        one = RunReport(run, drawings, setup, code)
        if simulates and one.network is not None:
            show(f"{title}: simulating the trials of the test")
            one.simulate()
        reports.append(one)
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
