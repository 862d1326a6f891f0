"""Pictures of analyses show the numbers they are given, with units on their axes."""

import dataclasses

import jax
import jax.numpy as jnp
from matplotlib.collections import PolyCollection
from matplotlib.colors import same_color
from matplotlib.figure import Figure
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.analysis import (
    bifurcation,
    bootstrap_chronometric,
    bootstrap_psychometric,
    chronometric_curve,
    decode,
    find_fixed_points,
    fit_chronometric,
    fit_psychometric,
    lyapunov,
    pca,
    PerturbationEffect,
    PerturbationEffects,
    psychometric_curve,
    spectrum,
    tuning_curve,
    velocity,
)
from ctrnn_jax.plotting import (
    EXCITATORY,
    INHIBITORY,
    plot_bifurcation,
    plot_chronometric,
    plot_class_rates,
    plot_decoding,
    plot_eigenvalues,
    plot_ensemble,
    plot_loss_terms,
    plot_lyapunov,
    plot_perturbation_effects,
    plot_psychometric,
    plot_sorted_weights,
    plot_training,
    plot_trajectories,
    plot_tuning,
)
from ctrnn_jax.plotting._style import colours_of


@pytest.fixture
def ax():
    return Figure(layout="constrained").add_subplot()


@pytest.fixture(scope="module")
def net():
    """Two units that hold each other down (bistable), and a third that follows."""
    w = np.array([[2.0, -2.0, 0.0], [-2.0, 2.0, 0.0], [0.5, -0.5, 0.0]])
    return cj.CTRNN(
        2, 3, 2, dt=20.0, tau=100.0, w_hid=w, w_in=0.5 * np.eye(3, 2),
        key=jax.random.key(0),
    )  # fmt: skip


@pytest.fixture(scope="module")
def run(net):
    task = cj.tasks.PerceptualDecision(stimulus=200.0, decision=100.0, catch=400.0)
    trials = task.validation(jax.random.key(0), 33)
    return task, trials, cj.rollout(net, trials.inputs)


def drawn(ax):
    """Draw it, as a picture that cannot be drawn is none."""
    ax.figure.canvas.draw_idle()
    ax.figure.draw_without_rendering()
    return ax


def texts(legend):
    return [text.get_text() for text in legend.get_texts()]


def test_trajectories_lie_in_the_plane_of_the_components(ax, net, run):
    _, trials, traj = run
    v = np.asarray(traj.potentials)
    found = pca(v)
    points = find_fixed_points(net, candidates=64, key=jax.random.key(1))
    flow = lambda states: velocity(net, states)
    side = np.where(trials.conditions["choice"] == 0, "left", "right")
    assert (
        plot_trajectories(
            ax, found, v, components=(1, 0), groups=side, group_name="choice",
            fixed_points=points, flow=flow, arrows=5,
        )
        is ax
    )  # fmt: skip
    drawn(ax)
    scores = (v - np.asarray(found.mean)) @ np.asarray(found.components)[[1, 0]].T
    paths = [line for line in ax.lines if len(line.get_xdata()) == v.shape[1]]
    np.testing.assert_allclose([p.get_xydata() for p in paths], scores)
    assert len({p.get_color() for p in paths}) == 2
    stable = next(line for line in ax.lines if line.get_label() == "stable")
    assert stable.get_fillstyle() == "full"
    shown = np.asarray(found.project(points.points))[points.stability == "stable"]
    np.testing.assert_allclose(np.sort(stable.get_xdata()), np.sort(shown[:, 1]))
    saddle = next(line for line in ax.lines if line.get_label() == "saddle")
    assert saddle.get_fillstyle() == "left"
    assert texts(ax.get_legend()) == ["left", "right"]
    assert ax.get_legend().get_title().get_text() == "choice"
    (arrows,) = (c for c in ax.collections if hasattr(c, "U"))
    assert arrows.U.shape == (25,)
    # each arrow goes where the flow goes, seen in the plane
    axes = np.asarray(found.components)[[1, 0]]
    states = np.asarray(found.mean) + np.stack([arrows.X, arrows.Y], 1) @ axes
    moves = np.asarray(velocity(net, states)) @ axes.T
    np.testing.assert_allclose(
        np.arctan2(arrows.V, arrows.U), np.arctan2(moves[:, 1], moves[:, 0])
    )
    share = 100 * np.asarray(found.explained)
    assert ax.get_xlabel() == f"PC 2 (dimensionless; {share[1]:.0f}% of variance)"
    assert ax.get_ylabel() == f"PC 1 (dimensionless; {share[0]:.0f}% of variance)"
    with pytest.raises(ValueError, match="have 33 labels"):
        plot_trajectories(ax, found, v, groups=["a"])


