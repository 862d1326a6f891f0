"""The figures of a report: learning curves, weights, spectrum, choices."""

from collections.abc import Sequence
import dataclasses

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.typing import ColorType
import numpy as np

from ...analysis import psychometric_curve, spectrum
from ...network import effective
from ...plotting import (
    label_axes,
    log_limits,
    mark_beyond,
    plot_eigenvalues,
    plot_loss,
    plot_psychometric,
    plot_trials,
    plot_weight_magnitudes,
    plot_weights,
    smoothed,
    within,
)
from ...tasks import AbstractTwoChoice
from ._run_files import Line
from ._svg import plain
from ._tested_network import TestedNetwork


_COLOURS = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00")
"""The palette of Okabe and Ito, safe for colour-blind readers."""

_HIGHEST = 100.0
"""Losses above this factor times their median leave the axes."""

_LONGEST = 44
"""The largest number of characters of a label."""


@dataclasses.dataclass(frozen=True)
class Curve:
    """A quantity of one network at its updates; equal labels have one colour.

    Means over up to `window` points are drawn.
    """

    label: str
    updates: np.ndarray
    values: np.ndarray
    window: int = 1


def curve_of(lines: Sequence[Line], name: str, label: str) -> Curve:
    """Return a column of the lines of a history, without empty places."""
    pairs = [(line["step"], line.get(name)) for line in lines]
    known = [(step, value) for step, value in pairs if value is not None]
    updates, values = np.asarray(known, float).reshape(-1, 2).T
    return Curve(label, updates, values)


def losses(curves: Sequence[Curve]) -> Figure:
    """Draw losses on a logarithmic axis, which the largest ones do not compress.

    Losses beyond the axis are left out of means; triangles mark them.
    """
    figure, ax = _panel()
    values = np.concatenate([curve.values for curve in curves])
    positive = values[np.isfinite(values) & (values > 0)]
    shown, ends = list(curves), (0.0, np.inf)
    if len(positive):
        low, high = log_limits(positive)
        ends = low, min(high, _HIGHEST * float(np.median(positive)))
        shown = [
            dataclasses.replace(curve, values=within(curve.values, ends))
            for curve in curves
        ]
    _draw(ax, shown)
    ax.set_yscale("log")
    if len(positive):
        ax.set_ylim(*ends)
    for curve in curves:
        mark_beyond(ax, curve.updates, curve.values)
    return _labelled(figure, ax, curves, "loss")


def loss_of_updates(values: np.ndarray) -> Figure:
    """Draw the loss of every update and its running mean, as loss.png does."""
    figure, ax = _panel(5.4)
    plot_loss(values, ax=ax)
    return figure


def performances(curves: Sequence[Curve], name: str, criterion: float | None) -> Figure:
    """Draw performance at each validation, and the criterion."""
    figure, ax = _panel()
    _draw(ax, curves)
    if criterion is not None:
        ax.axhline(criterion, color="0.4", linestyle="--", linewidth=0.9)
        # at the left, where performance is below the criterion in most runs
        place = {"transform": ax.get_yaxis_transform(), "va": "bottom"}
        ax.text(0.0, criterion, " criterion", color="0.4", **place)
    return _labelled(figure, ax, curves, name)


def _panel(width: float = 4.4, height: float = 3.1) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def _colours(curves: Sequence[Curve]) -> dict[str, ColorType]:
    """Return a colour for each label."""
    labels = list(dict.fromkeys(curve.label for curve in curves))
    if len(labels) == 1:
        return {labels[0]: "black"}
    if len(labels) <= len(_COLOURS):
        return dict(zip(labels, _COLOURS, strict=False))
    shades = colormaps["viridis"](np.linspace(0.0, 0.88, len(labels)))
    return dict(zip(labels, map(tuple, shades), strict=True))


