"""`ctrnn-jax report`: what the page says, of whole, damaged and hostile runs."""

from collections import Counter
import dataclasses
import json
import shlex
import shutil

from cli.commands import ctrnn_jax, draw_nothing, read, SMALL, TASK, TRAIN
from cli.report.pages import HOSTILE, hostile, killed, Page
import jax
from matplotlib.figure import Figure
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import cli
from ctrnn_jax.cli import _main
from ctrnn_jax.cli.analyse import ANALYSES
from ctrnn_jax.cli.experiment import NO_CODE
from ctrnn_jax.cli.report import _command_line, _figures, _report, _run_files, _words
from ctrnn_jax.cli.run import _build, _finish, _settings, save_picture, set_up
from ctrnn_jax.training import Validation


KEY = jax.random.key(0)


def report(*folders, out=None, status=0):
    """Run the command; return the page."""
    flags = [] if out is None else ["--out", out]
    assert ctrnn_jax("report", *folders, *flags) == status
    return Page(folders[0] / "report.html" if out is None else out)


def assert_self_contained(page):
    """Assert that a page loads nothing, has no script, and names its pictures."""
    names = Counter(tag for tag, _ in page.elements)
    assert names["script"] == names["iframe"] == names["object"] == 0
    addresses = [
        attributes.get(name)
        for _, attributes in page.elements
        for name in ("src", "href", "xlink:href", "srcset", "action", "data")
        if name in attributes
    ]
    assert all(address.startswith(("#", "data:")) for address in addresses)
    ids = [x["id"] for _, x in page.elements if "id" in x]
    assert len(ids) == len(set(ids))
    assert {x[1:] for x in addresses if x.startswith("#")} <= set(ids)
    assert all(x["alt"] and int(x["width"]) > 0 for x in page.named("img"))
    assert all(x["aria-label"] for x in page.named("svg"))
    assert not any(name.startswith("on") for _, x in page.elements for name in x)
    csp = page.named("meta")[3]["content"]
    assert csp == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


@pytest.fixture
def copied(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "copied")


def test_the_report_at_the_end_is_that_of_the_command(trained, tmp_path):
    page = report(trained, out=tmp_path / "page.html")
    assert page.source == (trained / "report.html").read_text()
    assert_self_contained(page)
    assert len(page.named("svg")) >= 10
    headings = [
        "What was trained", "Learning curves", "Performance by condition",
        "Example trials", "Weights", "Silent and dead units", "Spectrum",
        "Other analyses", "Configuration and versions", "The command of this run",
        "Citation",
    ]  # fmt: skip
    places = [page.text.rindex(heading) for heading in headings]
    assert places == sorted(places)


def test_the_page_says_what_was_trained_and_how_it_ended(trained):
    text, summary = Page(trained / "report.html").text, read(trained / "summary.json")
    assert (
        "The network rdm_dense, an EIRNN of 10 units (8 excitatory, 2 inhibitory) with "
        "a time constant of 100 ms and DiffusionNoise(sigma=0.15), was trained on the "
        "task perceptual_decision"
    ) in text
    assert "An update used 2 trials with a learning rate of 0.005" in text
    assert "Reached the limit after 20 updates" in text
    assert f"{summary['performance']:.3f}" in text
    assert "All weights keep their constraints: there are 0 violations." in text
    assert jax.__version__ in text
    assert "song2016training" in text
    assert "@software{ctrnn_jax" in text


def test_the_loss_of_every_update_is_drawn_as_in_loss_png(trained, copied):
    """A run that stops at its first validation has one or two lines."""
    losses = np.genfromtxt(trained / "history.csv", delimiter=",", names=True)["loss"]
    read_again = _run_files.read_run(trained).losses
    np.testing.assert_array_equal(read_again, losses)
    assert len(losses) == 20
    curve = _figures.loss_of_updates(losses).axes[0].lines[0]
    np.testing.assert_array_equal(curve.get_xdata(), 1 + np.arange(20))
    np.testing.assert_array_equal(curve.get_ydata(), losses)
    page = Page(trained / "report.html")
    assert "Loss, of every update. Axes: updates, and loss" in page.text
    # a table of an earlier part of the run
    rows = (copied / "history.csv").read_text().splitlines()
    (copied / "history.csv").write_text("\n".join(rows[:8]))
    assert "Loss, the mean since the last point. Axes" in report(copied).text
    for text in ("a\n1\n", "loss\nx\n"):
        (copied / "history.csv").write_text(text)
        page = report(copied)
        assert "history.csv is damaged: " in page.text
        assert "Loss, the mean since the last point. Axes" in page.text


