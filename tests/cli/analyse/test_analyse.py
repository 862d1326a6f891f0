"""`ctrnn-jax analyse`: the files it writes, and analyses that do not apply."""

import dataclasses
import json
import re
import shutil

from cli.commands import check_pictures, ctrnn_jax, read, SMALL, TASK
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import safetensors.numpy

import ctrnn_jax as cj
from ctrnn_jax.analysis import gradient_stability
from ctrnn_jax.cli.analyse import _analyse
from ctrnn_jax.cli.analyse._registry import ANALYSES
from ctrnn_jax.cli.analyse._trained_run import Analysis, drawn_dimensions, panel
from ctrnn_jax.cli.options import Analyse, Sweep, Train
from ctrnn_jax.cli.run import _build, _settings


QUICK = ["--candidates", "64", "--steps", "400", "--trials", "100"]


SOME = ["--spectrum", "--geometry", "--tuning"]
"""Analyses that compile little."""


@pytest.fixture(scope="module")
def run(trained, tmp_path_factory):
    """Return the folder of a run with some analyses."""
    folder = tmp_path_factory.mktemp("runs") / "some"
    shutil.copytree(trained, folder)
    assert ctrnn_jax("analyse", folder, *SOME, *QUICK) == 0
    return folder


@pytest.fixture(scope="module")
def whole_run(trained, tmp_path_factory):
    """Return the folder of a run with every analysis."""
    folder = tmp_path_factory.mktemp("runs") / "whole"
    shutil.copytree(trained, folder)
    assert ctrnn_jax("analyse", folder, *QUICK) == 0
    return folder


def test_chosen_analyses_are_written(run):
    names = {path.name for path in (run / "analysis").iterdir()}
    assert names == {
        "class_rates.png", "geometry.json", "geometry.safetensors", "settings.json",
        "spectrum.json", "spectrum.png", "spectrum.safetensors", "trajectories.png",
        "tuning.json", "tuning.png", "tuning.safetensors",
    }  # fmt: skip
    check_pictures(run / "analysis")
    check_captions(run / "analysis")


@pytest.mark.parametrize(
    ("explained", "dimensions"),
    [((0.7, 0.2, 0.1), 2), ((0.34, 0.33, 0.33), 3), ((0.5, 0.29), 2), ((1.0,), 2)],
)
def test_three_components_are_drawn_if_two_show_too_little(explained, dimensions):
    assert drawn_dimensions(np.array(explained)) == dimensions
    figure = panel((4.0, 3.0), lambda ax: None, dimensions=dimensions)()
    assert (figure.axes[0].name == "3d") == (dimensions == 3)


def check_captions(folder):
    """Check that each picture has a caption, a sentence that names its axes."""
    captions = {
        picture: caption
        for name, analysis in ANALYSES.items()
        if (folder / f"{name}.json").exists()
        for picture, caption in analysis.captions.items()
    }
    assert captions.keys() == {path.stem for path in folder.glob("*.png")}
    for caption in captions.values():
        assert re.fullmatch(r"[A-Z][^.]+\. Axes: [^.]+\.", caption)


@pytest.mark.slow
def test_every_analysis_that_applies_is_written(whole_run):
    run = whole_run
    names = {path.name for path in (run / "analysis").iterdir()}
    assert names == {
        "behaviour.json", "behaviour.png", "class_rates.png", "dt_check.json",
        "fixed_points.json", "fixed_points.png", "fixed_points.safetensors",
        "geometry.json", "geometry.safetensors", "gradients.json",
        "lyapunov.json", "lyapunov.png",
        "perturbations.json", "perturbations.png", "settings.json",
        "spectrum.json", "spectrum.png", "spectrum.safetensors",
        "trajectories.png", "tuning.json", "tuning.png",
        "tuning.safetensors",
    }  # fmt: skip
    check_pictures(run / "analysis")
    check_captions(run / "analysis")


