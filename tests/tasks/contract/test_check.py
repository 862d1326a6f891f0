"""`check` passes every task of the package, and names what is wrong in others."""

import random

import canonical
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from tasks.recorded.recordings import ACTIVITY, BEHAVIOUR

import ctrnn_jax as cj
from ctrnn_jax._tree import with_fields


class Copy(cj.tasks.AbstractTask):
    """The output repeats the sign of the input in the last two of five steps."""

    dt: float = eqx.field(static=True, default=20.0)

    input_names, output_names = ("x",), ("y",)
    main_condition = "sign"

    @property
    def n_conditions(self):
        return 2

    @property
    def n_steps(self):
        return 5

    def render(self, condition, key):
        drawn = jax.random.randint(key, (), 0, 2)
        sign = 2.0 * (drawn if condition is None else condition).astype(float) - 1.0
        is_due = (jnp.arange(5) >= 3)[:, None]
        return cj.tasks.Trial(
            inputs=jnp.full((5, 1), sign),
            targets=jnp.where(is_due, sign, 0.0),
            mask=is_due.astype(float),
            conditions={
                "sign": sign,
                "t_end": jnp.asarray(5),
                "is_catch": jnp.asarray(False),
            },
            epochs={"due": jnp.asarray([3, 5])},
        )

    def score(self, outputs, trials):
        is_right = outputs[..., -1, 0] * trials.conditions["sign"] > 0
        return is_right.astype(outputs.dtype)


def test_a_right_task_passes_and_prints_how_outputs_are_judged():
    found = cj.tasks.check(Copy())
    assert (found.task, found.n_in, found.n_out, found.n_steps) == ("Copy", 1, 1, 5)
    assert (found.n_conditions, found.dt) == (2, 20.0)
    assert found.conditions == ("is_catch", "sign", "t_end")
    assert found.epochs == {"due": (60.0, 100.0)}
    assert found.targets == (1.0, 0.0)
    assert found.zeros == (0.0, 1.0)  # the mean square of +1 and -1
    lines = repr(found).splitlines()
    assert lines[0] == "Copy: all checks passed"
    assert "due 60 to 100 ms" in str(found)
    assert "performance 1, loss 0" in str(found)
    assert len(lines) == 7
    assert max(map(len, lines)) < 89


def test_the_parts_of_a_check_are_shown(capsys):
    task = cj.tasks.PerceptualDecision(dt=20.0)
    silent = cj.tasks.check(task)
    assert capsys.readouterr() == ("", "")
    assert repr(cj.tasks.check(task, progress=True)) == repr(silent)
    out, err = capsys.readouterr()
    title = "check of PerceptualDecision: "
    *parts, last = err.splitlines()
    assert out == ""
    texts = ("compiling and drawing trials ...", "judging outputs ...")
    assert parts == [title + text for text in texts]
    assert last.startswith(f"{title}passed in ")


def test_a_score_that_targets_do_not_reach_is_said():
    class Never(Copy):
        def score(self, outputs, trials):
            return jnp.zeros(outputs.shape[:-2], outputs.dtype)

    assert "Targets score no better than zeros" in str(cj.tasks.check(Never()))


def test_a_performance_that_targets_do_not_reach_is_said():
    class Half(Copy):
        def score(self, outputs, trials):
            return 0.5 * Copy.score(self, outputs, trials)

    printed = " ".join(str(cj.tasks.check(Half())).split())
    assert "Outputs that equal the targets reach performance 0.5, not 1" in printed
    assert "not 1" not in str(cj.tasks.check(Copy()))


NAMES = ["perceptual_decision", "yang2019", "dms", "ready_set_go", "sine_wave"]


@pytest.mark.parametrize("name", NAMES)
def test_some_tasks_of_the_package_pass(name):
    found = cj.tasks.check(cj.tasks.make(name), size=8)
    assert found.targets[0] > 0.9 or found.has_link


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(cj.tasks.names()) - set(NAMES)))
def test_each_task_of_the_package_passes(name):
    found = cj.tasks.check(cj.tasks.make(name), size=16)
    assert found.targets[0] > 0.5 or found.has_link


def test_recorded_tasks_and_mixtures_pass():
    assert cj.tasks.check(ACTIVITY).targets[0] == pytest.approx(1.0)
    assert np.isfinite(cj.tasks.check(BEHAVIOUR).targets).all()
    mixture = cj.tasks.Mixture([canonical.TASK, canonical.TASK])
    assert cj.tasks.check(mixture, size=8).targets[0] == 1.0


def changed(**changes):
    """Return a `Copy` with other attributes or methods."""
    return type("Changed", (Copy,), changes)()


def rendered(**parts):
    """Return a `Copy` of whose trials some parts are functions of the right ones."""

    def render(self, condition, key):
        trial = Copy.render(self, condition, key)
        fields = ("inputs", "targets", "mask", "conditions", "epochs")
        right = {name: getattr(trial, name) for name in fields}
        return cj.tasks.Trial(**right | {n: f(right[n]) for n, f in parts.items()})

    return changed(render=render)


def conditions(**values):
    return rendered(conditions=lambda right: right | values)


