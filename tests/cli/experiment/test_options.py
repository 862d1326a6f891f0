"""Options of the task, dt and tau on the command line."""

import dataclasses
import json
from typing import Any

from cli.commands import ctrnn_jax, TASK
import equinox as eqx
import jax
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax.cli import _main
from ctrnn_jax.cli.experiment import (
    _option_table,
    network_numbers,
    options_of,
    source_of,
)
from ctrnn_jax.cli.experiment._assignments import assignments_in
from ctrnn_jax.cli.run import _build, _settings


def setup_of(*arguments) -> Any:
    """Return the setup of a command."""
    return _build.set_up(_main._parsed([*map(str, arguments), "--out", "x"]))


def test_options_dt_and_tau_reach_the_task_and_the_network():
    setup = setup_of(
        "train", TASK, "--set", "task.stimulus=400", "--set",
        "task.coherences=12.8,51.2", "--dt", 50, "--tau", 200, "--hidden", 10,
    )  # fmt: skip
    expected = cj.tasks.PerceptualDecision(
        dt=50.0, stimulus=400.0, coherences=(12.8, 51.2)
    )
    assert eqx.tree_equal(setup.task, expected)
    net = setup.make(jax.random.key(0))
    assert float(net.dt) == 50.0
    np.testing.assert_array_equal(np.asarray(net.tau), 200.0)
    # the same weights as with the published time constant
    published = setup_of("train", TASK, "--dt", 50, "--hidden", 10)
    raw = published.make(jax.random.key(0)).raw
    assert eqx.tree_equal(net.raw.w_hid, raw.w_hid)


def test_a_resumed_run_has_the_same_task_and_loss():
    flags = ["--set", "task.delay=600", "--set", "loss.rates=0.5", "--dt", 50]
    setup = setup_of("train", "dms", *flags)
    content = json.loads(json.dumps(_settings.config_json(setup.config)))
    config = _settings.settings_from(setup.config.out, content)
    again: Any = _build.set_up(config)
    assert eqx.tree_equal(again.task, setup.task)
    assert (again.task.delay, again.task.dt) == (600.0, 50.0)
    assert float(again.recipe.loss.penalties["rates"].weight) == 0.5
    # the options of the recipe stay
    assert float(again.task.test_cost_multiplier) == 2.0


def test_validation_balances_the_conditions_of_the_task():
    """1100 trials are published for 11 conditions."""
    setup = setup_of("train", TASK, "--set", "task.coherences=1,2,3")
    assert setup.config.validation_size == 1106


def test_a_sweep_has_swept_numbers_and_shared_options():
    setup = setup_of(
        "sweep", "dms", "--seeds", 0, 1, "--set", "loss.rates=0,0.1", "--set",
        "task.sigma_in=0.1,0.2", "--set", "task.delay=600", "--tau", 50, 100,
    )  # fmt: skip
    assert setup.task.delay == 600.0
    assert len(setup.members) == 16
    assert setup.combinations[1] == {
        "tau": 50.0, "loss.rates": 0.0, "task.sigma_in": 0.2
    }  # fmt: skip
    lists = setup_of("sweep", TASK, "--seeds", 0, "--set", "task.coherences=3.2,6.4")
    np.testing.assert_allclose(np.asarray(lists.task.coherences), [3.2, 6.4])
    assert lists.combinations == ({},)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("500", 500), ("5e-1", 0.5), ("1,2", (1, 2)), ("[1, [2]]", (1, (2,))),
        ("true", True), ("None", None), ("softmax", "softmax"),
        ("fdgo, reactgo", ("fdgo", "reactgo")), ("inf", float("inf")), ("007", 7.0),
    ],
)  # fmt: skip
def test_values_of_set(text, value):
    (setting,) = assignments_in([f"task.x={text}"])
    assert (setting.value, setting.name, setting.kind) == (value, "x", "task")


@pytest.mark.parametrize(
    ("name", "option", "parts"),
    [
        (TASK, "stimulus", ("800 (number)", "be a multiple of dt = 20 ms")),
        (TASK, "coherences", ("3.2,6.4,12.8,25.6,51.2 (list)", "lie in [0, 100]")),
        (TASK, "catch_probability", ("0.0909091 (number)", "lie in [0, 1]")),
        ("flip_flop", "n_bits", ("3 (whole number)", "a whole number, at least 1")),
        ("yang2019", "easy", ("false (true or false)",)),
        ("fdgo", "loss", ("lsq (word)", "be one of 'lsq', 'softmax'")),
        ("dms_dmrs", "cue_onset", ("500 (number)", "not be negative")),
    ],
)
def test_the_options_of_a_task_are_listed_with_their_rules(name, option, parts):
    recipe = cj.recipe(name)
    source = source_of(name, None, recipe)
    options = {o.name: o for o in options_of(recipe.task(name), source)}
    chosen = options[option]
    text = f"{chosen.default} ({chosen.kind}) {chosen.rules}"
    for part in parts:
        assert part in text
    assert chosen.is_swept == (option == "catch_probability")
    assert "dt" in options
    assert all(option.meaning for option in options.values())
    assert not {"rule", "rules"} & options.keys() or name == "yang2019"


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        # Yang et al. (2019): their sigma, which is not that of their noise of a step
        ("fdgo", {"hidden": 256, "dt": 20.0, "tau": 100.0, "noise": 0.05}),
        ("flip_flop_discrete", {"hidden": 16, "dt": 1.0, "tau": 1.0, "noise": 0.0}),
    ],
)
def test_numbers_of_a_network_are_those_of_its_flags(name, numbers):
    recipe = cj.recipe(name)
    assert network_numbers(recipe, recipe.task(name)) == pytest.approx(numbers)


def test_a_network_of_a_file_may_have_other_numbers():
    """Time constants that differ, and noise that is no argument."""

    def build(task, variant, *, key, **given):
        if given:
            raise ValueError("no noise")
        tau = np.asarray([50.0, 100.0])
        noise = cj.DiffusionNoise(0.1)
        sizes = task.n_in, 2, task.n_out
        return cj.CTRNN(*sizes, dt=task.dt, tau=tau, noise=noise, key=key)

    recipe = dataclasses.replace(cj.recipe("flip_flop"), build=build)
    task = recipe.task("flip_flop")
    assert network_numbers(recipe, task) == {"hidden": 2, "dt": 20.0}


@pytest.mark.parametrize("name", cj.tasks.names())
def test_each_default_is_what_set_takes(name):
    """The text of a default, given again, makes the same task."""
    recipe = cj.recipe(name)
    task, source = recipe.task(name), source_of(name, None, recipe)
    names = [option for option in source.options if option != "dt"]
    texts = {option: _option_table._text(getattr(task, option)) for option in names}
    flags = [f"--set=task.{option}={text}" for option, text in texts.items() if text]
    again = setup_of("train", name, *flags).task
    assert texts == {x: _option_table._text(getattr(again, x)) for x in names}


def test_the_picture_is_written_only_with_the_flag(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ctrnn_jax("tasks", "sine_wave") == 0
    printed = capfd.readouterr().out
    assert list(tmp_path.iterdir()) == []
    assert "period" in printed
    assert "drawn" not in printed