def test_groups_that_are_numbers_are_coloured_in_their_order():
    order = colours_of([3.0, -1.0, 3.0, 0.5])
    assert list(order) == [-1.0, 0.5, 3.0]
    luminance = [np.dot(colour[:3], [0.3, 0.6, 0.1]) for colour in order.values()]
    assert luminance == sorted(luminance)
    assert len(set(map(str, colours_of(list("abcdefgh")).values()))) == 8


def test_eigenvalues_beyond_the_disc_are_outliers(ax):
    w = np.random.default_rng(0).normal(0, 0.1, (50, 50)) + 0.04
    found = spectrum(w)
    assert plot_eigenvalues(ax, found, boundary=1.0) is ax
    drawn(ax)
    lines = {line.get_label(): line for line in ax.lines}
    inside, far = (
        lines[n].get_xdata() + 1j * lines[n].get_ydata()
        for n in ("eigenvalues", "outliers")
    )
    (disc,) = ax.patches
    assert disc.radius == pytest.approx(float(found.expected.radius))
    assert np.all(np.abs(inside) <= 1.1 * disc.radius)
    assert np.all(np.abs(far) > 1.1 * disc.radius)
    both = np.concatenate([inside, far])
    np.testing.assert_allclose(np.sort(both), np.sort(found.eigenvalues))
    np.testing.assert_allclose(
        lines["expected outlier"].get_xdata(), [found.expected.outlier]
    )
    assert lines["stable to the left"].get_xdata()[0] == 1.0
    assert ax.get_xlabel() == "real part (dimensionless)"
    usual = plot_eigenvalues(Figure().add_subplot(), found)
    (edge,) = (x for x in usual.lines if x.get_label() == "stable to the left")
    assert edge.get_xdata()[0] == 1.0
    other = plot_eigenvalues(
        Figure().add_subplot(), found.jacobian_eigenvalues, unit="1/ms"
    )
    assert [patch.radius for patch in other.patches] == [1.0]
    assert other.get_ylabel() == "imaginary part (1/ms)"


def test_exponents_have_errors_and_a_dimension(ax, net):
    found = lyapunov(net, steps=200)
    assert plot_lyapunov(ax, found) is ax
    drawn(ax)
    points = np.concatenate([c.lines[0].get_xydata() for c in ax.containers])
    np.testing.assert_allclose(points[:, 0], [1, 2, 3])
    np.testing.assert_allclose(points[:, 1], 1e3 * np.asarray(found.exponents))
    assert ax.get_ylabel() == "Lyapunov exponent (1/s)"
    dimension = float(found.kaplan_yorke)
    assert ax.texts[0].get_text() == f"Kaplan-Yorke dimension {dimension:.2f}"
    assert ax.lines[-1].get_xdata()[0] == dimension
    chaotic = dataclasses.replace(
        found, kaplan_yorke=jnp.array(np.nan), exponents=jnp.array([0.001, 0.0, -0.1])
    )
    other = plot_lyapunov(Figure().add_subplot(), chaotic)
    assert not other.texts
    assert [len(c.lines[0].get_xdata()) for c in other.containers] == [1, 2]


def test_psychometric_fit_and_band(ax):
    rng = np.random.default_rng(0)
    x = np.repeat([-8.0, -4.0, -2.0, 2.0, 4.0, 8.0], 60)
    curve = psychometric_curve(x, rng.random(360) < 1 / (1 + np.exp(-0.5 * x)))
    fit = fit_psychometric(curve, link="logistic")
    boot = bootstrap_psychometric(fit, key=jax.random.key(0), samples=50)
    name = "coherence (%)"
    plot_psychometric(ax, curve, fit=fit, bootstrap=boot, evidence_name=name)
    drawn(ax)
    line = ax.lines[-1]
    np.testing.assert_allclose(line.get_ydata(), fit(line.get_xdata()))
    data = ax.containers[0].lines[0]
    np.testing.assert_allclose(data.get_ydata(), curve.proportion)
    assert data.get_linestyle() == "None"
    (band,) = (c for c in ax.collections if c.get_facecolor().size and c.get_alpha())
    low, high = boot.band(line.get_xdata())
    edge = band.get_paths()[0].vertices[:, 1]
    assert edge.min() == pytest.approx(low.min())
    assert edge.max() == pytest.approx(high.max())
    (text,) = texts(ax.get_legend())
    assert text.startswith(f"logistic\nthreshold {float(fit.threshold):.3g} [")
    assert "not converged" not in text
    assert ax.get_xlabel() == name
    assert ax.get_ylabel() == "proportion of choice 1"