@pytest.mark.slow
def test_speeds_of_fixed_points_are_those_of_the_network(whole_run):
    """Compared with the vector field of the saved network."""
    run = whole_run
    points = read(run / "analysis" / "fixed_points.json")
    assert points
    data = (run / "analysis" / "fixed_points.safetensors").read_bytes()
    arrays = safetensors.numpy.load(data)
    assert len(points) == len(arrays["points"])
    net = cj.noiseless(cj.load(run / "network.safetensors"))
    net = cj.astype(net, np.float64)
    weights = cj.effective(net)
    drive = weights.w_in @ arrays["inputs"]  # Song's networks have no bias
    assert weights.b_hid is None
    for point, v in zip(points, arrays["points"], strict=True):
        force = -v + weights.w_hid @ net.activation(jnp.asarray(v)) + drive
        speed = float(np.sqrt(np.mean(np.asarray(force) ** 2)))
        assert abs(speed - point["speed"]) < 1e-6 * (1 + speed)
        if point["converged"]:
            assert point["stability"] in ("stable", "saddle", "unstable", "marginal")
            is_attracting = point["stability"] in ("stable", "marginal")
            assert (point["index"] == 0) == is_attracting
        else:
            assert point["stability"] == "slow"


def test_numbers_agree_with_the_network(run):
    net = cj.load(run / "network.safetensors")
    spectrum = read(run / "analysis" / "spectrum.json")
    radius = float(cj.initialisers.spectral_radius(cj.effective(net).w_hid))
    assert spectrum["radius"] == pytest.approx(radius, rel=1e-5)
    # the Jacobian at the mean of the visited potentials, from its formula
    keys = jax.random.split(jax.random.key(0), 3)
    trials = cj.tasks.make(TASK).validation(keys[0], 99)
    v = np.asarray(cj.rollout(cj.noiseless(net), trials.inputs).potentials)
    is_before_end = (
        np.arange(v.shape[1]) < np.asarray(trials.conditions["t_end"])[:, None]
    )
    slopes = v[is_before_end].mean(0) > 0
    flow = (np.asarray(cj.effective(net).w_hid) * slopes - np.eye(10)) / 100.0
    reactivity = np.linalg.eigvalsh((flow + flow.T) / 2).max()
    assert spectrum["reactivity"] == pytest.approx(reactivity, rel=1e-4)
    geometry = read(run / "analysis" / "geometry.json")
    assert sum(geometry["explained"]) == pytest.approx(1.0)


@pytest.mark.slow
def test_numbers_of_every_analysis_agree_with_the_network(whole_run):
    run, net = whole_run, cj.load(whole_run / "network.safetensors")
    exponents = read(run / "analysis" / "lyapunov.json")["exponents"]
    assert len(exponents) == 10
    assert exponents == sorted(exponents, reverse=True)
    curve = read(run / "analysis" / "behaviour.json")["curve"]
    assert sum(curve["trials"]) == 90  # of 99 trials, 9 of them catch trials
    behaviour = read(run / "analysis" / "behaviour.json")
    for name in ("threshold", "slope", "lapse"):
        low, high = behaviour["interval_95"][name]
        assert low <= behaviour[name] <= high
    gradients = read(run / "analysis" / "gradients.json")
    key = jax.random.split(jax.random.key(0), 3)[2]
    stability = gradient_stability(net, cj.tasks.make(TASK), key=key)
    assert gradients["verdict"] == stability.verdict
    assert gradients["rate"] == pytest.approx(float(stability.rate), rel=1e-4)
    assert len(gradients["norms"]) == 100
    dt = read(run / "analysis" / "dt_check.json")
    assert dt["dt"] == [20.0, 10.0, 5.0, 2.5]


def test_other_conditions_are_named(trained, tmp_path, capfd):
    """Those with a number for each trial: the evidence is not shown in every epoch."""
    folder = tmp_path / "run"
    shutil.copytree(trained, folder)
    options = ("--spectrum", "--trials", "22", "--no-report")
    assert ctrnn_jax("analyse", folder, *options) == 0
    trials = cj.tasks.make(TASK).validation(jax.random.key(0), 22)
    names = [n for n, x in trials.conditions.items() if x.ndim == 1]
    others = set(names) - {"evidence", "is_catch", "t_end"}
    (line,) = re.findall(r"condition: .*\(--condition: (.*)\)", capfd.readouterr().out)
    assert set(line.split(", ")) == others
    assert ctrnn_jax("analyse", folder, *options, "--condition", "choice") == 0
    assert "--condition:" not in capfd.readouterr().out


