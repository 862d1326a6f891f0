"""The loss: the output loss of the task plus weighted penalties."""

import equinox as eqx
from helpers import close
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj
from ctrnn_jax import Loss, penalties
from ctrnn_jax.penalties import AbstractPenalty
from ctrnn_jax.penalties._loss import as_loss


TASK = cj.tasks.PerceptualDecision(fixation=40.0, stimulus=100.0, decision=60.0)
NET = cj.EIRNN(2, 8, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
TRIALS = TASK.batch(jax.random.key(1), 3)


class PeakRate(AbstractPenalty):
    """A custom penalty, as a user writes one."""

    needs = ("rates",)

    def __call__(self, net, traj, trials, output_loss):
        return jnp.max(traj.rates) + output_loss(0 * traj.outputs)


class NeedsVoltages(PeakRate):
    needs = ("voltages",)


class Linked(cj.tasks.PerceptualDecision):  # pyright: ignore[reportGeneralTypeIssues]
    def link(self, outputs):
        return jax.nn.sigmoid(outputs)


def loss_and_terms(loss, net=NET, task=TASK):
    traj = cj.rollout(net, TRIALS.inputs, record=loss.record)
    return loss(task, net, traj, TRIALS)


def test_the_loss_is_the_output_loss_plus_weighted_penalties():
    loss = Loss(peak=PeakRate(0.5), rate_l2=penalties.RateL2(3.0))
    total, terms = loss_and_terms(loss)
    traj = cj.rollout(NET, TRIALS.inputs)
    assert set(terms) == {"task", "peak", "rate_l2"}
    error = cj.losses.masked_mse(traj.outputs, TRIALS.targets, TRIALS.mask)
    error_of_zeros = cj.losses.masked_mse(0 * traj.outputs, TRIALS.targets, TRIALS.mask)
    close(terms["task"], error)
    close(terms["peak"], 0.5 * (traj.rates.max() + error_of_zeros))
    ends = np.asarray(TRIALS.conditions["t_end"])
    rates = [np.asarray(traj.rates)[b, :end] ** 2 for b, end in enumerate(ends)]
    close(terms["rate_l2"], np.asarray(3.0 * np.concatenate(rates).mean()))
    close(total, sum(terms.values()))


class LastRates(AbstractPenalty):
    """A custom penalty on the rates after the last step of each trial."""

    needs = ("rates",)

    def __call__(self, net, traj, trials, output_loss):
        assert traj.rates.shape == (3, len(STEPS), 8)
        assert traj.outputs.shape == (3, len(STEPS), 2)
        return jnp.mean(traj.rates[:, -1] ** 3)


class LastRatesTimeFirst(AbstractPenalty):
    """The same, of rates with time first."""

    needs = ("rates",)
    time_major = True

    def __call__(self, net, traj, trials, output_loss):
        assert traj.rates.shape == (len(STEPS), 3, 8)
        assert traj.time_axis == -3
        return jnp.mean(traj.rates[-1] ** 3)


class LastOfRates(penalties.AbstractRatePenalty):
    """The same, of rates alone."""

    def of_rates(self, rates, trials, net):
        assert rates.shape == (3, len(STEPS), 8)
        return jnp.mean(rates[:, -1] ** 3)


class LastOfRatesTimeFirst(penalties.AbstractRatePenalty):
    """The same, of rates with time first."""

    time_major = True

    def of_rates(self, rates, trials, net):
        assert rates.shape == (len(STEPS), 3, 8)
        return jnp.mean(rates[-1] ** 3)


STEPS = range(TRIALS.inputs.shape[1])
LAST_RATES = (LastRates, LastRatesTimeFirst, LastOfRates, LastOfRatesTimeFirst)


@pytest.mark.parametrize("penalty", LAST_RATES)
@pytest.mark.parametrize("time_major", [False, True])
def test_a_penalty_gets_time_where_it_reads_it(penalty, time_major):
    loss = Loss(last=penalty(2.0))
    inputs = jnp.moveaxis(TRIALS.inputs, 1, 0) if time_major else TRIALS.inputs
    traj = cj.rollout(NET, inputs, record=loss.record, time_major=time_major)
    expected = cj.rollout(NET, TRIALS.inputs)
    value = loss(TASK, NET, traj, TRIALS)[1]["last"]
    close(value, 2.0 * jnp.mean(expected.rates[:, -1] ** 3))


def test_an_update_reads_time_first():
    """Training simulates time first; the loss and its terms are those of batch first.

    No array of all rates is in the other order: not in the loss, and not in its
    gradient.
    """
    loss = Loss(
        l2=penalties.RateL2(1.0), smooth=penalties.Smoothness(10.0),
        mean=penalties.MeanRate(1.0), omega=penalties.VanishingGradient(),
    )  # fmt: skip
    problem = cj.gradients.Problem(TRIALS, jax.random.key(2), TASK, loss)
    total, terms = jax.jit(lambda net: problem.value(net))(NET)
    expected, expected_terms = loss_and_terms(loss)
    close(total, expected)
    close(terms, expected_terms)
    params, static = eqx.partition(NET, cj.trainable(NET))
    update = jax.make_jaxpr(lambda params: cj.gradients.BPTT()(params, static, problem))
    text = str(update(params))
    assert f"[{len(STEPS)},3,8]" in text
    assert f"[3,{len(STEPS)},8]" not in text


def test_the_gradient_is_that_of_the_sum():
    by_name = {"peak": PeakRate(0.5), "l1": penalties.WeightL1(2.0, "w_in")}

    @jax.jit
    def gradients(net, losses):
        def total(net, loss):
            return loss_and_terms(loss, net)[0]

        return [eqx.filter_grad(total)(net, loss).raw for loss in losses]

    losses = Loss(**by_name), Loss(), *(Loss(**{n: p}) for n, p in by_name.items())
    of_all, of_task, *of_each = jax.tree.map(np.asarray, gradients(NET, losses))
    # each of the two has the gradient of the task in it
    total = jax.tree.map(lambda a, b, t: a + b - t, *of_each, of_task)
    close(of_all, total)
    assert not np.allclose(of_all.w_in, of_task.w_in)


@pytest.mark.parametrize(
    ("by_name", "recorded"),
    [
        ({}, set()),
        ({"a": penalties.RateL1(1.0)}, {"rates"}),
        ({"a": penalties.WeightL1(1.0)}, set()),
        (
            {"a": penalties.RateL1(1.0), "b": penalties.VanishingGradient()},
            {"rates", "potentials"},
        ),
    ],
)
def test_a_rollout_records_only_what_the_penalties_need(by_name, recorded):
    record = Loss(**by_name).record
    assert record.outputs
    assert record.stride == 1
    names = ("potentials", "rates", "synapses")
    assert {name for name in names if getattr(record, name)} == recorded


def test_the_output_loss_is_that_of_the_task_by_default():
    """That of the task applies its link; another one gets the outputs without it."""
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


def test_every_loss_argument_of_fit_becomes_a_loss():
    loss = Loss(a=penalties.RateL1(1.0))
    assert as_loss(loss) is loss
    assert as_loss(None).task is None
    assert as_loss(cj.losses.masked_mse).task is cj.losses.masked_mse
    assert as_loss(cj.losses.masked_mse).penalties == {}


def test_weights_are_leaves_so_a_sweep_of_them_does_not_trace_again():
    traces = []

    @jax.jit
    def total(loss):
        traces.append(loss)
        return loss_and_terms(loss)

    results = [total(Loss(a=penalties.RateL2(weight))) for weight in (0.0, 1, 2.5)]
    assert len(traces) == 1
    close(results[2][1]["a"], 2.5 * results[1][1]["a"])
    assert results[0][0] == results[0][1]["task"]

    def loss_at(weight):
        return loss_and_terms(Loss(a=penalties.RateL2(weight)))[0]

    losses = jax.vmap(loss_at)(jnp.array([0.0, 1.0, 2.5]))
    close(losses, jnp.stack([r[0] for r in results]))


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Loss(rate=1e-3), "`rate` must be a penalty; got 0.001"),
        (
            lambda: Loss(rate=cj.losses.masked_mse),
            "`rate` must be a penalty; got",
        ),
        (lambda: Loss(3), "`task` must be a function; got 3"),
        (lambda: Loss(task=penalties.RateL2(1.0)), "`task` must be a function of"),
        (lambda: Loss(penalties.RateL2(1.0)), "`task` must be a function of"),
        (
            lambda: Loss(a=NeedsVoltages(1.0)),
            "`needs` must be a known name; got 'voltages",
        ),
        (lambda: PeakRate(-0.1), "`weight` must not be negative; got -0.1"),
        (lambda: PeakRate(float("nan")), "`weight` must not be negative; got nan"),
        (lambda: PeakRate("a"), "`weight` must be numbers; got 'a'"),
        (lambda: penalties.RateL1(None), "`weight` must be numbers; got None"),
    ],
)
def test_an_invalid_loss_is_an_error(make, message):
    with pytest.raises(ValueError, match=message):
        make()
