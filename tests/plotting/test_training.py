"""Tests of figures of training: losses, performance, ensembles."""

from matplotlib.figure import Figure
import numpy as np
import pytest

from ctrnn_jax._tree import with_fields
from ctrnn_jax.plotting import (
    BEYOND,
    plot_ensemble,
    plot_loss,
    plot_loss_terms,
    plot_performance,
    plot_training,
)
from ctrnn_jax.plotting._style import ink
from ctrnn_jax.training import History, Member


def test_loss_has_a_running_mean(ax):
    loss = np.linspace(1.0, 0.1, 60)
    assert plot_loss(loss, ax=ax, window=10) is ax
    assert [len(line.get_ydata()) for line in ax.lines] == [60, 51]
    np.testing.assert_allclose(ax.lines[1].get_ydata()[0], loss[:10].mean())


def test_few_updates_are_points_at_whole_numbers(new_ax, render):
    for count in (1, 2):
        ax = plot_loss(np.linspace(1.0, 0.5, count), ax=new_ax())
        render(ax)
        (line,) = ax.lines
        assert line.get_marker() == "o"
        assert line.get_color() == ink(ax)
        places = ax.get_xticks()
        np.testing.assert_array_equal(places, np.round(places))


def test_performance_is_in_percent(ax):
    plot_performance(np.array([5, 10]), np.array([0.5, 0.9]), ax=ax, criterion=0.85)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [50.0, 90.0])


def test_ensembles_show_median_quartiles_and_range(ax, render):
    loss = np.arange(1.0, 6.0)[:, None] * np.array([[4.0, 3.0, 2.0, 1.0]])
    loss[4, 2:] = np.nan  # a member that stopped
    loss[:, 3] = np.nan  # all members have stopped
    assert plot_ensemble(loss, ax=ax) is ax
    render(ax)
    np.testing.assert_allclose(ax.lines[0].get_xydata(), [[1, 12], [2, 9], [3, 5]])
    full_range, quartiles = (c.get_paths()[0].vertices[:, 1] for c in ax.collections)
    assert (full_range.min(), full_range.max()) == (2.0, 20.0)
    assert (quartiles.min(), quartiles.max()) == (3.5, 16.0)
    assert [c.get_label() for c in ax.collections] == ["range", "quartiles"]
    with pytest.raises(ValueError, match=r"have axes \(members, points\)"):
        plot_ensemble(loss[0], ax=ax)


def test_terms_of_the_loss_that_are_zero_are_not_drawn(ax, render, legend_texts):
    terms = {
        "task": np.linspace(2, 1, 30),
        "rates": np.full(30, 0.1),
        "off": np.zeros(30),
    }
    assert plot_loss_terms(terms, ax=ax, window=10) is ax
    render(ax)
    assert legend_texts(ax) == ["task", "rates"]
    np.testing.assert_allclose(ax.lines[0].get_ydata()[0], terms["task"][:10].mean())
    assert ax.lines[0].get_xdata()[0] == 10
    assert ax.get_yscale() == "log"
    assert ax.get_ylabel() == "terms of the loss\n(mean of 10 updates)"


def test_a_term_that_began_later_is_drawn_from_its_first_update(ax):
    began_at_30 = np.where(np.arange(60) < 30, np.nan, 0.5)
    plot_loss_terms({"rates": began_at_30}, ax=ax, window=5)
    updates = ax.lines[0].get_xdata()
    np.testing.assert_array_equal(updates, np.arange(35, 61))


def history(loss, terms, performance):
    """Return a history with validations after 20 and 40 updates."""
    steps = np.array([20, 40])
    return History(
        loss=loss,
        terms=terms,
        gradient_norm=loss,
        validation_step=steps,
        performance=performance,
        validation_loss=performance,
        stage=steps,
    )


def test_training_of_an_ensemble_and_of_one_network(legend_texts):
    loss = 1 + np.random.default_rng(0).random((3, 40))
    performance = np.array([[0.5, 0.8], [0.6, np.nan], [0.7, 0.9]])
    terms = {"task": 0.9 * loss, "weights": 0.1 * loss}
    ensemble = history(loss, terms, performance)
    figure = plot_training(ensemble, figure=Figure(), criterion=0.85)
    figure.draw_without_rendering()
    top, middle, bottom = figure.axes
    np.testing.assert_allclose(top.lines[0].get_ydata(), np.median(loss, 0))
    assert "median of 3 networks" in legend_texts(top)
    assert legend_texts(middle) == ["task", "weights"]
    np.testing.assert_allclose(bottom.lines[-1].get_xydata(), [[20, 60], [40, 80]])
    assert bottom.get_ylabel().replace("\n", " ") == "performance (%)"
    assert bottom.get_xlabel() == "updates"

    single = history(loss[0], {"task": loss[0]}, performance[0])
    figure = plot_training(single, figure=Figure())
    assert len(figure.axes) == 2
    np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), loss[0])
    np.testing.assert_allclose(figure.axes[1].lines[0].get_ydata(), [50, 80])