def test_chronometric_fit(ax):
    x = np.repeat([1.0, 2.0, 4.0, 8.0], 5)
    noise = np.tile([-20.0, -10.0, 0.0, 10.0, 20.0], 4)
    times = 300 + 400 * np.tanh(0.6 * x) / (0.6 * x) + noise
    curve = chronometric_curve(x, times)
    fit = fit_chronometric(curve)
    assert plot_chronometric(ax, curve, fit=fit, evidence_name="coherence (%)") is ax
    drawn(ax)
    np.testing.assert_allclose(ax.containers[0].lines[0].get_ydata(), curve.time)
    line = ax.lines[-1]
    np.testing.assert_allclose(line.get_ydata(), fit(line.get_xdata()))
    assert texts(ax.get_legend()) == ["diffusion, 300 ms + decision 400 ms"]
    assert ax.get_ylabel() == "reaction time (ms)"
    bootstrap = bootstrap_chronometric(x, times, key=jax.random.key(0), samples=50)
    with_band = Figure().add_subplot()
    plot_chronometric(with_band, curve, fit=fit, bootstrap=bootstrap)
    drawn(with_band)
    (band,) = (c for c in with_band.collections if isinstance(c, PolyCollection))
    low, high = bootstrap.band(np.array([1.0, 8.0]))
    edges = band.get_paths()[0].vertices
    for at, ends in ((1.0, (low[0], high[0])), (8.0, (low[1], high[1]))):
        here = edges[np.isclose(edges[:, 0], at), 1]
        np.testing.assert_allclose([here.min(), here.max()], ends)
    bare = plot_chronometric(Figure().add_subplot(), curve)
    assert bare.get_legend() is None


def test_effects_are_a_forest(ax):
    numbers = [[0.2, 0.5], [-0.3, 0.0], [-0.4, -0.1], [-0.2, 0.1], [0.05, 0.05]]
    parts = [jnp.asarray(0.5), *map(jnp.asarray, numbers)]
    found = PerturbationEffects(
        {"rate": PerturbationEffect(*parts)}, ("blind", "none"), 0.95, 100
    )
    assert plot_perturbation_effects(ax, found, "rate") is ax
    drawn(ax)
    (bars,) = ax.collections
    effect = found["rate"]
    spans = np.array([path.vertices[:, 0] for path in bars.get_paths()])
    np.testing.assert_allclose(spans, np.stack([effect.low, effect.high], 1))
    assert [t.get_text() for t in ax.get_yticklabels()] == ["blind", "none"]
    assert ax.get_xlabel() == "change of mean rate (dimensionless)"
    filled, open_ = (
        line for line in ax.lines if line.get_marker() == "o" and len(line.get_xdata())
    )
    assert (filled.get_ydata()[0], open_.get_ydata()[0]) == (0, 1)
    assert filled.get_markerfacecolor() == "black"
    assert "100 trials" in ax.get_title()
    with pytest.raises(ValueError, match="known name"):
        plot_perturbation_effects(ax, found, "accuracy")


def test_tuning_is_red_and_blue_by_class(ax, run):
    _, trials, traj = run
    rates = np.asarray(traj.rates).mean(1)
    curve = tuning_curve(rates, np.asarray(trials.conditions["evidence"]))
    plot_tuning(ax, curve, units=[0, 2], n_excitatory=2, name="coherence (%)")
    drawn(ax)
    first, second = ax.containers
    np.testing.assert_allclose(first.lines[0].get_ydata(), curve.means[:, 0])
    np.testing.assert_allclose(first.lines[0].get_xdata(), curve.levels)
    assert same_color(first.lines[0].get_color(), EXCITATORY)
    assert same_color(second.lines[0].get_color(), INHIBITORY)
    assert texts(ax.get_legend()) == ["excitatory", "inhibitory"]
    assert ax.get_xlabel() == "coherence (%)"
    assert ax.get_ylabel() == "rate (dimensionless)"
    words = tuning_curve(rates, np.where(trials.conditions["choice"] == 0, "a", "b"))
    other = plot_tuning(Figure().add_subplot(), words)
    assert [t.get_text() for t in other.get_xticklabels()] == ["a", "b"]
    assert texts(other.get_legend()) == ["unit 0", "unit 1", "unit 2"]
    with pytest.raises(ValueError, match="one number a unit"):
        plot_tuning(ax, tuning_curve(np.asarray(traj.rates), np.arange(33) % 2))


