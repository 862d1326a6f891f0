"""Arguments of a wrong type: the error names the argument.

Jaxtyping checks types in all other tests. It is off in these, as it is for a user.
"""

import jax
import optax
import pytest

import ctrnn_jax as cj


pytestmark = pytest.mark.usefixtures("as_for_a_user")


TASK = cj.tasks.PerceptualDecision()


def make(key):
    return cj.CTRNN(2, 4, 2, dt=20.0, tau=100.0, key=key)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"loss": 3.0}, "`loss` must be a loss or a function"),
        ({"best_by": "accuracy"}, "`best_by` must be a known name; got 'accuracy'"),
        ({"num_updates": 2.5}, "`num_updates` must be a whole number"),
        ({"patience": True}, "`patience` must be a whole number"),
        ({"resume": "yes"}, "`resume` must be True, False or \"changed\"; got 'yes'"),
        ({"resume": 1}, '`resume` must be True, False or "changed"; got 1. Pass True'),
    ],
)
def test_fit(options, message):
    settings = {"num_updates": 5, "batch_size": 2, "key": jax.random.key(0), **options}
    with pytest.raises(ValueError, match=message):
        cj.fit(make(jax.random.key(0)), TASK, optax.sgd(0.1), **settings)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"seeds": 3},
            "`seeds` must be a list of whole numbers; got 3. Such as seeds=range",
        ),
        ({"seeds": [0.5]}, "`seeds` must be a whole number"),
        ({"sweep": 3}, "`sweep` must be a dictionary or a list"),
        ({"sweep": {"tau": 50.0}}, r"`sweep\['tau'\]` must be a list of values"),
        ({"sweep": {"learning_rate": ["fast"]}}, "must be numbers"),
        ({"optimiser": optax.sgd(0.1), "sweep": {"learning_rate": [1.0]}}, "function"),
        ({"optimiser": optax.sgd, "sweep": {}}, "`optimiser` must be an optimiser"),
        ({"make": lambda key: 3}, "`make` must return a network; got 3"),
    ],
)
def test_fit_ensemble(options, message):
    settings = {
        "make": make,
        "optimiser": optax.sgd,
        "seeds": [0],
        "num_updates": 5,
        "batch_size": 2,
        "sweep": {"learning_rate": [0.1]},
        **options,
    }
    with pytest.raises(ValueError, match=message):
        cj.fit_ensemble(
            settings.pop("make"), TASK, settings.pop("optimiser"), **settings
        )


@pytest.mark.parametrize(
    ("stages", "message"),
    [
        ([TASK], "`stages.0.` must be a list of task and rule"),
        ([(TASK, 0.9)], "be a task and a stop rule"),
        ([(TASK,)], "be a task and a stop rule"),
    ],
)
def test_curriculum(stages, message):
    with pytest.raises(ValueError, match=message):
        cj.training.Curriculum(*stages)


def test_task():
    with pytest.raises(
        ValueError, match="`task` must be a task or a curriculum or batches; got 'rdm"
    ):
        cj.fit(
            make(jax.random.key(0)), "rdm", optax.sgd(0.1), num_updates=5, batch_size=2
        )


def test_optimiser():
    with pytest.raises(
        ValueError, match="`optimiser` must be an optax optimiser; got the"
    ):
        cj.fit(
            make(jax.random.key(0)), TASK, optax.adam, num_updates=5, batch_size=2,
            key=jax.random.key(0),
        )  # fmt: skip


def test_loss():
    with pytest.raises(ValueError, match=r"`extra` must be a penalty"):
        cj.Loss(extra=lambda net, traj: 0.0)