def running(row, end):
    """Return means of the last 25 losses at each update; the last one stays."""
    updates = np.minimum(1 + np.arange(len(row)), end)
    return np.array([row[max(0, n - 25) : n].mean() for n in updates])


def test_an_ended_network_keeps_its_last_mean_until_the_last_one_ends():
    """The losses fall; a last update that is far above its mean changes no curve."""
    loss = np.tile(np.geomspace(1.0, 0.1, 60), (4, 1))
    loss[1, 39], loss[1, 40:], loss[:, 55:] = 9.0, np.nan, np.nan
    loss[0, 2] = 1e20  # an exploding update, which later means forget
    performance = np.array([[0.5, 0.8], [0.6, np.nan], [0.7, 0.9], [0.5, 0.5]])
    figure = plot_training(swept(loss, performance), figure=Figure(), by="noise")
    curve = (running(loss[0], 55) + running(loss[1], 40)) / 2
    top, bottom = figure.axes
    np.testing.assert_array_equal(top.lines[1].get_xdata(), np.arange(1, 56))
    np.testing.assert_allclose(top.lines[1].get_ydata(), curve[:55])
    np.testing.assert_allclose(bottom.lines[-1].get_ydata(), [55, 70])
    ended = "an ended network keeps its last value while others train"
    assert ended in top.get_title()

    loss[0, 2] = loss[2, 2]
    both = history(loss[:2], {"task": loss[:2]}, performance[:2])
    figure = plot_training(both, figure=Figure())
    top = figure.axes[0]
    assert top.get_title() == ended
    np.testing.assert_array_equal(top.lines[0].get_xdata(), np.arange(1, 56))
    held = np.where(np.arange(55) < 40, loss[1, :55], running(loss[1], 40)[-1])
    np.testing.assert_allclose(top.lines[0].get_ydata(), (loss[0, :55] + held) / 2)

    one = swept(loss[[0, 1, 1, 1]], performance)
    figure = plot_training(
        with_fields(one, members=tuple(Member(i, {}) for i in range(4))),
        figure=Figure(),
        by="seed",
    )
    assert figure.axes[0].get_title() == "each curve is one network"
    np.testing.assert_array_equal(
        figure.axes[0].lines[1].get_xdata(), 1 + np.arange(40)
    )


def test_a_setting_is_named_in_words_in_the_legend():
    loss, performance = np.ones((2, 40)), np.full((2, 2), 0.5)
    members = tuple(Member(0, {"learning_rate": x}) for x in (0.1, 0.2))
    one = with_fields(history(loss, {"task": loss}, performance), members=members)
    legend = (
        plot_training(one, figure=Figure(), by="learning_rate").axes[0].get_legend()
    )
    assert legend is not None
    assert legend.get_title().get_text() == "learning rate"


def swept(loss, performance):
    """Return the history of four networks, with two levels of noise and two seeds."""
    pairs = [(0.1, 0), (0.1, 1), (0.05, 0), (0.05, 1)]
    members = tuple(Member(seed, {"noise": noise}) for noise, seed in pairs)
    new = history(loss, {"task": loss}, performance)
    return with_fields(new, members=members)


def test_levels_of_a_setting_have_a_mean_within_a_band(legend_texts):
    """A member that ended keeps its last mean; one that never had any is left out."""
    loss = 1 + np.random.default_rng(0).random((4, 40))
    loss[1] = 0.01  # the mean less a standard deviation would be negative
    loss[3, 30:] = np.nan
    performance = np.array([[0.5, 0.8], [0.6, 1.0], [0.7, 0.9], [np.nan, np.nan]])
    figure = plot_training(swept(loss, performance), figure=Figure(), by="noise")
    figure.draw_without_rendering()
    top, bottom = figure.axes
    assert legend_texts(top) == ["0.05", "0.1"]
    legend = top.get_legend()
    assert legend is not None
    assert legend.get_title().get_text() == "noise"
    ends = [40, 40, 40, 30]
    smooth = np.stack([running(row, end) for row, end in zip(loss, ends, strict=True)])
    for line, band, rows in zip(
        top.lines, top.collections, (smooth[2:], smooth[:2]), strict=True
    ):
        np.testing.assert_array_equal(line.get_xdata(), np.arange(1, 41))
        np.testing.assert_allclose(line.get_ydata(), rows.mean(axis=0))
        edges = np.asarray(band.get_paths()[0].vertices)[:, 1]
        assert edges.min() >= rows.min() > 0
        assert edges.max() <= rows.max()
    means = [line.get_ydata() for line in bottom.lines[-2:]]
    np.testing.assert_allclose(means, [[70, 90], [55, 90]])
    assert len({line.get_color() for line in top.lines}) == 2