def test_tuning_is_that_of_the_rates(run):
    """Compared with explicit means over trials generated again from the seed."""
    net, task = cj.load(run / "network.safetensors"), cj.tasks.make(TASK)
    keys = jax.random.split(jax.random.key(0), 3)
    trials = task.validation(keys[0], 99)
    rates = cj.rollout(cj.noiseless(net), trials.inputs).rates
    tuning = read(run / "analysis" / "tuning.json")
    assert tuning["condition"] == "evidence"
    assert tuning["levels"] == sorted(tuning["levels"])
    assert tuning["trials"] == [9] * 10
    data = (run / "analysis" / "tuning.safetensors").read_bytes()
    means = safetensors.numpy.load(data)["means"]
    ends = trials.conditions["t_end"]
    of_trial = [r[:e].mean(0) for r, e in zip(rates, ends, strict=True)]
    for level, mean in zip(tuning["levels"], means, strict=True):
        rates_at_level = [
            r
            for r, e, catch in zip(
                of_trial,
                trials.conditions["evidence"],
                trials.conditions["is_catch"],
                strict=True,
            )
            if abs(float(e) - level) < 1e-4 and not catch
        ]
        np.testing.assert_allclose(
            mean, np.mean(rates_at_level, axis=0), rtol=2e-4, atol=1e-6
        )
    best = np.argmax(means, axis=0)
    np.testing.assert_array_equal(tuning["preferred_level"], best)


@pytest.mark.slow
def test_perturbations_of_each_cell_class(whole_run):
    effects = read(whole_run / "analysis" / "perturbations.json")
    assert effects["perturbations"] == [
        "without 1 excitatory units", "0.8 x excitatory synapses",
        "1.2 x excitatory synapses", "without 1 inhibitory units",
        "0.8 x inhibitory synapses", "1.2 x inhibitory synapses", "0.5 x input",
    ]  # fmt: skip
    assert effects["trials"] == 90
    assert set(effects["measures"]) >= {"performance", "rate", "bias", "slope"}
    for measure in effects["measures"].values():
        change = np.array(measure["perturbed"]) - measure["intact"]
        np.testing.assert_allclose(measure["change"], change, atol=1e-6)
    rates = effects["measures"]["rate"]
    # rectified units, with half of the input
    assert rates["perturbed"][6] < rates["intact"]


def integrator(task):
    """Return a network that decides: a unit integrates the evidence for each choice."""
    return cj.CTRNN(
        3, 2, 2, dt=task.dt, tau=100.0, activation="relu", dtype=np.float64,
        noise=cj.DiffusionNoise(0.1), w_hid=np.eye(2), w_out=np.eye(2),
        w_in=np.array([[0.65, -0.35, 0.0], [-0.35, 0.65, 0.0]]),
        b_hid=np.full(2, -0.06), key=jax.random.key(0),
    )  # fmt: skip


@pytest.mark.slow
def test_reaction_times_of_a_reaction_time_task(tmp_path, without_pictures):
    """Compared with crossings of noisy outputs, simulated again from the seed.

    The network integrates the difference of its inputs until a threshold.
    """
    name, out = "perceptual_decision_reaction_time", tmp_path / "rt"
    untrained, flags = tmp_path / "untrained", ["--reaction-times", "--trials", 220]
    train = ["train", name, "--out", untrained, "--steps", 1, "--no-stop", *SMALL]
    assert ctrnn_jax(*train) == 0
    shutil.copytree(untrained, out)
    cj.save(out / "network.safetensors", integrator(cj.tasks.make(name)))
    assert ctrnn_jax("analyse", out, *flags) == 0
    reactions = read(out / "analysis" / "reaction_times.json")
    net, task = cj.load(out / "network.safetensors"), cj.tasks.make(name)
    keys = jax.random.split(jax.random.key(0), 3)
    trials = task.validation(keys[0], 220)
    y = np.asarray(cj.rollout(net, trials.inputs, key=keys[1]).outputs)
    conditions = {k: np.asarray(v) for k, v in trials.conditions.items()}
    times: dict[float, list[float]] = {}
    for i in range(220):
        start = int(trials.epochs["stimulus"][i, 0])
        crossings = np.flatnonzero((y[i, start : conditions["t_end"][i]] > 1).any(-1))
        if conditions["is_catch"][i] or not len(crossings):
            continue
        if np.argmax(y[i, start + crossings[0]]) == conditions["choice"][i]:
            strength = round(abs(float(conditions["evidence"][i])), 3)
            times.setdefault(strength, []).append((crossings[0] + 1) * task.dt)
    curve = reactions["curve"]
    assert sum(curve["trials"]) == sum(map(len, times.values())) > 50
    for level, mean, count in zip(
        curve["evidence"], curve["time"], curve["trials"], strict=True
    ):
        expected = times.get(round(level, 3), [])
        assert len(expected) == count
        if expected:
            np.testing.assert_allclose(mean, np.mean(expected), rtol=1e-5)
    fit = reactions["fit"]
    assert fit["converged"]
    low, high = fit["interval_95"]["decision"]
    assert low < fit["decision"] < high
    assert (out / "analysis" / "reaction_times.png").exists()
    assert ctrnn_jax("analyse", untrained, *flags) == 0
    reactions = read(untrained / "analysis" / "reaction_times.json")
    assert reactions["undecided"] == 1.0
    assert "fit" not in reactions


