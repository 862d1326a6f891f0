"""The lines of long analyses, and that they change no number."""

import functools

import canonical
from helpers import identical
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import _progress, analysis
from ctrnn_jax.analysis.fixed_points import _levenberg_marquardt


KEY = jax.random.key(0)
RNG = np.random.default_rng(0)
N = 4
NET = cj.CTRNN(
    2, N, 1, dt=20.0, tau=100.0, w_hid=1.5 * RNG.normal(size=(N, N)), key=KEY,
    b_hid=0.3 * RNG.normal(size=N),
)  # fmt: skip


@functools.cache
def points():
    return analysis.find_fixed_points(NET, key=KEY, candidates=32)


RATES, LABELS = RNG.normal(size=(24, 3, 5)), np.arange(24) % 2


@pytest.fixture
def every_line(monkeypatch):
    """Let every text be a line, however short the time since the last one is."""
    monkeypatch.setattr(_progress, "spacing", lambda elapsed: 0.0)


def bifurcation(**options):
    def change(net, gain):
        return cj.replace(net, w_hid=gain * cj.effective(NET).w_hid)

    return analysis.bifurcation(
        NET, change, np.array([0.5, 1.0]), key=KEY, candidates=32, **options
    )


def follow(**options):
    path = np.linspace([0.0, 0.0], [0.3, 0.3], 3)
    return analysis.continue_fixed_points(NET, path, points().points[0], **options)


def perturb(**options):
    net, task = canonical.eirnn(key=KEY), canonical.TASK
    lesions = {"one": cj.perturbations.Lesion(0), "other": cj.perturbations.Lesion(1)}
    options = {"key": KEY, "size": 22, "samples": 10, **options}
    return analysis.perturbation_effects(net, lesions, task, **options)


def halve(**options):
    net, task = canonical.eirnn(key=KEY), canonical.TASK
    options = {"key": KEY, "factors": (1, 2), "trials": 2, "scored": 8, **options}
    return analysis.dt_check(net, task, **options)


def counted_points():
    count = len(points())
    return [f"points {i}/{count}" for i in range(count)]


DEVIATIONS = 20.0 * np.random.default_rng(1).normal(size=32)


def choices(**options):
    strengths = np.repeat([-2.0, -1.0, 1.0, 2.0], 10)
    curve = analysis.psychometric_curve(strengths, np.arange(40) % 10 < 5 + strengths)
    fit = analysis.fit_psychometric(curve)
    return analysis.bootstrap_psychometric(fit, key=KEY, samples=3, **options)


def times(**options):
    strengths = np.repeat([0.5, 1.0, 2.0, 4.0], 8)
    drawn = 300.0 + 200.0 / strengths + DEVIATIONS
    options = {"key": KEY, "samples": 3, **options}
    return analysis.bootstrap_chronometric(strengths, drawn, **options)


