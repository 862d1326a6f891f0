from typing import ClassVar

import equinox as eqx
from helpers import close
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import Loss, penalties
from ctrnn_jax.penalties import AbstractPenalty, penalty_weight
from ctrnn_jax.penalties._loss import as_loss


TASK = cj.tasks.PerceptualDecision(fixation=40.0, stimulus=100.0, decision=60.0)
NET = cj.EIRNN(2, 8, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
TRIALS = TASK.batch(jax.random.key(1), 3)


class PeakRate(AbstractPenalty):
    """A term as a user writes one."""

    weight: Array
    needs: ClassVar[tuple[str, ...]] = ("rates",)

    def __init__(self, weight):
        self.weight = penalty_weight(weight)

    def __call__(self, net, traj, trials, cost):
        return jnp.max(traj.rates) + cost(0 * traj.outputs)


class Demanding(PeakRate):
    needs: ClassVar[tuple[str, ...]] = ("voltages",)


class Linked(cj.tasks.PerceptualDecision):
    def link(self, outputs):
        return jax.nn.sigmoid(outputs)


def of(loss, net=NET, task=TASK):
    traj = cj.rollout(net, TRIALS.inputs, record=loss.record)
    return loss(task, net, traj, TRIALS)


def test_the_loss_is_the_task_and_its_terms_weighted():
    loss = Loss(mine=PeakRate(0.5), rate_l2=penalties.RateL2(3.0))
    total, terms = of(loss)
    traj = cj.rollout(NET, TRIALS.inputs)
    assert set(terms) == {"task", "mine", "rate_l2"}
    error = cj.losses.masked_mse(traj.outputs, TRIALS.targets, TRIALS.mask)
    nothing = cj.losses.masked_mse(0 * traj.outputs, TRIALS.targets, TRIALS.mask)
    close(terms["task"], error)
    close(terms["mine"], 0.5 * (traj.rates.max() + nothing))
    ends = np.asarray(TRIALS.conditions["t_end"])
    rates = [np.asarray(traj.rates)[b, :end] ** 2 for b, end in enumerate(ends)]
    close(terms["rate_l2"], np.asarray(3.0 * np.concatenate(rates).mean()))
    close(total, sum(terms.values()))


def test_the_gradient_is_that_of_the_sum():
    terms = {"peak": PeakRate(0.5), "l1": penalties.WeightL1(2.0, "w_in")}
    grad = lambda loss: eqx.filter_grad(lambda net: of(loss, net)[0])(NET).raw
    together, task = grad(Loss(**terms)), grad(Loss())
    apart = [grad(Loss(**{name: term})) for name, term in terms.items()]
    added = jax.tree.map(lambda a, b, t: a + b - t, *apart, task)
    close(together, added)
    assert not np.allclose(together.w_in, task.w_in)


@pytest.mark.parametrize(
    ("terms", "kept"),
    [
        ({}, set()),
        ({"a": penalties.RateL1(1.0)}, {"rates"}),
        ({"a": penalties.WeightL1(1.0)}, set()),
        ({"a": penalties.RateL1(1.0), "b": penalties.VanishingGradient()}, {"both"}),
    ],
)
def test_a_rollout_keeps_what_the_terms_need_and_no_more(terms, kept):
    kept = {"rates", "potentials"} if kept == {"both"} else kept
    record = Loss(**terms).record
    assert record.outputs
    assert record.stride == 1
    names = ("potentials", "rates", "synapses")
    assert {name for name in names if getattr(record, name)} == kept


def test_the_cost_of_outputs_is_the_tasks_own_unless_another_is_given():
    """A task's own passes outputs through its link; another gets them as they are."""
    task, trials = Linked(fixation=40.0, stimulus=100.0, decision=60.0), TRIALS
    outputs = jax.random.normal(jax.random.key(1), trials.targets.shape)
    close(Loss().of_outputs(task, outputs, trials), task.output_loss(outputs, trials))
    linked = jax.nn.sigmoid(outputs)
    close(
        Loss().of_outputs(task, outputs, trials),
        cj.losses.masked_mse(linked, trials.targets, trials.mask),
    )
    other = Loss(lambda y, target, mask: jnp.sum(mask * jnp.abs(y - target)))
    by_hand = (trials.mask * jnp.abs(outputs - trials.targets)).sum()
    close(other.of_outputs(task, outputs, trials), by_hand)


def test_what_fit_takes_becomes_a_loss():
    loss = Loss(a=penalties.RateL1(1.0))
    assert as_loss(loss) is loss
    assert as_loss(None).task is None
    assert as_loss(cj.losses.masked_mse).task is cj.losses.masked_mse
    assert as_loss(cj.losses.masked_mse).penalties == {}


def test_weights_are_leaves_and_sweeping_them_does_not_trace_again():
    traces = []

    @jax.jit
    def total(loss):
        traces.append(loss)
        return of(loss)

    results = [total(Loss(a=penalties.RateL2(weight))) for weight in (0.0, 1, 2.5)]
    assert len(traces) == 1
    close(results[2][1]["a"], 2.5 * results[1][1]["a"])
    assert results[0][0] == results[0][1]["task"]
    many = jax.vmap(lambda weight: of(Loss(a=penalties.RateL2(weight)))[0])
    close(many(jnp.array([0.0, 1.0, 2.5])), jnp.stack([r[0] for r in results]))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Loss(rate=1e-3), "`rate` must be a term of the loss; got 0.001"),
        (
            lambda: Loss(rate=cj.losses.masked_mse),
            "`rate` must be a term of the loss; got",
        ),
        (lambda: Loss(3), "`task` must be a function of .outputs, targets, mask"),
        (lambda: Loss(task=penalties.RateL2(1.0)), "`task` must be a function of"),
        (lambda: Loss(penalties.RateL2(1.0)), "`task` must be a function of"),
        (lambda: Loss(a=Demanding(1.0)), "`needs` must be a known name; got 'voltages"),
        (lambda: PeakRate(-0.1), "`weight` must not be negative; got -0.1"),
        (lambda: PeakRate(float("nan")), "`weight` must not be negative; got nan"),
        (lambda: PeakRate("a"), "`weight` must be numbers; got 'a'"),
        (lambda: penalties.RateL1(None), "`weight` must be numbers; got None"),
    ],
)
def test_what_is_no_loss_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