def test_only_the_requested_analysis_runs(run, capfd):
    before = {p: p.stat().st_mtime_ns for p in (run / "analysis").iterdir()}
    flags = ["--spectrum", "--epoch", "stimulus", *QUICK]
    assert ctrnn_jax("analyse", run, *flags) == 0
    changed = {p.name for p, t in before.items() if p.stat().st_mtime_ns != t}
    assert changed == {
        "settings.json", "spectrum.json", "spectrum.png", "spectrum.safetensors",
    }  # fmt: skip
    settings = read(run / "analysis" / "settings.json")
    assert settings["spectrum"]["epoch"] == "stimulus"
    assert settings["geometry"]["epoch"] is None
    printed = capfd.readouterr()
    assert "[1/1] spectrum: radius" in printed.out
    # without a terminal, each part is a line when it begins
    begun = [line for line in printed.err.splitlines() if "compiling" not in line]
    assert begun[:3] == [
        "simulating 99 trials ...", "[1/1] spectrum ...", "writing the report ...",
    ]  # fmt: skip


def test_frozen_inputs_are_the_given_ones_or_medians(run):
    """Without values: the median of the steps of an epoch, or of trials of a level."""

    def frozen(**options):
        options = Analyse(folder=run, trials=100, **options)
        net, task, _ = _analyse._trained(options)
        return _analyse._trained_run(net, task, options)

    given = frozen(inputs=(0.5, 0.25))
    shown = np.asarray(given.trials.conditions["evidence"])[given.drawn[given.few]]
    assert len(shown) <= 24
    assert len(np.unique(shown)) > 5  # not all of one condition
    np.testing.assert_allclose(given.frozen[0], [0.5, 0.25])
    trials = given.trials
    inputs, evidence, ends, catch, edges_of = jax.device_get(
        (
            trials.inputs,
            *(trials.conditions[name] for name in ("evidence", "t_end", "is_catch")),
            trials.epochs["stimulus"],
        )
    )
    whole = [u[:end] for u, end in zip(inputs, ends, strict=True)]
    np.testing.assert_allclose(frozen().frozen[0], np.median(np.concatenate(whole), 0))
    for level in (12.8, -12.8):
        is_chosen = np.isclose(evidence, level, rtol=1e-4) & ~catch
        parts = [
            u[slice(*edges)]
            for u, edges, yes in zip(inputs, edges_of, is_chosen, strict=True)
            if yes
        ]
        values, text = frozen(epoch="stimulus", level=level).frozen
        np.testing.assert_allclose(values, np.median(np.concatenate(parts), axis=0))
        assert text == f"its median in stimulus, evidence {level}"
        assert np.argmax(values) == (level < 0)


def axes_of(trained, name, picture):
    """Return the axes that an analysis draws: those of the picture, then of its bar."""
    return ANALYSES[name].run(trained).pictures[picture]().axes