CALLS = {
    "bootstrap_psychometric": (choices, [], "3 fits"),
    "bootstrap_chronometric": (times, [], "3 fits"),
    "gradient_stability": (
        lambda **options: analysis.gradient_stability(
            NET, DEVIATIONS.reshape(2, 8, 2), key=KEY, **options
        ),
        [],
        "2 trials",
    ),
    "bifurcation": (bifurcation, ["values 1/2", "values 2/2"], " branches at 2 values"),
    "continue_fixed_points": (
        follow,
        ["inputs 1/3", "inputs 2/3", "inputs 3/3"],
        " of 3 inputs",
    ),
    "verify_fixed_points": (
        lambda **options: analysis.verify_fixed_points(points(), **options),
        lambda: [*counted_points(), "simulating"],
        " modes of ",
    ),
    "attractor_manifolds": (
        lambda **options: analysis.attractor_manifolds(points(), slow=9.0, **options),
        lambda: counted_points(),
        "slow directions of ",
    ),
    "lyapunov": (
        lambda **options: analysis.lyapunov(
            NET, steps=60, every=2, blocks=3, burn=4, **options
        ),
        [f"steps {2 * i}/64" for i in range(1, 33)],
        "4 exponents from 60 steps",
    ),
    "decode": (
        lambda **options: analysis.decode(
            RATES, LABELS, folds=2, shuffles=2, key=KEY, **options
        ),
        ["orders 1/3", "orders 2/3", "orders 3/3"],
        ", 2 shuffles",
    ),
    "perturbation_effects": (
        perturb,
        ["networks 0/3  intact", "networks 1/3  one", "networks 2/3  other",
         "resampling trials"],
        " trials of 3 networks",
    ),
    "dt_check": (
        halve,
        ["time steps 0/2  dt ", "time steps 1/2  dt "],
        "2 time steps",
    ),
    "kreiss_bound": (
        lambda **options: analysis.kreiss_bound(
            np.array([[-1.0, 5.0], [0.0, -2.0]]), points=(3, 2), **options
        ),
        ["points 1/3", "points 2/3", "points 3/3"],
        " from 3 points",
    ),
    "memory_capacity": (
        lambda **options: analysis.memory_capacity(
            RATES[..., 0].reshape(-1, 1), RATES[..., 1].ravel(), lags=2, **options
        ),
        [],
        "2 lags",
    ),
    "amplification": (
        lambda **options: analysis.amplification(
            np.array([[-1.0, 5.0], [0.0, -2.0]]), np.array([0.5, 1.0]), **options
        ),
        ["decomposing"],
        "2 times",
    ),
    "delay_dynamics": (
        lambda **options: analysis.delay_dynamics(RATES, rank=3, **options),
        [],
        "rank 3",
    ),
    "align_dynamics": (
        lambda **options: analysis.align_dynamics(
            RATES[0, :, :3], RATES[1, :, :3], starts=2, iterations=3, key=KEY, **options
        ),
        [],
        "2 starts",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_an_analysis_shows_its_parts_and_a_last_line(capsys, every_line, name):
    call, parts, last = CALLS[name]
    parts = parts() if callable(parts) else parts
    plain = call()
    assert capsys.readouterr() == ("", "")
    shown = call(progress=True)
    out, err = capsys.readouterr()
    lines = err.splitlines()
    # another program is compiled in neither call
    assert [line for line in lines if "compiling" in line] == []
    assert out == ""
    assert [line.startswith(f"{name}: ") for line in lines] == [True] * len(lines)
    texts = [line.removeprefix(f"{name}: ") for line in lines]
    assert len(texts) == len(parts) + 1
    for text, part in zip(texts, parts, strict=False):
        assert text.startswith(part)
    assert last in texts[-1]
    assert " in " in texts[-1]
    assert identical(plain, shown)


@pytest.mark.parametrize("seconds", [1e-9, 0.5])
def test_the_search_shows_how_many_candidates_have_ended(
    capsys, monkeypatch, every_line, seconds
):
    """In as many calls as needed; the points have the same bits."""
    monkeypatch.setattr(_levenberg_marquardt, "_FIRST_BUDGET", 1)
    monkeypatch.setattr(_levenberg_marquardt, "_SHOW_SECONDS", seconds)
    shown = analysis.find_fixed_points(NET, key=KEY, candidates=32, progress=True)
    lines = capsys.readouterr().err.splitlines()
    assert identical(shown, points())
    prefix = "find_fixed_points: candidates "
    ended = [
        int(line.removeprefix(prefix).split("/")[0])
        for line in lines
        if line.startswith(prefix)
    ]
    # the last few candidates are searched in fewer lanes, with one line for all
    assert len(ended) >= 3
    assert ended == sorted(ended)
    assert 32 - 8 <= ended[-1] <= 32
    assert " at fixed points  " in lines[0]
    num_fixed = int(points().converged.sum())
    assert lines[-1].startswith(
        f"find_fixed_points: {num_fixed} fixed points and {len(points()) - num_fixed} "
        "slow points from 32 candidates in "
    )
    assert lines[-2].startswith("find_fixed_points: refining points, 0/")


def test_a_search_compiles_once_with_and_without_progress(capsys):
    net = cj.CTRNN(0, 3, 1, dt=10.0, tau=50.0, key=KEY)
    options = {"key": KEY, "candidates": 9, "progress": True}
    analysis.find_fixed_points(net, **options)
    first = capsys.readouterr().err
    # the search of all candidates, and that of the last ones in fewer lanes
    text = "find_fixed_points: compiling the search for fixed points ..."
    assert first.count(text) == 2
    analysis.find_fixed_points(net, **options)
    assert "compiling" not in capsys.readouterr().err


def test_silent_within_a_transformation(capsys):
    def exponents(v):
        state = cj.State(v)
        options = {"steps": 20, "every": 1, "blocks": 2, "progress": True}
        return analysis.lyapunov(NET, state=state, **options).exponents

    def accuracy(x):
        options = {"folds": 2, "shuffles": 1, "key": KEY, "progress": True}
        return analysis.decode(x, LABELS, **options)

    starts = RNG.normal(size=(2, N))
    mapped = jax.vmap(exponents)(starts)
    traced = jax.jit(accuracy)(RATES)
    assert capsys.readouterr().err == ""
    np.testing.assert_allclose(mapped[1], exponents(starts[1]), rtol=1e-9)
    plain = accuracy(RATES)
    np.testing.assert_allclose(traced.accuracy, plain.accuracy)
    np.testing.assert_allclose(traced.shuffled, plain.shuffled)


def test_decoding_memory_shows_both_decodings(capsys, every_line):
    u = RNG.uniform(size=RATES.shape)
    options = {"folds": 2, "shuffles": 1, "key": KEY}
    analysis.decode_memory(RATES, u, u, LABELS, progress=True, **options)
    lines = capsys.readouterr().err.splitlines()
    assert sum("accuracy" in line and "shuffles" in line for line in lines) == 2