def branches(self, condition, key):
    trial = Copy.render(self, condition, key)
    if trial.inputs[0, 0] > 0:
        return trial
    return trial


def uses_numpy(self, outputs, trials):
    return np.mean(np.asarray(outputs) > 0, axis=(-2, -1))


def from_generator(self, condition, key):
    trial = Copy.render(self, condition, key)
    return eqx.tree_at(lambda t: t.inputs, trial, trial.inputs + random.random())


NAN = jnp.asarray(np.nan)

OF_SHAPES = [
    (Copy(dt=-1.0), "`dt` must be positive; got -1"),
    (with_fields(Copy(), dt=jnp.asarray(20.0)), "`dt` must be a number, no array"),
    (changed(input_names="x,y"), "`input_names` must be a list of names; got 'x,y'"),
    (changed(input_names=(1,)), "`input_names` must be different names; got"),
    (changed(output_names=("y", "y")), "`output_names` must be different names"),
    (changed(n_steps=5.0), "`n_steps` must be a whole number, at least 1; got 5.0"),
    (changed(n_conditions=0), "`n_conditions` must be a whole number, at least 1"),
    (changed(validation_size=0), "`validation_size` must be a whole number"),
    (changed(validation_size=3), "`validation_size` must be a multiple of the 2 co"),
    (changed(input_names=("x", "z")), r"inputs of shape \(5, 2\); got shape \(5, 1\)"),
    (changed(n_steps=6), r"return inputs of shape \(6, 1\); got shape \(5, 1\)"),
    (changed(main_condition="sing"), "got 'sing'. Did you mean 'sign'"),
    (changed(render=branches), "`render` must work with traced values.* for `if`"),
    (changed(score=uses_numpy), "`score` must use jax.numpy; got a traced"),
    (
        changed(score=lambda self, outputs, trials: outputs),
        r"numbers of shape \(3,\); got float64 of shape \(3, 5, 1\)",
    ),
    (changed(score=lambda self, outputs, trials: 1.0), "`score` must return numbers"),
    (
        rendered(inputs=lambda x: x.astype(int)),
        r"return inputs that are floats; got int64. Use \.astype\(float\)",
    ),
    (conditions(t_end=jnp.asarray(5.0)), "return a t_end that are whole numbers"),
    (conditions(is_catch=jnp.asarray(0)), "return an is_catch that are True or Fa"),
    (conditions(t_end=jnp.asarray([5, 5])), r"`conditions\['t_end'\]` must have sh"),
    (
        rendered(epochs=lambda x: {"due": [3, 5]}),
        "return an epoch 'due' that is an array; got list",
    ),
    (
        rendered(epochs=lambda x: {"due": jnp.asarray([60.0, 100.0])}),
        "return an epoch 'due' that are whole numbers",
    ),
    (
        rendered(epochs=lambda x: {"due": jnp.asarray(3)}),
        r"return an epoch 'due' of shape \(2,\); got shape \(\)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("task", "message"), OF_SHAPES)
def test_what_is_declared_and_shapes_are_validated_also_by_fit(task, message):
    """`fit` raises the same error before it compiles."""
    with pytest.raises(ValueError, match=message):
        cj.tasks.check(task)
    net = cj.CTRNN(1, 4, 1, dt=20.0, tau=100.0, key=jax.random.key(0))
    with pytest.raises(ValueError, match=message):
        cj.fit(
            net, task, optax.sgd(0.1), num_updates=1, batch_size=2,
            key=jax.random.key(0),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (
            changed(output_loss=lambda self, outputs, trials: outputs[0]),
            r"`output_loss` must return numbers of shape \(\)",
        ),
        (rendered(inputs=lambda x: x + NAN), "inputs that are finite; got others in"),
        (rendered(targets=lambda x: x + NAN), "targets that are finite where the mask"),
        (rendered(mask=lambda x: -x), "a mask of at least 0; got others in trial 0"),
        (rendered(mask=lambda x: 0 * x), "a mask that is not 0 everywhere; got other"),
        (conditions(t_end=jnp.asarray(6)), "a t_end from 1 to n_steps, 5; got other"),
        (conditions(t_end=jnp.asarray(4)), "a mask of 0 from t_end on; .* 0, step 4"),
        (
            rendered(epochs=lambda x: {"due": jnp.asarray([60, 100])}),
            "epoch 'due' with 0 <= start <= stop <= 5; got others in trial 0. Its tw",
        ),
        (changed(render=from_generator), "same trial for the same key.* got other inp"),
        (
            changed(score=lambda self, outputs, trials: 9.0 + outputs[..., 0, 0]),
            r"return scores in \[0, 1\] for targets as outputs; got 9",
        ),
        (
            changed(output_loss=lambda self, y, t: jnp.sqrt(jnp.sum(0 * y))),
            "`output_loss` must be finite, and its gradient too; got loss 0, ",
        ),
    ],
)
def test_the_values_of_trials_scores_and_losses_are_validated(task, message):
    with pytest.raises(ValueError, match=message):
        cj.tasks.check(task)


def test_an_error_of_the_task_itself_is_raised_as_it_is():
    def render(self, condition, key):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        cj.tasks.check(changed(render=render))