def test_pictures_are_cut_to_the_epoch_and_coloured_by_the_condition(run):
    """Compared with the rates in the epoch of the counted trials."""
    options = Analyse(folder=run, trials=100, epoch="stimulus")
    net, task, _ = _analyse._trained(options)
    trained = _analyse._trained_run(net, task, options)
    trials = jax.device_get(trained.trials)
    is_counted = ~trials.conditions["is_catch"]
    evidence = trials.conditions["evidence"]
    edges = trials.epochs["stimulus"]
    (length,) = set(np.diff(edges[is_counted])[:, 0].tolist())
    start = int(edges[is_counted][0, 0])
    ax, bar = axes_of(trained, "geometry", "trajectories")
    assert ax.get_title().startswith("rates in stimulus, 24 trials of 99")
    paths = [line for line in ax.lines if len(line.get_xdata()) == length]
    assert len(paths) == 24
    in_epoch = [
        rates[slice(*span)]
        for rates, span in zip(
            trained.rates[is_counted], edges[is_counted], strict=True
        )
    ]
    pca = cj.analysis.pca(np.concatenate(in_epoch), n_components=2)
    by_level = np.argsort(evidence[is_counted], kind="stable")
    drawn = np.sort(by_level[np.linspace(0, len(in_epoch) - 1, 24).astype(int)])
    for path, index in zip(paths, drawn, strict=True):
        scores = np.asarray(pca.project(in_epoch[index]))
        np.testing.assert_allclose(path.get_xydata(), scores, atol=1e-4)
    colours = {path.get_color() for path in paths}
    assert len(colours) == len(np.unique(evidence[is_counted]))
    assert bar.get_ylabel().replace("\n", " ") == "coherence towards choice 1 (%)"

    ax, bar = axes_of(trained, "geometry", "class_rates")
    levels = np.unique(evidence[is_counted])
    assert len(ax.lines) == 2 * len(levels)
    assert np.asarray(ax.lines[0].get_xdata())[0] == (start + 1) * task.dt
    assert len(ax.lines[0].get_xdata()) == length
    of_level = np.asarray(in_epoch)[evidence[is_counted] == levels[0]]
    mean = of_level[..., : trained.n_excitatory].mean((0, 2))
    np.testing.assert_allclose(ax.lines[0].get_ydata(), mean, rtol=1e-4)
    assert len(bar.get_yticks()) == len(levels)
    geometry = ANALYSES["geometry"].run(trained).numbers
    ratio = cj.analysis.participation_ratio(np.concatenate(in_epoch))
    assert geometry["participation_ratio"] == pytest.approx(float(ratio), rel=1e-4)
    assert geometry["epoch"] == "stimulus"


def test_trials_of_one_condition_or_none_are_not_coloured(run):
    """Rates of classes then have their bands."""
    options = Analyse(folder=run, trials=100)
    net, task, _ = _analyse._trained(options)
    usual = _analyse._trained_run(net, task, options)
    trials = usual.trials
    one = dict.fromkeys(["evidence"], jnp.zeros(len(usual.rates)))
    same = dataclasses.replace(trials, conditions=trials.conditions | one)
    catch = dict.fromkeys(["is_catch"], jnp.ones(len(usual.rates), bool))
    for other in (
        dataclasses.replace(usual, task=cj.tasks.make("sine_wave")),
        dataclasses.replace(usual, trials=same),
    ):
        assert other.labels == (None, "")
    (ax,) = axes_of(other, "geometry", "class_rates")
    assert len(ax.collections) == 2
    only_catch = dataclasses.replace(trials, conditions=trials.conditions | catch)
    assert len(dataclasses.replace(usual, trials=only_catch).drawn) == 99


def test_epochs_that_do_not_occur_are_errors(run):
    """In no trial, or in no trial of the level."""
    options = Analyse(folder=run, trials=100, epoch="stimulus", level=12.8)
    net, task, _ = _analyse._trained(options)
    usual = _analyse._trained_run(net, task, options)
    counted = np.isclose(usual.trials.conditions["evidence"], 12.8, rtol=1e-4)
    edges = np.asarray(usual.trials.epochs["stimulus"])
    for absent, message in (
        (np.ones_like(counted), "`epoch` must occur in a trial; got stimulus"),
        (counted, "`epoch` must occur in trials of the level; got stimulus"),
    ):
        epochs = {"stimulus": jnp.asarray(np.where(absent[:, None], 0, edges))}
        trials = dataclasses.replace(usual.trials, epochs=epochs)
        other = dataclasses.replace(usual, trials=trials)
        with pytest.raises(ValueError, match=re.escape(message)):
            _ = other.frozen