def test_examples_are_named_once(trained):
    text = Page(trained / "report.html").text
    assert "inputs, rates of the units and outputs. Axes: time" in text
    assert "Trial 1, " not in text


def test_settings_that_were_left_out_have_the_published_numbers(trained, copied):
    """Song, Yang & Wang (2016): sigma 0.15, tau 100 ms, 100 units, steps of 20 ms."""
    rows = {row[0]: row[1:] for row in Page(trained / "report.html").cells()}
    assert rows["noise"] == ["0.15, by default", "0.15"]
    assert rows["tau (ms)"] == ["100, by default", "100"]
    assert rows["dt (ms)"] == ["20, by default", "20"]
    assert rows["hidden units"] == ["10", "100"]
    assert rows["most updates"] == ["20", "20000"]
    assert rows["patience"] == ["not set", "not set"]
    config = read(copied / "config.json") | {"noise": 0.0, "tau": 50.0}
    (copied / "config.json").write_text(json.dumps(config))
    rows = {row[0]: row[1:] for row in report(copied).cells()}
    assert rows["noise"] == ["0", "0.15"]
    assert rows["tau (ms)"] == ["50", "100"]


def test_performance_by_condition_is_counted_from_the_trials_of_the_test(trained):
    """Compared with the scores of the loaded network in trials drawn again."""
    net, task = cj.load(trained / "network.safetensors"), cj.tasks.make(TASK)
    validation = Validation(task, cj.Loss(), 11)
    trials, outputs, _ = _finish.tested(net, validation, _build.keys_of(3)[2])
    counted = ~np.asarray(trials.conditions["is_catch"])
    scores = np.asarray(task.score(outputs, trials))[counted]
    evidence = np.asarray(trials.conditions["evidence"])[counted]
    cells = Page(trained / "report.html").cells()
    rows = {row[0]: row[1:] for row in reversed(cells)}  # by evidence is first
    for level in np.unique(evidence):
        mean, interval, number = rows[f"{level:.4g}"]
        at_level = scores[evidence == level]
        assert (mean, number) == (f"{at_level.mean():.3f}", str(len(at_level)))
        low, high = map(float, interval.split(" to "))
        assert low <= at_level.mean() <= high
    net = cj.noiseless(net)
    few = jax.tree.map(lambda x: x[:100], trials)
    assert rows["silent units"][0] == str(cj.summary(net, few).silent)


@pytest.mark.parametrize(
    "arguments",
    [
        [*TRAIN, "--learning-rate", "0.01", "--noise", "0.2", "--restore-best"],
        ["train", "flip_flop", "--patience", "3", "--checkpoint-seconds", "60"],
        ["sweep", "flip_flop", "--seeds", "0", "3", "--tau", "50", "100.5"],
        ["sweep", "abba", "--seeds", "1", "--set", "loss.rates=1,2", "--set",
         "task.dt=20"],
    ],
)  # fmt: skip
def test_the_command_of_a_run_gives_its_settings_again(arguments):
    words = [*map(str, arguments), "--out", "a b"]
    settings = _settings.resolved
    command = _main._parsed(words)
    recipe = cj.recipe(command.task)
    command = settings(command, recipe.task(command.task), recipe)
    text = _command_line.command_of(command, "a b")
    again = _main._parsed(shlex.split(text.replace("\\\n", " "))[1:])
    assert again == command


def test_a_run_killed_half_way_is_shown_as_far_as_it_got(trained, tmp_path):
    folder = killed(trained, tmp_path / "part")
    page = report(folder)
    assert_self_contained(page)
    for text in (
        "The run was killed at update 10 of 20. Continue it with: ctrnn-jax resume "
        "part.",
        "network.safetensors is missing. It is written when the run ends.",
        "summary.json is missing. It is written when the run ends.",
        "1 of 3 lines of history.jsonl could not be read.",
        "perceptual_decision: killed at update 10",
        "Learning curves",
    ):
        assert text in page.text
    assert len(page.named("svg")) == 2
    assert "Weights" not in page.text


