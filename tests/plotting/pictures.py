"""Every picture that draws in one pair of axes, of the objects of the catalogue."""

import functools

import jax
from matplotlib.text import Text
import numpy as np

import ctrnn_jax as cj
from ctrnn_jax import plotting


@functools.cache
def objects():
    """Return valid objects by name, made as for users."""
    from bad_input.objects import names

    with (
        jax.enable_x64(False),
        jax.numpy_dtype_promotion("standard"),
        jax.numpy_rank_promotion("allow"),
    ):
        return names()


def drawn_texts(figure):
    """Return the texts of a figure that have letters and are visible."""
    hidden = set()  # tick labels outside the limits of their axis
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if not low <= tick.get_loc() <= high:
                    hidden |= {tick.label1, tick.label2}
    texts = set(figure.findobj(Text)) - hidden
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def cut_off(figure):
    """Return the texts that are not within the figure."""
    figure.draw_without_rendering()
    limits = figure.bbox.padded(1.0)
    boxes = {text: text.get_window_extent() for text in drawn_texts(figure)}
    return [
        text.get_text()
        for text, box in boxes.items()
        if not (limits.contains(*box.min) and limits.contains(*box.max))
    ]


LOSS = np.geomspace(1.0, 0.01, 200) * np.random.default_rng(0).uniform(0.8, 1.25, 200)
VALIDATED = np.arange(20, 201, 20)
PERFORMANCE = np.linspace(0.5, 0.95, 10)
EPOCHS = {"fixation": (0, 20), "stimulus": (20, 60), "delay": (60, 62), "go": (62, 100)}


def _class_rates(o, ax):
    return plotting.plot_class_rates(o["traj"].rates, ax=ax, dt=20.0, n_excitatory=8)


def _channels(o, ax):
    names = o["task"].output_names
    of_trial = {"targets": o["trials"].targets[0], "mask": o["trials"].mask[0]}
    values = o["traj"].outputs[0]
    return plotting.plot_channels(values, ax=ax, dt=20.0, names=names, **of_trial)


def _epochs(o, ax):
    _channels(o, ax)
    return plotting.shade_epochs(EPOCHS, 20.0, ax=ax, names=True)


def _trajectories(o, ax, groups, **options):
    pca, data = cj.analysis.pca(o["data"], n_components=3), o["data"]
    options = {"groups": groups, "group_name": "coherence (%)"} | options
    return plotting.plot_trajectories(pca, data, ax=ax, **options)


PICTURES = {
    "bifurcation": lambda o, ax: plotting.plot_bifurcation(o["diagram"], ax=ax),
    "channel_image": lambda o, ax: plotting.plot_channel_image(
        np.asarray(o["traj"].rates[0]), ax=ax, dt=20.0
    ),
    "channels": _channels,
    "chronometric": lambda o, ax: plotting.plot_chronometric(o["time_curve"], ax=ax),
    "class_rates": _class_rates,
    "class_rates_by_level": lambda o, ax: plotting.plot_class_rates(
        o["data"], ax=ax, dt=20.0, n_excitatory=3, by=np.arange(12.0) - 3.2,
        by_name="coherence towards choice 1 (%)",
    ),
    "class_rates_by_name": lambda o, ax: plotting.plot_class_rates(
        o["data"], ax=ax, dt=20.0, by=["a", "b"] * 6, by_name="context"
    ),
    "connectivity": lambda o, ax: plotting.plot_connectivity(o["areas"], ax=ax),
    "cross_temporal": lambda o, ax: plotting.plot_decoding(
        cj.analysis.Decoding(np.full((5, 5), 0.75), np.ones((0, 5)), (0, 1)),
        ax=ax,
        dt=20.0,
    ),
    "decoding": lambda o, ax: plotting.plot_decoding(o["decoding"], ax=ax, dt=20.0),
    "eigenvalues": lambda o, ax: plotting.plot_eigenvalues(o["spectrum"], ax=ax),
    "ensemble": lambda o, ax: plotting.plot_ensemble(
        np.stack([LOSS, 2 * LOSS, 3 * LOSS]), ax=ax, log=True
    ),
    "epochs": _epochs,
    "loss": lambda o, ax: plotting.plot_loss(LOSS, ax=ax),
    "loss_terms": lambda o, ax: plotting.plot_loss_terms(
        {"task": LOSS, "rates": 0.1 * LOSS}, ax=ax
    ),
    "lyapunov": lambda o, ax: plotting.plot_lyapunov(o["lyapunov"], ax=ax),
    "performance": lambda o, ax: plotting.plot_performance(
        VALIDATED, PERFORMANCE, ax=ax, criterion=0.85
    ),
    "perturbation_effects": lambda o, ax: plotting.plot_perturbation_effects(
        o["effects"], "rate", ax=ax
    ),
    "psychometric": lambda o, ax: plotting.plot_psychometric(o["choices"], ax=ax),
    "rates": lambda o, ax: plotting.plot_rates(
        o["traj"].rates[0], ax=ax, dt=20.0, n_excitatory=8
    ),
    "signed_rates": lambda o, ax: plotting.plot_rates(
        o["traj"].potentials[0] - 0.1, ax=ax, dt=20.0
    ),
    "sorted_weights": lambda o, ax: plotting.plot_sorted_weights(
        o["matrix"], ax=ax, areas=sorted(["V1", "MT"] * (len(o["matrix"]) // 2))
    ),
    "trajectories": lambda o, ax: _trajectories(o, ax, None),
    "trajectories_by_level": lambda o, ax: _trajectories(o, ax, o["evidence"]),
    "trajectories_by_name": lambda o, ax: _trajectories(o, ax, ["a", "b"] * 6),
    "tuning": lambda o, ax: plotting.plot_tuning(o["tuning"], ax=ax, n_excitatory=3),
    "weight_magnitudes": lambda o, ax: plotting.plot_weight_magnitudes(
        o["matrix"], 8, ax=ax
    ),
    "input_weights": lambda o, ax: plotting.plot_weights(
        o["matrix"][:, :3], ax=ax,
        pre_names=["fixation", "motion to the left", "motion to the right"],
    ),
    "readout_weights": lambda o, ax: plotting.plot_weights(
        o["matrix"][:2], ax=ax, n_excitatory=8, post_names=["choice 1", "choice 2"]
    ),
    "weights": lambda o, ax: plotting.plot_weights(o["matrix"], ax=ax, n_excitatory=8),
}  # fmt: skip
"""By name: a function of the objects and of axes, or `None`."""
