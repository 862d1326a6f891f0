"""A penalty from outside the package: its value, gradient, training, and resuming."""

from collections.abc import Callable
import functools

import canonical
import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from training.problem import fit, OPTIMISER

import ctrnn_jax as cj


class ReadoutCost(cj.penalties.AbstractPenalty):
    """Mean of `cost_i sum_k |W_out[k, i]| (r_i - set_point)^power` before `t_end`."""

    cost: jax.Array
    set_point: float = 0.2
    power: int = eqx.field(default=2, static=True)
    needs = ("rates",)

    def __call__(self, net, traj, trials, output_loss):
        strength = self.cost * jnp.abs(cj.effective(net).w_out).sum(0)
        steps = jnp.arange(traj.rates.shape[-2])
        is_valid = steps[None] < trials.conditions["t_end"][:, None]
        costs = strength[None, None] * (traj.rates - self.set_point) ** self.power
        return jnp.where(is_valid[..., None], costs, 0).sum() / (
            is_valid.sum() * costs.shape[-1]
        ).astype(costs.dtype)


class MeanInput(cj.penalties.AbstractWeightPenalty):
    """The absolute mean of the existing weights of a name."""

    def of_weights(self, weights, present):
        return jnp.abs(jnp.where(present, weights, 0).sum()) / present.sum()


class Spread(cj.penalties.AbstractRatePenalty):
    """The variance of all rates, with the step of the network as its unit of time."""

    def of_rates(self, rates, trials, net):
        return rates.var() / net.dt


N = canonical.UNITS
TASK = cj.tasks.PerceptualDecision(
    dt=20.0, fixation=40.0, stimulus=100.0, decision=60.0, catch=260.0,
    catch_probability=0.4,
)  # fmt: skip
COST = np.linspace(0.5, 2.0, N)
KEY = jax.random.key(2)


@functools.cache
def trials():
    """Return trials of different durations."""
    return TASK.batch(jax.random.key(1), 8)


def make(key):
    return canonical.eirnn(
        key=key, activation="softplus", noise=cj.DiffusionNoise(0.1),
        constraints={"w_out": cj.constraints.Free()},
    )  # fmt: skip


def net_of(seed):
    return make(jax.random.key(seed))


def the_loss(weight=0.3):
    return cj.Loss(readout=ReadoutCost(weight, jnp.asarray(COST)))


@eqx.filter_jit
def rates_of(net, trials):
    return cj.rollout(net, trials.inputs, key=KEY).rates


def in_numpy(net, set_point=0.2, power=2):
    """The value of `ReadoutCost` by loops over trials, steps and units."""
    rates = np.asarray(rates_of(net, trials()))
    w_out = np.asarray(cj.effective(net).w_out)
    total, count = 0.0, 0
    for trial, end in enumerate(np.asarray(trials().conditions["t_end"])):
        for step in range(end):
            for unit in range(N):
                strength = COST[unit] * sum(abs(w) for w in w_out[:, unit])
                total += strength * (rates[trial, step, unit] - set_point) ** power
                count += 1
    return total / count


def weighted(loss, net, trials):
    """The weighted value of the penalty in a loss."""
    traj = cj.rollout(net, trials.inputs, key=KEY, record=loss.record)
    return loss(TASK, net, traj, trials)[1]["readout"]


weighted_compiled = eqx.filter_jit(weighted)


def test_its_value_is_that_of_loops():
    net = net_of(0)
    assert len(set(np.asarray(trials().conditions["t_end"]).tolist())) > 1
    value = weighted_compiled(the_loss(), net, trials())
    close(value, np.asarray(0.3 * in_numpy(net)))
    cubic = cj.Loss(readout=ReadoutCost(2.0, jnp.asarray(COST), 0.1, power=3))
    value = weighted_compiled(cubic, net, trials())
    close(value, np.asarray(2 * in_numpy(net, 0.1, 3)))


def test_its_gradient_is_that_of_differences_of_the_loops():
    net = net_of(0)

    @eqx.filter_jit
    @eqx.filter_grad
    def gradient(net):
        return weighted(the_loss(), net, trials())

    grads = gradient(net).raw
    rng = np.random.default_rng(0)
    for name in ("w_in", "w_hid", "w_out"):
        raw, h = getattr(net.raw, name), 1e-5
        direction = rng.normal(size=raw.shape)

        def at(step, name=name, raw=raw, direction=direction):
            moved = raw + step * direction
            return in_numpy(eqx.tree_at(lambda n: getattr(n.raw, name), net, moved))

        slope = 0.3 * (at(h) - at(-h)) / (2 * h)
        ours = np.vdot(getattr(grads, name), direction)
        np.testing.assert_allclose(ours, slope, rtol=1e-6)