def test_levels_that_are_text_and_seeds(legend_texts):
    loss, performance = np.ones((4, 40)), np.full((4, 2), 0.5)
    one = swept(loss, performance)
    assert legend_texts(plot_training(one, figure=Figure(), by="seed").axes[0]) == [
        "0",
        "1",
    ]
    named = tuple(Member(0, {"noise": name}) for name in ("a", "b", "a", "b"))
    figure = plot_training(with_fields(one, members=named), figure=Figure(), by="noise")
    assert legend_texts(figure.axes[0]) == ["a", "b"]
    with pytest.raises(ValueError, match="`by` must be a known name; got 'noize"):
        plot_training(one, by="noize")
    single = history(loss[0], {"task": loss[0]}, performance[0])
    with pytest.raises(ValueError, match="`by` must be left out for one network"):
        plot_training(single, by="noise")


def beyond(ax):
    """Return updates and marks of the values beyond the limits of the axes."""
    marks = [line for line in ax.lines if line.get_gid() in BEYOND]
    return [(line.get_marker(), *np.asarray(line.get_xdata())) for line in marks]


LOSS = np.geomspace(1.0, 0.01, 500)


def test_one_exploding_update_does_not_flatten_the_loss(ax, render, legend_texts):
    loss = LOSS.copy()
    loss[250], loss[251], loss[300], loss[400] = 1e9, np.inf, 1e-9, np.nan
    plot_loss(loss, ax=ax)
    render(ax)
    low, high = ax.get_ylim()
    curve = np.log10(LOSS.max() / LOSS.min())
    assert curve / np.log10(high / low) > 0.6
    assert low < LOSS.min()
    assert LOSS.max() < high < 100
    assert beyond(ax) == [("^", 251, 252), ("v", 301)]
    texts = ["2 updates above the axis", "1 update below the axis"]
    assert legend_texts(ax)[2:] == texts
    # the marks are at the edges of the axes
    heights = [line.get_window_extent().y0 for line in ax.lines if line.get_gid()]
    assert heights[0] > ax.bbox.y1 - 5
    assert heights[1] < ax.bbox.y0 + 5


@pytest.mark.parametrize("loss", [LOSS, LOSS[:3], LOSS[:1], np.geomspace(1e4, 1, 300)])
def test_usual_losses_are_all_within_the_axes(ax, loss):
    plot_loss(loss, ax=ax)
    assert beyond(ax) == []
    low, high = ax.get_ylim()
    assert low < loss.min()
    assert loss.max() < high


def test_a_short_run_with_an_exploding_update_is_not_flattened(ax):
    loss = LOSS[::25].copy()
    loss[7] = 1e12
    plot_loss(loss, ax=ax)
    assert beyond(ax) == [("^", 8)]
    assert ax.get_ylim()[1] < 10


def test_exploding_members_and_terms_do_not_flatten_the_others(ax, new_ax, render):
    members = np.stack([LOSS, 2 * LOSS, 3 * LOSS])
    members[1, 100] = 1e9
    plot_ensemble(members, ax=ax, log=True)
    assert ax.get_yscale() == "log"
    assert ax.get_ylim()[1] < 20
    assert beyond(ax) == [("^", 101)]
    # limits are widened for a second ensemble in the same axes
    plot_ensemble(1e3 * members[::2], ax=ax, log=True, colour="#55320c")
    render(ax)
    assert ax.get_ylim()[0] < LOSS.min()
    assert ax.get_ylim()[1] > 3e3
    # marks of several calls are counted together
    members[2, [100, 102]] = 1e12
    plot_ensemble(members, ax=ax, log=True)
    assert beyond(ax) == [("^", 101, 103)]
    (marks,) = (line for line in ax.lines if line.get_gid())
    assert marks.get_label() == "2 updates above the axis"
    terms = {"task": LOSS, "rates": np.where(np.arange(500) == 9, 1e8, 1e-3)}
    of_terms = render(plot_loss_terms(terms, ax=new_ax()))
    assert of_terms.get_ylim()[1] < 20
    assert beyond(of_terms) == [("^", 10)]
    nothing = plot_loss_terms({"off": np.zeros(9)}, ax=new_ax())
    assert not nothing.lines


def test_a_figure_of_training_keeps_its_size_or_gets_one():
    from matplotlib import pyplot as plt

    one = history(LOSS[:40], {"task": LOSS[:40]}, np.array([0.5, 0.8]))
    figure = plot_training(one, figure=Figure(figsize=(3.3, 4.0)))
    assert tuple(figure.get_size_inches()) == (3.3, 4.0)
    assert figure.get_layout_engine() is not None
    new = plot_training(one)
    assert new is plt.gcf()
    plt.close("all")