def _draw(ax: Axes, curves: Sequence[Curve]) -> None:
    colours = _colours(curves)
    for curve in curves:
        marker = "o" if len(curve.values) <= 30 else None
        style = {"color": colours[curve.label], "linewidth": 1.2, "markersize": 2.5}
        values = curve.values
        if curve.window > 1:
            values = smoothed(values[None], curve.window)[0]
        ax.plot(curve.updates, values, marker=marker, alpha=0.85, **style)


def _labelled(figure: Figure, ax: Axes, curves: Sequence[Curve], y: str) -> Figure:
    """Name the axes, and the colours below them if they are few."""
    colours = _colours(curves)
    label_axes(ax, "updates", plain(y))
    ax.spines[["top", "right"]].set_visible(False)
    if 1 < len(colours) <= len(_COLOURS):
        handles = [Line2D([], [], color=colour) for colour in colours.values()]
        labels = [plain(_shortened(label)) for label in colours]
        columns = 2 if max(map(len, labels)) < _LONGEST / 2 else 1
        place = {"loc": "outside lower center", "ncols": columns, "frameon": False}
        figure.legend(handles, labels, fontsize=8, **place)
    return figure


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST else f"{label[: _LONGEST - 1]}…"


def trial(tested: TestedNetwork, title: str) -> Figure:
    """Draw one of the example trials: inputs, rates, outputs and targets."""
    trials, traj = tested.examples[title]
    classes = tested.n_excitatory
    titles = [plain(title)]
    figure = Figure(figsize=(4.3, 6.0))
    return plot_trials(
        tested.task, trials, traj, figure=figure, titles=titles, n_excitatory=classes
    )


def recurrent_weights(tested: TestedNetwork) -> Figure:
    """Draw the matrix of recurrent weights."""
    figure, ax = _panel(4.4, 3.9)
    w_hid = np.asarray(effective(tested.net).w_hid)
    plot_weights(w_hid, ax=ax, n_excitatory=tested.n_excitatory)
    return figure


def weight_magnitudes(tested: TestedNetwork) -> Figure:
    """Draw the distribution of the magnitudes of recurrent weights."""
    figure, ax = _panel()
    w_hid = np.asarray(effective(tested.net).w_hid)
    plot_weight_magnitudes(w_hid, tested.n_excitatory, ax=ax)
    return figure


def outer_weights(tested: TestedNetwork) -> Figure:
    """Draw the weights of inputs, if there are any, and of the readout."""
    weights = effective(tested.net)
    w_in, w_out = np.asarray(weights.w_in).T, np.asarray(weights.w_out)
    task = tested.task
    panels = {
        "from input channel": (w_in, task.input_names),
        "to output channel": (w_out, task.output_names),
    }
    panels = {name: panel for name, panel in panels.items() if panel[0].size}
    figure = Figure(figsize=(4.4, 1.9 * len(panels) + 0.2), layout="constrained")
    axes = figure.subplots(len(panels), 1, squeeze=False).flat
    for ax, (name, (w, channels)) in zip(axes, panels.items(), strict=True):
        plot_weights(w, ax=ax, post_names=channels)
        ax.set(xlabel="unit", ylabel=name)
    return figure


def eigenvalues(tested: TestedNetwork) -> Figure:
    """Draw the eigenvalues of the recurrent weights."""
    figure, ax = _panel(4.6, 3.3)
    w_hid, excitatory = effective(tested.net).w_hid, tested.n_excitatory
    units = np.arange(len(w_hid))
    classes = None if excitatory is None else 1 * (units >= excitatory)
    plot_eigenvalues(spectrum(w_hid, growth=False, classes=classes), ax=ax)
    return figure


def psychometric(tested: TestedNetwork, task: AbstractTwoChoice) -> Figure:
    """Draw the proportion of the first choice against the evidence."""
    figure, ax = _panel()
    evidence, choices = tested.conditions["evidence"], tested.choices
    curve = psychometric_curve(evidence, np.asarray(choices) == 0)
    name, choice = plain(task.evidence_name), plain(task.output_names[0])
    plot_psychometric(curve, ax=ax, evidence_name=name, choice_name=choice)
    return figure