@pytest.mark.slow
def test_the_frozen_input_can_be_chosen(whole_run, capfd):
    """As values, or as the median of the trials with one level of the condition."""
    run = whole_run
    flags = ["analyse", run, "--fixed-points", *QUICK]
    files = [run / "analysis" / f"fixed_points.{x}" for x in ("safetensors", "json")]
    before = [path.read_bytes() for path in files]

    def frozen():
        return safetensors.numpy.load(files[0].read_bytes())["inputs"]

    assert ctrnn_jax(*flags, "--inputs", "0.5", "0.25") == 0
    np.testing.assert_allclose(frozen(), [0.5, 0.25])
    trials = cj.tasks.make(TASK).validation(
        jax.random.split(jax.random.key(0), 3)[0], 99
    )
    evidence = np.asarray(trials.conditions["evidence"])
    for level in (12.8, -12.8):
        at_level = ["--epoch", "stimulus", "--level", level]
        assert ctrnn_jax(*flags, *at_level) == 0
        parts = [
            np.asarray(trials.inputs[i, slice(*trials.epochs["stimulus"][i])])
            for i in np.flatnonzero(np.abs(evidence - level) < 1e-4)
        ]
        median = np.median(np.concatenate(parts), axis=0)
        np.testing.assert_allclose(frozen(), median, rtol=1e-5)
        assert np.argmax(median) == (level < 0)
    settings = read(run / "analysis" / "settings.json")["fixed_points"]
    assert (settings["level"], settings["inputs"]) == (-12.8, None)
    for path, content in zip(files, before, strict=True):
        path.write_bytes(content)


def test_a_member_of_a_sweep_is_chosen_by_its_index(tmp_path, run, capfd):
    """Its task has the numbers of its setting."""
    sweep = Sweep(task=TASK, out=tmp_path, seeds=(0,), set=("task.sigma_in=0,2",))
    config = _settings.config_json(_build.set_up(sweep).config)
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert ctrnn_jax("analyse", tmp_path, "--spectrum", "--member", "0") == 2
    assert "must hold a trained network" in capfd.readouterr().err
    entries = [
        {"member": i, "file": f"{i}.safetensors", "settings": {"task.sigma_in": sigma}}
        for i, sigma in enumerate((0.0, 2.0))
    ]
    (tmp_path / "members.json").write_text(json.dumps(entries))
    for entry in entries:
        shutil.copy(run / "network.safetensors", tmp_path / entry["file"])
        options = Analyse(folder=tmp_path, member=entry["member"])
        task = _analyse._trained(options)[1]
        assert getattr(task, "sigma_in") == 2.0 * entry["member"]  # noqa: B009
    for flags, message in (
        ([], "`--member` must be given for a sweep, one of 2"),
        (["--member", "2"], "`--member` must be a known name; got '2'"),
    ):
        assert ctrnn_jax("analyse", tmp_path, "--spectrum", *flags) == 2
        assert message in capfd.readouterr().err


@pytest.mark.slow
def test_each_member_of_a_sweep_has_a_folder_and_a_task(
    tmp_path, capfd, without_pictures
):
    """Without noise in the inputs, rates depend only on the condition."""
    out = tmp_path / "sweep"
    sweep = ["sweep", TASK, "--seeds", 0, "--out", out, "--steps", 1, "--no-stop"]
    assert ctrnn_jax(*sweep, *SMALL, "--set", "task.sigma_in=0,2") == 0
    assert ctrnn_jax("analyse", out, "--tuning") == 2
    assert "`--member` must be given for a sweep, one of 2" in capfd.readouterr().err
    for member in (0, 1):
        assert ctrnn_jax("analyse", out, "--tuning", "--member", member) == 0
        printed = capfd.readouterr().out
        # silent units do not vary, and are left out of the mean
        summary = "evidence explains 1 of the variance of the units that vary"
        assert (summary in printed) == (member == 0)
    without_noise, with_noise = (
        read(out / "analysis" / f"00{member}" / "tuning.json") for member in (0, 1)
    )
    assert min(x for x in without_noise["explained_fraction"] if x is not None) > 0.9999
    assert max(x for x in with_noise["explained_fraction"] if x is not None) < 0.99


