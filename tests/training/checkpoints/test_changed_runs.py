"""A run continues only with the settings that it began with, unless that is meant."""

import functools
import json
import os
import re
import shutil
import subprocess
import sys

import canonical
import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
import optax
import pytest
from training.problem import EASY, ENERGY, fit, fit_ensemble, keys_of, make, rate, TASK

import ctrnn_jax as cj
from ctrnn_jax.training import ChangedRunError, CheckpointError, CheckpointWarning
from ctrnn_jax.training.checkpoints._files import with_checksum


def power(v):
    """Return the rates of the shared run."""
    return jnp.maximum(v, 0.0) ** 1.5


def above(threshold):
    """Return a stop rule that captured a number."""
    return lambda performances: performances[-1] > threshold


def network(**options):
    return make(keys_of(0)[0], **{"activation": power, **options})


def optimiser(rate=0.1, momentum=0.8):
    return optax.chain(optax.clip(1.0), optax.sgd(rate, momentum=momentum))


def settings(**changes):
    """Return the arguments of the shared run, made anew, with some of them changed."""
    options = {
        "net": network(**changes.pop("network", {})),
        "task": TASK,
        "optimiser": optimiser(),
        "loss": cj.Loss(energy=cj.penalties.RateL2(0.5)),
        "stop_when": above(0.99),
        "gradient": cj.gradients.BPTT(),
        "patience": 7,
    }
    return options | changes


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder of a run of 5 updates; only read it."""
    folder = tmp_path_factory.mktemp("run")
    with cj.Checkpoints(folder, every=100) as store:
        fit(5, checkpoints=store, **settings())
    return folder


def resumed(folder, *, resume=True, num_updates=5, **changes):
    store = cj.Checkpoints(folder, every=100)
    return fit(num_updates, checkpoints=store, resume=resume, **settings(**changes))


def test_the_same_run_made_anew_continues(folder):
    assert resumed(folder).state.step == 5
    # these are no settings of the run
    options = {"restore_best": True, "callback": lambda report: True}
    assert resumed(folder, **options).state.step == 5


def sloped(v):
    return jnp.maximum(v, 0.0) ** 1.4


def nested(performances):
    def above_half(x):
        return x > 0.5

    return above_half(performances[-1])


class Rule:
    """A stop rule of a user, which is no dataclass."""

    def __init__(self, threshold):
        self.threshold = threshold

    def __call__(self, performances):
        return performances[-1] > self.threshold


class Repeat(cj.tasks.AbstractTask):
    """A task of a user, with the sizes of the shared task."""

    dt: float = eqx.field(static=True, default=20.0)
    input_names, output_names = ("a", "b"), ("c", "d")

    @property
    def n_steps(self):
        return TASK.n_steps

    def render(self, condition, key):
        return TASK.render(condition, key)

    def score(self, outputs, trials):
        return TASK.score(outputs, trials)


CHANGES = {
    "activation": (
        {"network": {"activation": sloped}},
        "`net.activation`: power in the checkpoint, sloped in this call",
    ),
    "sign map": (
        {"network": {"sign_map": cj.constraints.Softplus()}},
        "`net.constraints.w_hid.links[0].map`: Abs in the checkpoint, Softplus in",
    ),
    "form": (
        {"network": {"form": cj.dynamics.RateForm()}},
        "`net.form`: CurrentForm in the checkpoint, RateForm in this call",
    ),
    "method": (
        {"network": {"method": cj.ExponentialEuler()}},
        "`net.method`: Euler in the checkpoint, ExponentialEuler in this call",
    ),
    "noise": (
        {"network": {"noise": cj.DiffusionNoise(0.2)}},
        "`net.noise.sigma`: 0.1 in the checkpoint, 0.2 in this call",
    ),
    "kind of noise": (
        {"network": {"noise": cj.StepNoise(pre=0.1)}},
        "`net.noise`: DiffusionNoise in the checkpoint, StepNoise in this call",
    ),
    "tau": (
        {"network": {"tau": 50.0}},
        "`net.tau`: 100.0 in the checkpoint, 50.0 in this call",
    ),
    "trains v0": (
        {"network": {"train_v0": True}},
        "`net.fixed`: ('v0', 'tau') in the checkpoint, ('tau',) in this call",
    ),
    "mask": (
        {"network": {"autapses": True}},
        "`net.constraints.w_hid`: Chain in the checkpoint, Dale in this call",
    ),
    "learning rate": (
        {"optimiser": optimiser(rate=0.01)},
        "`optimiser.update`: -0.1 in the checkpoint, -0.01 in this call",
    ),
    "momentum": (
        {"optimiser": optimiser(momentum=0.9)},
        "`optimiser.update`: 0.8 in the checkpoint, 0.9 in this call",
    ),
    "schedule": (
        {"optimiser": optimiser(rate=rate)},
        "`optimiser`: EmptyState, TraceState, EmptyState in the checkpoint, "
        "EmptyState, TraceState, ScaleByScheduleState in this call",
    ),
    "order of the optimiser": (
        {
            "optimiser": optax.chain(
                optax.clip_by_global_norm(1.0), optax.sgd(0.1, momentum=0.8)
            )
        },
        "`optimiser.update`: program ",
    ),
    "batch size": ({"batch_size": 8}, "`batch_size`: 4 in the checkpoint, 8 in this"),
    "task option": (
        {"task": EASY},
        "`task.sigma_in`: 0.01 in the checkpoint, 0.001 in this call",
    ),
    "task": (
        {"task": Repeat()},
        "`task`: PerceptualDecision in the checkpoint, Repeat in this call",
    ),
    "curriculum": (
        {
            "task": cj.training.Curriculum((EASY, above(0.9)), (TASK, above(0.9))),
            "stop_when": None,
        },
        "`task`: PerceptualDecision in the checkpoint, Curriculum in this call",
    ),
    "weight of a penalty": (
        {"loss": cj.Loss(energy=cj.penalties.RateL2(0.4))},
        "`loss.penalties.energy.weight`: 0.5 in the checkpoint, 0.4 in this call",
    ),
    "penalty": (
        {"loss": None},
        "`loss.penalties.energy`: RateL2 in the checkpoint, nothing in this call",
    ),
    "output loss": (
        {"loss": cj.Loss(cj.losses.cross_entropy, **ENERGY.penalties)},
        "`loss.task`: None in the checkpoint, cross_entropy in this call",
    ),
    "captured number of the stop rule": (
        {"stop_when": above(0.98)},
        "`stop_when.threshold`: 0.99 in the checkpoint, 0.98 in this call",
    ),
    "stop rule": (
        {"stop_when": cj.MeanAbove(0.99)},
        "`stop_when`: above.<locals>.<lambda> in the checkpoint, MeanAbove in this",
    ),
    "object as stop rule": (
        {"stop_when": Rule(0.99)},
        "`stop_when`: above.<locals>.<lambda> in the checkpoint, Rule in this call",
    ),
    "gradient": (
        {"gradient": cj.gradients.EProp()},
        "`gradient`: BPTT in the checkpoint, EProp in this call",
    ),
    "option of the gradient": (
        {"gradient": cj.gradients.BPTT(teacher_forcing=0.2)},
        "`gradient.teacher_forcing`: None in the checkpoint, 0.2 in this call",
    ),
    "validate_every": ({"validate_every": 4}, "`validate_every`: 5 in the checkpoint"),
    "validation_size": ({"validation_size": 22}, "`validation_size`: (11,) in the"),
    "patience": ({"patience": 8}, "`patience`: 7 in the checkpoint, 8 in this call"),
    "best_by": ({"best_by": "loss"}, "`best_by`: 'performance' in the checkpoint, 'l"),
}


@pytest.mark.parametrize(("changes", "message"), CHANGES.values(), ids=CHANGES)
def test_another_setting_is_an_error_with_both_values(folder, changes, message):
    with pytest.raises(ChangedRunError, match=re.escape(message)):
        resumed(folder, **changes)


def test_the_whole_text_of_the_error(folder):
    with pytest.raises(ChangedRunError) as error:
        resumed(folder, batch_size=8, optimiser=optimiser(rate=0.01))
    assert str(error.value) == (
        f"{folder / '5'} is a checkpoint of a run with other settings: "
        "`optimiser.update`: -0.1 in the checkpoint, -0.01 in this call; `batch_size`: "
        "4 in the checkpoint, 8 in this call. Pass those of the checkpoint, or pass "
        'resume="changed" to continue with those of this call, or name another folder.'
    )
    many = {"batch_size": 8, "patience": 3, "best_by": "loss", "validate_every": 2}
    many |= {"loss": None, "stop_when": None, "validation_size": 22, "task": EASY}
    with pytest.raises(ChangedRunError, match=r"; and 2 more\. Pass those"):
        resumed(folder, **many)


def end_at(step):
    return lambda report: report.state.step >= step


def test_changed_continues_with_the_settings_of_the_call(tmp_path):
    """As `fit(state=...)` does, if its state has the noise of the call."""
    new = network(noise=cj.DiffusionNoise(0.2), tau=50.0)
    changes = {"optimiser": optimiser(rate=0.01), "batch_size": 8, "patience": None}
    with cj.Checkpoints(tmp_path, every=100) as store:
        first = fit(5, checkpoints=store, **settings(patience=None)).state
        rest = fit(
            10, checkpoints=store, resume="changed", **settings(net=new, **changes)
        )
        # the checkpoint of this run has the new settings
        again = fit(10, checkpoints=store, resume=True, **settings(net=new, **changes))
    assert identical(again.network, rest.network)
    start = eqx.tree_at(
        lambda s: s.network,
        first,
        eqx.tree_at(lambda n: n.raw, new, eqx.tree_at(
            lambda raw: raw.tau, first.network.raw, new.raw.tau
        )),
    )  # fmt: skip
    whole = fit(5, state=start, key=None, **settings(net=new, **changes))
    assert rest.state.step == whole.state.step == 10
    assert identical(rest.network, whole.network)
    assert identical(rest.network.noise, new.noise)
    assert float(rest.network.tau) == 50.0


def test_an_ensemble_has_its_settings_too(tmp_path):
    options = {"optimiser": optax.sgd, "seeds": (0, 1)}
    sweep = {"learning_rate": [0.1, 0.2], "noise": [0.1]}
    with cj.Checkpoints(tmp_path, every=100) as store:
        run = functools.partial(fit_ensemble, 5, checkpoints=store)
        run(sweep=sweep, **options)
        run = functools.partial(run, resume=True)
        assert run(sweep=sweep, **options).state.step == 5
        for changes, message in [
            ({"sweep": sweep | {"noise": [0.2]}}, "`make(key).noise.sigma`: [0.1, 0.1"),
            (
                {"sweep": sweep | {"learning_rate": [0.1, 0.3]}},
                "`sweep[2].learning_rate`: 0.2 in the checkpoint, 0.3 in this call",
            ),
            ({"seeds": (0, 2)}, "`seeds`: (0, 1, 0, 1) in the checkpoint, (0, 2, 0, 2"),
            (
                {"optimiser": functools.partial(optax.sgd, momentum=0.5)},
                "`optimiser`: EmptyState, EmptyState in the checkpoint, TraceState, ",
            ),
            ({"batch_size": 8}, "`batch_size`: 4 in the checkpoint, 8 in this call"),
        ]:
            with pytest.raises(ChangedRunError, match=re.escape(message)):
                run(**{"sweep": sweep, **options, **changes})
        with pytest.raises(ChangedRunError, match="`net`: nothing in the checkpoint"):
            fit(5, checkpoints=store, resume=True)


def test_numbers_in_the_state_of_the_optimiser_are_settings(tmp_path):
    def injected(rate):
        return optax.inject_hyperparams(optax.sgd)(learning_rate=rate)

    with cj.Checkpoints(tmp_path, every=100) as store:
        fit(5, checkpoints=store, optimiser=injected(0.1))
        message = r"`optimiser.init.*learning_rate.*`: 0.1 in the checkpoint, 0.2 in"
        with pytest.raises(ChangedRunError, match=message):
            fit(5, checkpoints=store, optimiser=injected(0.2), resume=True)


def test_an_optimiser_that_is_not_traced_is_compared_by_what_it_captured(tmp_path):
    def searching(decrease):
        return optax.chain(
            optax.sgd(1.0),
            optax.scale_by_backtracking_linesearch(3, decrease_factor=decrease),
        )

    with cj.Checkpoints(tmp_path, every=100) as store:
        fit(5, checkpoints=store, optimiser=searching(0.5))
        assert fit(5, checkpoints=store, optimiser=searching(0.5), resume=True)
        message = r"`optimiser.*decrease_factor`: 0.5 in the checkpoint, 0.6 in this"
        with pytest.raises(ChangedRunError, match=message):
            fit(5, checkpoints=store, optimiser=searching(0.6), resume=True)


@pytest.fixture
def copied(folder, tmp_path):
    """Return a function that writes a copy of the checkpoint with other metadata."""

    def copy(change):
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
        file = tmp_path / "5" / "meta" / "metadata"
        meta = json.loads(json.loads(file.read_text())["content"])
        change(meta)
        file.write_text(json.dumps(with_checksum(meta)))
        return tmp_path

    return copy


def test_another_version_is_a_warning_that_names_both(copied):
    def change(meta):
        meta["versions"]["jax"] = "0.1.2"
        meta["run"]["optimiser.update"] = "program 0"
        meta["run"]["optimiser.update.numbers[0]"] = "7"
        del meta["run"]["gradient.adjoint"]

    folder = copied(change)
    message = rf"5 was saved with another version: jax 0.1.2, now {jax.__version__}\."
    with pytest.warns(CheckpointWarning, match=message):
        assert resumed(folder).state.step == 5
    with (
        pytest.warns(CheckpointWarning, match=message),
        pytest.raises(ChangedRunError, match=r"settings: `batch_size`: 4 in [^;]*$"),
    ):
        resumed(folder, batch_size=8)


def test_code_is_not_compared_between_versions_of_python(copied):
    def change(meta):
        meta["versions"]["python"] = "3.10.1"
        meta["run"]["stop_when.__code__"] = "0"

    with pytest.warns(CheckpointWarning, match=r"version: python 3\.10\.1, now 3\."):
        assert resumed(copied(change)).state.step == 5


def test_numbers_of_an_equal_program_are_compared_between_versions(copied):
    def change(meta):
        meta["versions"]["optax"] = "0.1"

    with (
        pytest.warns(CheckpointWarning, match="optax 0.1, now"),
        pytest.raises(ChangedRunError, match=r"`optimiser.update`: -0.1 in the che"),
    ):
        resumed(copied(change), optimiser=optimiser(rate=0.01))


def test_a_checkpoint_without_a_description_is_an_error(copied):
    folder = copied(lambda meta: meta.pop("run"))
    with pytest.raises(CheckpointError, match="5 was not saved by fit or fit_ensemble"):
        resumed(folder)


def test_float64_without_x64_is_an_error(folder):
    with (
        jax.enable_x64(False),
        pytest.raises(CheckpointError, match="5 holds float64, which JAX would make"),
    ):
        resumed(folder, net=cj.astype(network(), jnp.float32))


def test_the_state_of_another_optimiser_is_an_error():
    message = "`optimiser` must be that of `state`, or one whose state has the same"
    state = fit(1, optimiser=canonical.SGD).state
    with pytest.raises(ValueError, match=message):
        fit(1, state=state, key=None, optimiser=optimiser())
    state = fit_ensemble(1, optimiser=canonical.SGD).state
    with pytest.raises(ValueError, match=message):
        fit_ensemble(1, state=state, optimiser=optimiser())


ANOTHER_PROCESS = """
import os, sys
import jax
jax.config.update("jax_enable_x64", True)
sys.path.insert(0, "tests")
import conftest
from training.checkpoints import test_changed_runs as runs
assert runs.resumed(sys.argv[1]).state.step == 5
"""


@pytest.mark.slow
def test_another_process_has_the_same_description(folder):
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed}
        command = [sys.executable, "-W", "error::UserWarning"]
        for what in ("reading", "writing"):  # another process may write the entry now
            ignored = f"Error {what} persistent compilation cache entry"
            command += ["-W", f"ignore:{ignored}:UserWarning"]
        command += ["-c", ANOTHER_PROCESS, str(folder)]
        subprocess.run(command, env=environment, check=True)
