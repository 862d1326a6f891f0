"""Several runs, or the networks of a sweep, side by side."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..._progress import duration
from ..run import ending
from . import _figures as figures
from ._command_line import named, setting_text, text_of
from ._content import equal_digits, Picture, Section, Table
from ._run_content import RunReport
from ._run_files import Line, RunFiles
from ._svg import Drawings


_NOT_COMPARED = (
    "command", "out", "versions", "machine", "distributed", "share", "format",
    "checkpoint_every", "checkpoint_seconds",
)  # fmt: skip
"""What config.json has that does not determine the numbers of a run."""

_MOST_LINES = 200
"""The curves of more networks are not all drawn."""

_WINDOW = 25
"""The number of updates over which the losses of all updates are averaged."""


def comparison_of(
    reports: Sequence[RunReport], drawings: Drawings
) -> tuple[Section, ...]:
    """Return the differences of the runs and their curves; for a sweep, its networks.

    There is none for a single network.
    """
    if len(reports) > 1:
        return (_table_of_runs(reports), _curves_of_runs(reports, drawings))
    run = reports[0].run
    if not run.is_sweep:
        return ()
    sections = []
    if run.members:
        sections.append(_table_of_members(run, reports[0]))
    if run.lines:
        labels = _labels_of_members(run)
        series = [
            (
                [x for x in run.lines if x.get("member") == member],
                labels[member],
                run.all_losses,
            )
            for member in list(labels)[:_MOST_LINES]
        ]
        sections.append(_curves(series, reports, drawings))
    return tuple(sections)


def labels_of(runs: Sequence[RunFiles]) -> list[str]:
    """Return the names of the runs, with a number where two folders share one."""
    names = [run.name for run in runs]
    return [
        name if names.count(name) == 1 else f"{name} ({place})"
        for place, name in enumerate(names, start=1)
    ]


def _table_of_runs(reports: Sequence[RunReport]) -> Section:
    """Return a table of the settings that differ, and of the results."""
    runs = [report.run for report in reports]
    names = list(dict.fromkeys(name for report in reports for name in report.used))
    differing = [
        name
        for name in names
        if name not in _NOT_COMPARED
        and len({text_of(report.used.get(name)) for report in reports}) > 1
    ]
    rows = []
    for label, report in zip(labels_of(runs), reports, strict=True):
        settings = (setting_text(report.used, name) for name in differing)
        rows.append((label, *_results(report), *settings))
    results = ("state", "performance", "updates", "time", "violations")
    header = ("run", *results, *map(named, differing))
    text = "The runs have the same settings."
    if differing:
        text = "All other settings are the same, or do not change the numbers."
    if all(report.tested is None for report in reports):
        text += " The pictures of a run are in its report: ctrnn-jax report RUN."
    table = Table("Results, and settings that differ", header, equal_digits(rows))
    return Section("Side by side", (text,), tables=(table,))


def _results(report: RunReport) -> tuple[str, ...]:
    """Return state, performance, updates, time and violations of a run."""
    run, summary = report.run, report.run.summary
    state = str(run.status.get("state", "unknown"))
    if summary.get("stopped") not in (None, "finished", state):
        state += f" ({ending(str(summary['stopped']))})"
    performance = summary.get("performance", summary.get("best_performance"))
    text = _fraction(performance) if performance is not None else "unknown"
    if report.tested is not None:
        text = f"{report.tested.performance:.3f}"
        mean = report.tested.mean_score
        if abs(mean.mean - report.tested.performance) < 1e-6:
            text = str(mean)
    seconds = summary.get("seconds")
    return (
        state,
        text + " (best)" * run.is_sweep,
        text_of(summary.get("steps", run.status.get("step"))),
        duration(seconds) if isinstance(seconds, float) else "unknown",
        text_of(summary.get("violations")),
    )


def _curves_of_runs(reports: Sequence[RunReport], drawings: Drawings) -> Section:
    """Return the curves of all runs over each other, sweeps by network."""
    runs = [report.run for report in reports]
    series = []
    for label, run in zip(labels_of(runs), runs, strict=True):
        members = sorted({x.get("member") for x in run.lines if run.is_sweep}, key=str)
        for member in members or [None]:
            lines = [x for x in run.lines if x.get("member") == member]
            series.append((lines, label, run.all_losses))
    return _curves(series[:_MOST_LINES], reports, drawings)


def _curves(
    series: Sequence[tuple[Sequence[Line], str, np.ndarray]],
    reports: Sequence[RunReport],
    drawings: Drawings,
) -> Section:
    """Return pictures of losses and performances; equal labels have one colour.

    A series is lines, a label, and the losses of all updates, if there are any.
    """
    loss, performance = (
        [figures.curve_of(lines, name, label) for lines, label, _ in series if lines]
        for name in ("loss", "performance")
    )
    points = "the mean since the last point"
    if all(len(losses) for lines, _, losses in series if lines):
        points = f"the mean of up to {_WINDOW} updates"
        loss = [
            figures.Curve(label, 1 + np.arange(len(losses)), losses, _WINDOW)
            for lines, label, losses in series
            if lines
        ]
    setups = [report.setup for report in reports if report.setup is not None]
    names = {setup.task.performance_name for setup in setups}
    criteria = {setup.config.criterion for setup in setups}
    name = names.pop() if len(names) == 1 else "performance"
    criterion = criteria.pop() if len(criteria) == 1 else None
    number = f"{len(loss)} networks"
    pictures: list[Picture] = []
    if loss:
        make = lambda: figures.losses(loss)  # noqa: E731
        alt = f"Losses of {number} over training, on a logarithmic axis."
        caption = (
            f"Loss of each network, {points}. Axes: updates, and loss on a "
            "logarithmic scale."
        )
        pictures.append(drawings.draw(make, alt, caption))
    if any(len(curve.values) for curve in performance):
        make = lambda: figures.performances(performance, name, criterion)  # noqa: E731
        alt = f"Performance of {number} at each validation."
        caption = f"Performance of each network. Axes: updates, and {name}."
        pictures.append(drawings.draw(make, alt, caption))
    labels = list(dict.fromkeys(label for _, label, _ in series))
    texts: tuple[str, ...] = ()
    if len(labels) > 6:
        order = f"{labels[0]} is darkest and {labels[-1]} brightest"
        texts = (f"Colours follow the order of the table: {order}.",)
    return Section("Learning curves side by side", texts, tuple(pictures))


def _settings_of(member: Mapping[str, object]) -> dict[str, float]:
    settings = member.get("settings")
    return dict(settings) if isinstance(settings, dict) else {}


def _setting_text(settings: Mapping[str, float]) -> str:
    return ", ".join(f"{named(name)} {value:g}" for name, value in settings.items())


def _labels_of_members(run: RunFiles) -> dict[int, str]:
    """Return the setting of each network of a sweep, by number."""
    numbers = {x.get("member") for x in run.lines}
    labels = {}
    for number in sorted(int(x) for x in numbers if x is not None):
        member = run.members.get(str(number), {})
        labels[number] = _setting_text(_settings_of(member)) or "all networks"
    return labels


def _table_of_members(run: RunFiles, report: RunReport) -> Section:
    """Return the results of each setting, and of each network."""
    members = list(run.members.values())
    names = list(dict.fromkeys(n for x in members for n in _settings_of(x)))
    groups: dict[str, list[Mapping[str, object]]] = {}
    for member in members:
        groups.setdefault(_setting_text(_settings_of(member)), []).append(member)
    measured = "performance"
    if report.setup is not None:
        measured = report.setup.task.performance_name
    tables = []
    if names:
        rows = []
        for group in groups.values():
            settings = (text_of(_settings_of(group[0]).get(name)) for name in names)
            rows.append((*settings, str(len(group)), *_spread(group)))
        header = (
            *map(named, names),
            "networks",
            f"median {measured}",
            "range",
            "median updates",
        )
        caption = (
            "Results by setting: performance on new trials, and updates of training"
        )
        tables.append(Table(caption, header, equal_digits(rows)))
    columns = tuple(map(named, names))
    header = ("network", "seed", *columns, "ended", "updates", measured, "violations")
    rows = [
        (
            str(member.get("member")),
            text_of(member.get("seed")),
            *(text_of(_settings_of(member).get(name)) for name in names),
            ending(str(member.get("stopped"))),
            text_of(member.get("steps")),
            _fraction(member.get("performance")),
            text_of(member.get("violations")),
        )
        for member in members
    ]
    tables.append(
        Table(
            "Results by network: performance on new trials, and updates of training",
            header,
            equal_digits(rows),
        )
    )
    return Section("Side by side", tables=tuple(tables))


def _fraction(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else text_of(value)


def _spread(group: Sequence[Mapping[str, object]]) -> tuple[str, str, str]:
    """Return median and range of performance, and median updates, of networks."""
    columns = []
    for name in ("performance", "steps"):
        values = [member.get(name) for member in group]
        columns.append([x for x in values if isinstance(x, (int, float))])
    tests, steps = columns
    if not tests:
        return "unknown", "unknown", "unknown"
    median, updates = float(np.median(tests)), float(np.median(steps or [0]))
    return f"{median:.3f}", f"{min(tests):.3f} to {max(tests):.3f}", f"{updates:g}"