def test_an_analysis_that_fails_is_reported_and_the_others_run(run, capfd, monkeypatch):
    def fails(trained):
        raise ValueError("`data` must vary; got zeros.")

    monkeypatch.setitem(ANALYSES, "geometry", Analysis(fails))
    monkeypatch.setattr(_analyse, "count_uninhibited", lambda net: 2)
    assert ctrnn_jax("analyse", run, "--geometry", "--spectrum", *QUICK) == 1
    printed = capfd.readouterr().out
    assert "[2/2] geometry: not done: `data` must vary; got zeros." in printed
    assert "[1/2] spectrum: radius" in printed
    assert "2 of 10 units receive no inhibition" in printed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epoch", "stimulu"], "Did you mean 'stimulus'"),
        (["--member", "0"], "`--member` must be left out for one network"),
        (["--trials", "0"], "must be a whole number"),
        (["--tuning", "--condition", "coherense"], "Did you mean 'coherence'"),
        (
            ["--inputs", "1"],
            "`--inputs` must be 2 numbers, one for each channel; got 1",
        ),
        (["--inputs", "1", "nan"], "must be finite"),
        (["--level", "3"], "`--level` must be a level of evidence; got 3.0. Known: -"),
        (["--reaction-times"], "a task with a fixed time of the response"),
        (["--level", "8", "--inputs", "1", "1"], "must be left out"),
    ],
)
def test_invalid_flags_are_errors(run, capfd, arguments, message):
    quick = [] if "--trials" in arguments else ["--trials", "100"]
    try:
        status = ctrnn_jax("analyse", run, *arguments, *quick)
    except SystemExit as error:
        status = error.code
    assert status == 2
    assert message in " ".join(capfd.readouterr().err.replace("│", " ").split())


@pytest.mark.parametrize("flags", [("--epoch", "x"), ("--condition", "x")])
def test_names_are_validated_before_trials_are_simulated(
    run, capfd, monkeypatch, flags
):
    monkeypatch.setattr(_analyse, "_trained_run", None)
    assert ctrnn_jax("analyse", run, *flags, *QUICK) == 2
    message = f"error: `{flags[0]}` must be a known name; got 'x'. The options are '"
    assert capfd.readouterr().err.startswith(message)


def test_a_task_without_a_main_condition_needs_one_for_a_level(tmp_path, capfd):
    write_untrained(tmp_path / "run", "sine_wave")
    assert ctrnn_jax("analyse", tmp_path / "run", "--level", "1", *QUICK) == 2
    assert capfd.readouterr().err == (
        "error: `--condition` must be named for this task; got None. The trials have: "
        "t_end.\n"
    )


def test_folders_without_a_trained_network_are_errors(tmp_path, run, capfd):
    assert ctrnn_jax("analyse", tmp_path) == 2
    assert "which has no config.json" in capfd.readouterr().err
    (tmp_path / "config.json").write_bytes((run / "config.json").read_bytes())
    assert ctrnn_jax("analyse", tmp_path) == 2
    assert "must hold a trained network" in capfd.readouterr().err
    assert not (tmp_path / "analysis").exists()


def test_analyses_that_do_not_apply(run):
    """For example without two choices, or with a state larger than the potentials."""
    options = Analyse(folder=run, trials=100)
    net, task, _ = _analyse._trained(options)
    usual = _analyse._trained_run(net, task, options)
    reasons = {name: analysis.lacks(usual) for name, analysis in ANALYSES.items()}
    fixed_time = "a task with a fixed time of the response"
    assert reasons == dict.fromkeys(ANALYSES) | {"reaction_times": fixed_time}
    sine = dataclasses.replace(usual, task=cj.tasks.make("sine_wave"))
    assert ANALYSES["behaviour"].lacks(sine) == "a task without two choices"
    without = "a task without a main condition (name a --condition)"
    assert ANALYSES["tuning"].lacks(sine) == without
    plastic = cj.presets.masse2019(5, 10, 2, key=jax.random.key(0))
    larger = ANALYSES["fixed_points"].lacks(dataclasses.replace(usual, net=plastic))
    assert larger == "a network with short-term plasticity, whose state is larger"


def write_untrained(folder, task):
    """Write the files of a run that `analyse` reads, without training."""
    setup = _build.set_up(Train(task=task, out=folder, hidden=10))
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(_settings.config_json(setup.config)))
    cj.save(folder / "network.safetensors", setup.make(jax.random.key(0)))


@pytest.mark.slow
def test_analyses_that_do_not_apply_to_the_task_are_errors(tmp_path, capfd):
    """For example without two choices, or with a state larger than the potentials."""
    for task, flag, message in (
        ("sine_wave", "--behaviour", "a task without two choices"),
        ("dms", "--fixed-points", "short-term plasticity"),
        ("sine_wave", "--tuning", "a task without a main condition"),
        ("dms", "--reaction-times", "a task with a fixed time of the response"),
    ):
        folder = tmp_path / task
        if not folder.exists():
            write_untrained(folder, task)
        assert ctrnn_jax("analyse", folder, flag, *QUICK) == 2
        assert message in capfd.readouterr().err