def test_a_run_killed_before_its_first_update_has_a_report(copied):
    for path in copied.iterdir():
        if path.name not in ("config.json", ".lock"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    text = report(copied).text
    assert "The run was killed at update 0 of 20. It has no checkpoint" in text
    assert "history.jsonl has no lines, so there are no learning curves." in text
    assert "The command of this run" in text


def test_damaged_files_are_named_and_the_others_shown(copied):
    (copied / "summary.json").write_text("{")
    (copied / "network.safetensors").write_bytes(b"\x00" * 50)
    analysis = copied / "analysis"
    analysis.mkdir()
    (analysis / "spectrum.json").write_text("[1]")
    (analysis / "fixed_points.json").write_text('{"a": 1}')
    (analysis / "tuning.json").write_text("{")
    (analysis / "geometry.json").write_text('{"participation_ratio": 2.5}')
    (analysis / "class_rates.png").write_text("no picture")
    page = report(copied)
    assert_self_contained(page)
    for text in (
        "summary.json must be a JSON file",
        "network.safetensors",
        "analysis/spectrum.json is damaged. Run the analysis again.",
        "analysis/fixed_points.json is damaged. Run the analysis again.",
        "analysis/tuning.json is damaged. Run the analysis again.",
        "analysis/class_rates.png is damaged. Run the analysis again.",
        "participation ratio 2.5",
        "Learning curves",
    ):
        assert text in page.text
    assert len(page.named("svg")) == 2


def test_pictures_in_svg_are_shown_and_those_in_pdf_are_named(copied):
    """Browsers run no scripts of an SVG that is an image."""
    analysis = copied / "analysis"
    analysis.mkdir()
    for name in ("spectrum", "geometry", "tuning"):
        (analysis / f"{name}.json").write_text("{}")
    figure = Figure(figsize=(4.0, 3.0))
    figure.add_subplot().plot([0, 1])
    for file in ("spectrum.svg", "spectrum.pdf", "trajectories.pdf", "tuning.png"):
        save_picture(analysis / file, figure)
    (analysis / "class_rates.svg").write_text("<svg onload='alert(1)'></svg>")
    page = report(copied)
    assert_self_contained(page)
    assert [(x["width"], x["height"]) for x in page.named("img")] == [
        ("532", "399")
    ] * 2
    sources = [x["src"].partition(";")[0] for x in page.named("img")]
    assert sources == ["data:image/svg+xml", "data:image/png"]
    captions = {name: ANALYSES[name].captions for name in ("geometry", "tuning")}
    assert (
        "analysis/trajectories.pdf is a picture in PDF, which a page cannot show. "
        + captions["geometry"]["trajectories"]
    ) in page.text
    assert captions["tuning"]["tuning"] in page.text
    assert "spectrum.pdf" not in page.text
    assert "analysis/class_rates.svg is damaged. Run the analysis again." in page.text


def test_a_network_of_another_task_is_named(copied):
    net = cj.CTRNN(3, 4, 1, dt=20.0, tau=100.0, key=jax.random.key(0))
    cj.save(copied / "network.safetensors", net)
    page = report(copied)
    assert "Missing or damaged" in page.text
    assert "Learning curves" in page.text


def test_markup_in_names_is_text(trained, tmp_path):
    folder = hostile(trained, tmp_path)
    page = report(folder)
    assert_self_contained(page)
    assert HOSTILE not in page.source
    assert HOSTILE in page.text
    assert f"`task` must be a known name; got {HOSTILE!r}" in page.text
    assert "exponents 1, -2" in page.text
    both = report(folder, trained, out=tmp_path / "both.html")
    assert_self_contained(both)
    assert folder.name in both.text


def test_fixed_points_are_counted_by_kind(copied):
    analysis = copied / "analysis"
    analysis.mkdir()
    kinds = ["stable", "stable", "saddle", "slow"]
    points = [
        {"stability": kind, "leading_time_constant_ms": 10.0 * i}
        for i, kind in enumerate(kinds)
    ]
    points[3]["leading_time_constant_ms"] = None
    (analysis / "fixed_points.json").write_text(json.dumps(points))
    page = report(copied)
    rows = {row[0]: row[1:] for row in page.cells() if len(row) == 3}
    assert rows["stable"] == ["2", "10"]
    assert rows["saddle"] == ["1", "20"]
    assert rows["slow"] == ["1", "unknown"]
    assert "sussillo2013opening" in page.text
    assert f"To compute them: ctrnn-jax analyse {copied}" in page.text


def _explode(path, update):
    """Make the loss of an update of history.csv very large."""
    header, *rows = [line.split(",") for line in path.read_text().splitlines()]
    rows[update - 1][header.index("loss")] = "1e9"
    path.write_text("\n".join(map(",".join, [header, *rows])))


@pytest.mark.parametrize(
    ("stopped", "words"),
    [
        ("criterion", ["Reached the criterion", "above"]),
        ("steps", ["Reached the limit", "not above"]),
    ],
)
def test_the_end_has_the_performance_and_the_criterion(trained, stopped, words):
    run = _run_files.read_run(trained)
    settings = _settings.settings_from(trained, {**run.config, "stop": True})
    setup = set_up(settings, NO_CODE)
    results = {"stopped": stopped, "validation_performance": 0.8615, "seconds": 3.0}
    ended = dataclasses.replace(run, summary={**run.summary, **results})
    (begin, verb), number = words, {"criterion": " 0.85"}.get(stopped, "")
    assert _words.lead_of(ended, setup, None)[-1] == (
        f"{begin} after 20 updates, in 3 s: fraction correct was 0.8615 (mean of the "
        f"last 5 validations), {verb} the criterion 0.85."
    )
    title = f"{TASK}: {begin[0].lower()}{begin[1:]}{number} after 20 updates"
    assert _words.title_of(ended) == title
    unknown = dataclasses.replace(run, summary={"stopped": stopped, "steps": 20})
    assert _words.lead_of(unknown, setup, None)[-1] == (
        f"{begin} after 20 updates: fraction correct must exceed the criterion 0.85 "
        "(mean of the last 5 validations)."
    )


def test_several_runs_are_compared_with_their_differences_first(
    trained, copied, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    config = read(copied / "config.json") | {"noise": 0.3, "seed": 4}
    config |= {"distributed": True, "checkpoint_every": None, "format": "pdf"}
    (copied / "config.json").write_text(json.dumps(config))
    _explode(copied / "history.csv", update=8)
    assert ctrnn_jax("report", trained, copied) == 0
    page = Page(tmp_path / "report.html")
    assert_self_contained(page)
    assert "Loss of each network, the mean of up to 25 updates. Axes" in page.text
    # side by side, and in the section of the run
    not_shown = "Not shown: 1 update above the axis; triangles mark their place."
    assert page.text.count(not_shown) == 2
    header, first, second = page.cells()[:3]
    assert header == [
        "run", "state", "performance", "updates", "time", "violations", "seed", "noise",
    ]  # fmt: skip
    end = ["finished (limit of updates)", "20"]
    assert [first[i] for i in (0, 1, 3, 6, 7)] == ["trained", *end, "3", "0.15"]
    assert [second[i] for i in (0, 1, 3, 6, 7)] == ["copied", *end, "4", "0.30"]
    # the same network, on other trials
    assert first[2].startswith(f"{read(trained / 'summary.json')['performance']:.3f} [")
    assert len(page.named("article")) == 2
    monkeypatch.setattr(_report, "_MOST_SIMULATED", 1)
    few = report(trained, trained, out=tmp_path / "few.html")
    assert "The runs have the same settings. The pictures of a run are in" in few.text
    assert few.cells()[1][0] == "trained (1)"


def test_all_that_is_swept_is_named_and_no_other_number():
    words = ["sweep", TASK, "--seeds", "0", "1", "--out", "x", "--noise", "0.1", "0.2"]
    words += ["--tau", "50", "--set", "task.sigma_in=0,2", *SMALL]
    swept = _words._swept(set_up(_main._parsed(words)))
    assert swept == "noise 0.1, 0.2; tau (ms) 50; task.sigma_in 0, 2"
    assert _words._swept(set_up(_main._parsed(words[:7]))) == ""


@pytest.mark.parametrize(
    ("settings", "name", "text"),
    [
        ({"seeds": [0, 1, 2, 3]}, "seeds", "4: 0 to 3"),
        ({"seeds": [0, 5]}, "seeds", "0, 5"),
        (
            {"code": {"network": "0123456789abcdef"}, "network": "a/own.py:net"},
            "code",
            "own.py:net (SHA-256 0123456789ab)",
        ),
        ({"code": "x"}, "code", "x"),
    ],
)
def test_seeds_and_digests_are_short(settings, name, text):
    assert _command_line.setting_text(settings, name) == text


def test_noise_that_no_option_set_is_that_of_the_network():
    net = cj.CTRNN(1, 2, 1, dt=20.0, tau=np.asarray([50.0, 100.0]), key=KEY)
    settings = {"noise": None, "tau": None, "dt": 20.0}
    with_numbers = _command_line.with_numbers_of
    assert with_numbers(settings, net) == {"noise": 0.0, "tau": "50 to 100", "dt": 20.0}
    given = {"noise": 0.2, "tau": 20.0}
    assert with_numbers(given, net) == given
    noisy = cj.CTRNN(1, 2, 1, dt=20.0, tau=100.0, noise=cj.DiffusionNoise(0.1), key=KEY)
    known = with_numbers({"noise": []}, noisy)
    assert known == {"noise": "DiffusionNoise(sigma=0.1)"}


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "sweep"
    flags = ["--learning-rate", "1e-2", "1e200", "--steps", 4, "--validate-every", 2]
    with pytest.MonkeyPatch.context() as patch, jax.numpy_dtype_promotion("standard"):
        draw_nothing(patch)
        sweep = ["sweep", TASK, "--seeds", 0, 1, "--out", folder, *flags, *SMALL]
        assert ctrnn_jax(*sweep) == 3  # the criterion is not reached
    return folder


def test_the_networks_of_a_sweep_are_side_by_side(sweep):
    page, members = report(sweep), read(sweep / "members.json")
    assert_self_contained(page)
    assert "4 rdm_dense networks (2 settings with 2 seeds each) were" in page.text
    assert "The settings combine learning rate 0.01, 1e+200." in page.text
    rows = page.cells()
    assert rows[0] == [
        "learning rate", "networks", "median fraction correct", "range",
        "median updates",
    ]  # fmt: skip
    tests = [member["performance"] for member in members[:2]]
    spread = f"{min(tests):.3f} to {max(tests):.3f}"
    assert rows[1] == ["0.01", "2", f"{np.median(tests):.3f}", spread, "4"]
    assert rows[4][:5] == ["0", "0", "0.01", "limit of updates", "4"]
    best = read(sweep / "summary.json")["best_member"]
    assert f"Weights of network {best}, the best one" in page.text
    assert f"ctrnn-jax analyse {sweep} --member {best}" in page.text


def test_a_sweep_whose_files_are_damaged_has_a_report(sweep, tmp_path):
    folder = shutil.copytree(sweep, tmp_path / "copied")
    (folder / "members.json").write_text("[]")
    text = report(folder).text
    assert "members.json must list the networks of a sweep" in text
    assert "Learning curves side by side" in text
    (folder / "members.json").unlink()
    assert "members.json is missing." in report(folder).text


def test_a_report_that_fails_is_a_warning(tmp_path, monkeypatch, capfd):
    """The run has ended: its other files are there, and its exit status is 0."""

    def fail(content):
        raise RuntimeError("no template")

    monkeypatch.setattr(_report, "page_of", fail)
    out = tmp_path / "out"
    short = ["train", TASK, "--steps", 1, "--validate-every", 1, "--no-stop", *SMALL]
    assert ctrnn_jax(*short, "--out", out) == 0
    assert (
        "warning: report.html was not written: no template. Write it with: ctrnn-jax "
        f"report {out}"
    ) in capfd.readouterr().out
    assert (out / "summary.json").exists()
    assert not (out / "report.html").exists()


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("page.pdf", "`--out` must end in .html; got"),
        ("none/page.html", "`--out` must be in a folder that exists; got"),
    ],
)
def test_a_page_that_cannot_be_written_is_an_error(
    trained, tmp_path, capfd, out, message
):
    assert ctrnn_jax("report", trained, "--out", tmp_path / out) == 2
    assert message in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_files_of_the_user_are_not_replaced(copied, tmp_path, capfd):
    (copied / "report.html").write_text("<p>mine</p>")
    assert ctrnn_jax("report", copied) == 2
    assert "must be a new file or an earlier report" in capfd.readouterr().err
    flags = ["--spectrum", "--trials", 11]
    assert ctrnn_jax("analyse", copied, *flags) == 0
    assert "warning: report.html was not written" in capfd.readouterr().out
    assert (copied / "report.html").read_text() == "<p>mine</p>"
    (copied / "report.html").unlink()
    assert ctrnn_jax("analyse", copied, *flags, "--no-report") == 0
    assert not (copied / "report.html").exists()
    assert ctrnn_jax("analyse", copied, *flags) == 0
    page = Page(copied / "report.html")
    assert_self_contained(page)
    assert len(page.named("img")) == 1


def test_without_jinja_the_command_line_names_the_extra(monkeypatch, capsys):
    find_spec = cli.importlib.util.find_spec

    def without_jinja(name):
        return None if name == "jinja2" else find_spec(name)

    monkeypatch.setattr(cli.importlib.util, "find_spec", without_jinja)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == (
        "error: ctrnn-jax needs jinja2 on the command line. Install them with "
        "pip install 'ctrnn-jax[all]'."
    )