def test_a_stack_of_networks_and_of_weights():
    nets, weights = [net_of(seed) for seed in range(3)], np.array([0.0, 0.1, 2.0])

    @eqx.filter_jit
    @eqx.filter_vmap
    def values(net, weight):
        return weighted(the_loss(weight), net, trials())

    alone = [w * in_numpy(net) for net, w in zip(nets, weights, strict=True)]
    close(values(cj.stack(nets), jnp.asarray(weights)), np.asarray(alone))


SETTINGS = {"validate_every": 61}  # never


def train(weight=0.3, num_updates=12, **options):
    options = {"loss": the_loss(weight), **SETTINGS, **options}
    net = make(jax.random.split(jax.random.key(0))[0])
    return fit(num_updates, net=net, task=TASK, **options)


@pytest.fixture(scope="module")
def trained():
    return train()


@pytest.mark.slow
def test_fit_logs_its_term_and_follows_its_gradient(trained):
    history = trained.history
    assert history.terms.keys() == {"task", "readout"}
    close(history.terms["task"] + history.terms["readout"], history.loss)
    assert (history.terms["readout"] > 0).all()
    assert not identical(trained.network, train(0.0).network)
    # trained for the penalty alone, the readout becomes cheap
    only = cj.Loss(lambda y, target, mask: 0 * y.sum(), **the_loss(1.0).penalties)
    costs = train(loss=only, num_updates=60).history.terms["readout"]
    assert costs[-1] < 0.5 * costs[0]


@pytest.mark.slow
def test_an_ensemble_sweeps_its_weight(trained):
    weights = [0.3, 0.0, 2.0]
    options = {"batch_size": 4, "num_updates": 12, "loss": the_loss(), **SETTINGS}
    ensemble = cj.fit_ensemble(
        make, TASK, OPTIMISER, seeds=[0], sweep={"loss.readout": weights}, **options
    )
    for index, weight in enumerate(weights):
        alone = trained if weight == 0.3 else train(weight)
        member = ensemble.member(index)
        close(member.network, alone.network, scale=10)
        for name, term in alone.history.terms.items():
            close(member.history.terms[name], term, scale=10)
    assert not ensemble.member(1).history.terms["readout"].any()


@pytest.mark.slow
def test_a_resumed_run_has_the_same_bits(tmp_path, trained):
    def end(report):
        return report.state.step >= 7

    with cj.Checkpoints(tmp_path, every=7) as store:
        assert train(checkpoints=store, callback=end).stopped == "callback"
    with cj.Checkpoints(tmp_path, every=7) as store:
        rest = train(checkpoints=store, resume=True)
    assert identical(rest.network, trained.network)
    assert identical(rest.history, trained.history)


@pytest.mark.usefixtures("optax_promotes")
def test_the_short_bases():
    """A penalty of weights or of rates is one function."""
    loss = cj.Loss(
        hid=MeanInput(2.0), readout=MeanInput(0.5, "w_out"), spread=Spread(3.0)
    )
    assert loss.record.rates
    assert not loss.record.potentials
    net = net_of(0)

    @eqx.filter_jit
    def terms_of(net, trials):
        traj = cj.rollout(net, trials.inputs, key=KEY, record=loss.record)
        return loss(TASK, net, traj, trials)[1], traj

    terms, traj = terms_of(net, trials())
    weights = cj.effective(net)
    off_diagonal = np.asarray(weights.w_hid)[~np.eye(N, dtype=bool)]
    present = np.asarray(net.constraints.w_hid.present((N, N)))
    assert present.sum() == off_diagonal.size
    close(terms["hid"], np.asarray(2 * abs(off_diagonal.mean())))
    w_out, mask = np.asarray(weights.w_out), net.constraints.w_out.present((2, N))
    close(terms["readout"], np.asarray(0.5 * abs(w_out[np.asarray(mask)].mean())))
    close(terms["spread"], np.asarray(3 * np.asarray(traj.rates).var() / 20.0))
    with pytest.raises(ValueError, match="Did you mean 'w_hid'"):
        MeanInput(1.0, "w_hidden")
    with pytest.raises(ValueError, match="`weight` must not be negative"):
        Spread(-1.0)


class FromFunction(cj.penalties.AbstractPenalty):
    """A function of the rates."""

    function: Callable = eqx.field(static=True)
    needs = ("rates",)

    def __call__(self, net, traj, trials, output_loss):
        return self.function(traj.rates)


@pytest.mark.parametrize(
    ("function", "text"),
    [
        (np.square, "`mine` must use jax.numpy; got a traced array"),
        (lambda r: r if r.sum() > 0 else -r, "`mine` must work with traced values"),
        (lambda r: jnp.mean(r, axis=0), "`mine` must return a scalar JAX array; got f"),
        (lambda r: 1.0, "`mine` must return a scalar JAX array; got 1.0. Take a mean"),
    ],
)
def test_errors_name_it(function, text):
    with pytest.raises(ValueError, match=text):
        train(loss=cj.Loss(mine=FromFunction(1.0, function)))