def test_rates_of_classes_over_time(ax, run):
    rates = np.asarray(run[2].rates)
    assert plot_class_rates(ax, rates, dt=20.0, n_excitatory=2) is ax
    drawn(ax)
    red, blue = ax.lines
    np.testing.assert_allclose(red.get_ydata(), rates[..., :2].mean((0, 2)))
    np.testing.assert_allclose(blue.get_ydata(), rates[..., 2].mean(0))
    assert red.get_xdata()[0] == 20.0
    assert (red.get_color(), blue.get_color()) == (EXCITATORY, INHIBITORY)
    assert texts(ax.get_legend()) == ["excitatory (2)", "inhibitory (1)"]
    assert ax.get_xlabel() == "time (ms)"
    areas = {"sensory": [0, 1], "motor": [2]}
    other = plot_class_rates(Figure().add_subplot(), rates, dt=20.0, groups=areas)
    assert texts(other.get_legend()) == ["sensory (2)", "motor (1)"]
    with pytest.raises(ValueError, match="only classes"):
        plot_class_rates(ax, rates, dt=20.0, n_excitatory=2, groups=areas)
    with pytest.raises(ValueError, match="hold a unit each"):
        plot_class_rates(ax, rates, dt=20.0, n_excitatory=3)


def test_ensembles_show_median_quartiles_and_range(ax):
    loss = np.arange(1.0, 6.0)[:, None] * np.array([[4.0, 3.0, 2.0, 1.0]])
    loss[4, 2:] = np.nan  # a member that stopped
    loss[:, 3] = np.nan  # where all have
    assert plot_ensemble(ax, loss) is ax
    drawn(ax)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[1, 12], [2, 9], [3, 5]])
    extents = [c.get_paths()[0].vertices[:, 1] for c in ax.collections]
    assert (extents[0].min(), extents[0].max()) == (2.0, 20.0)
    assert (extents[1].min(), extents[1].max()) == (3.5, 16.0)
    assert [c.get_label() for c in ax.collections] == ["range", "quartiles"]
    with pytest.raises(ValueError, match=r"be \(members, points\)"):
        plot_ensemble(ax, loss[0])


def test_terms_of_the_loss(ax):
    terms = {
        "task": np.linspace(2, 1, 30),
        "rates": np.full(30, 0.1),
        "off": np.zeros(30),
    }
    assert plot_loss_terms(ax, terms, window=10) is ax
    drawn(ax)
    assert texts(ax.get_legend()) == ["task", "rates"]
    np.testing.assert_allclose(ax.lines[0].get_ydata()[0], terms["task"][:10].mean())
    assert ax.lines[0].get_xdata()[0] == 10
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel() == "terms of the cost\n(mean of 10 updates)"


def test_training_of_one_and_of_many():
    from ctrnn_jax.training import History

    rng = np.random.default_rng(0)
    loss, steps = 1 + rng.random((3, 40)), np.array([20, 40])
    terms = {"task": 0.9 * loss, "weights": 0.1 * loss}
    performance = np.array([[0.5, 0.8], [0.6, np.nan], [0.7, 0.9]])
    many = History(loss, terms, loss, steps, performance, performance, steps)
    figure = plot_training(Figure(), many, criterion=0.85)
    figure.draw_without_rendering()
    top, middle, bottom = figure.axes
    np.testing.assert_allclose(top.lines[0].get_ydata(), np.median(loss, 0))
    assert "median of 3 networks" in texts(top.get_legend())
    assert texts(middle.get_legend()) == ["task", "weights"]
    np.testing.assert_allclose(bottom.lines[-1].get_xydata(), [[20, 60], [40, 85]])
    assert bottom.get_ylabel() == "fraction correct (%)"
    assert bottom.get_xlabel() == "updates"
    take = lambda x: x[0]
    one = History(
        take(loss), {"task": take(loss)}, take(loss), steps, take(performance),
        take(performance), steps,
    )  # fmt: skip
    figure = plot_training(Figure(), one)
    assert len(figure.axes) == 2
    np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), loss[0])
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), [50, 80])


def test_weights_are_sorted_by_area_then_class(ax):
    rng = np.random.default_rng(0)
    signs = np.array([1, -1, 1, -1, 1, 1])
    areas = ["motor", "sensory", "sensory", "motor", "motor", "sensory"]
    w = rng.random((6, 6)) * signs
    assert plot_sorted_weights(ax, w, areas=areas, signs=signs, colorbar=True) is ax
    drawn(ax)
    order = [0, 4, 3, 2, 5, 1]  # motor E, E, I, sensory E, E, I
    np.testing.assert_allclose(ax.images[0].get_array(), w[np.ix_(order, order)])
    assert [t.get_text() for t in ax.get_xticklabels()] == ["motor", "sensory"]
    bars = [line for line in ax.lines if line.get_linewidth() == 4]
    across = [line for line in bars if np.ptp(line.get_ydata()) == 0]
    spans = [(*line.get_xdata(), line.get_color()) for line in across]
    e, i = EXCITATORY, INHIBITORY
    assert spans == [(-0.5, 1.5, e), (1.5, 2.5, i), (2.5, 4.5, e), (4.5, 5.5, i)]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("from unit (pre)", "to unit (post)")
    alone = plot_sorted_weights(Figure().add_subplot(), w)
    np.testing.assert_allclose(
        alone.images[0].get_array(), w[np.ix_([0, 2, 4, 5, 1, 3], [0, 2, 4, 5, 1, 3])]
    )
    with pytest.raises(ValueError, match="one entry for each unit"):
        plot_sorted_weights(ax, w, areas=["a"])


def test_a_bifurcation_diagram_has_its_branches(ax):
    """The pitchfork of one tanh unit: +-v* with v = w tanh v, stable beyond w = 1."""
    net = cj.CTRNN(
        0, 1, 0, dt=10.0, tau=100.0, w_hid=np.eye(1), activation="tanh",
        key=jax.random.key(0),
    )  # fmt: skip
    change = lambda net, w: cj.replace(net, w_hid=jnp.reshape(w, (1, 1)))
    values = np.array([0.6, 0.8, 1.2, 1.4, 1.6])
    found = bifurcation(net, change, values, key=jax.random.key(1), candidates=64)
    assert plot_bifurcation(ax, found, parameter_name="self-excitation w") is ax
    drawn(ax)
    segments = [line for line in ax.lines if len(line.get_xdata()) == 2]
    style = lambda line: line.get_linestyle()
    solid = np.array([s.get_xydata() for s in segments if style(s) == "-"])
    broken = np.array([s.get_xydata() for s in segments if style(s) != "-"])
    for w, v in solid.reshape(-1, 2):
        np.testing.assert_allclose(v, w * np.tanh(v), atol=1e-9)
    assert len(solid) == 1 + 2 + 2  # below 1; and each of the two beyond it
    np.testing.assert_allclose(broken[..., 1], 0, atol=1e-9)
    assert broken[..., 0].min() == 0.8
    assert texts(ax.get_legend()) == ["stable", "unstable"]
    circles = np.array(
        [line.get_xydata()[0] for line in ax.lines if line.get_marker() == "o"]
    )
    assert sorted(circles[:, 0].round(9)) == [1.0, 1.2, 1.2]
    assert ax.get_xlabel() == "self-excitation w"
    assert ax.get_ylabel() == "state of unit 0 (dimensionless)"
    twice = plot_bifurcation(Figure().add_subplot(), found, along=np.array([2.0]))
    np.testing.assert_allclose(
        [line.get_ydata() for line in twice.lines if len(line.get_xdata()) == 2],
        [2 * line.get_ydata() for line in segments],
    )
    with pytest.raises(ValueError, match="`along` must be a unit below 1; got 1"):
        plot_bifurcation(ax, found, along=1)
    with pytest.raises(ValueError, match=r"`along` must have shape \(1,\)"):
        plot_bifurcation(ax, found, along=np.ones(2))


def test_decoding_over_time_and_across_times(ax, run):
    task, trials, traj = run
    labels = np.asarray(trials.conditions["choice"])
    key = jax.random.key(0)
    found = decode(traj.rates, labels, shuffles=20, key=key)
    assert plot_decoding(ax, found, dt=task.dt) is ax
    drawn(ax)
    assert texts(ax.get_legend()) == ["95% of shuffles", "chance", "decoder"]
    np.testing.assert_allclose(ax.lines[1].get_ydata(), found.accuracy)
    assert ax.lines[1].get_xdata()[0] == task.dt
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), 0.5)
    edge = ax.collections[0].get_paths()[0].vertices[:, 1]
    assert edge.max() == pytest.approx(
        np.percentile(np.asarray(found.shuffled), 97.5, axis=0).max()
    )
    across = decode(traj.rates[:, ::4], labels, cross_temporal=True, key=key)
    other = plot_decoding(Figure().add_subplot(), across, dt=4 * task.dt)
    drawn(other)
    image = other.images[0]
    np.testing.assert_allclose(image.get_array(), across.accuracy)
    assert image.get_clim() == (0.5, 1.0)
    assert image.origin == "lower"
    assert (other.get_xlabel(), other.get_ylabel()) == (
        "tested at (ms)",
        "trained at (ms)",
    )
