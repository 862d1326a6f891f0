"""A penalty from outside the package: its value, gradient, training, and resuming."""

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


pytestmark = pytest.mark.usefixtures("optax_promotes")


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


N = 6
COST = np.linspace(0.5, 2.0, N)
TASK = cj.tasks.PerceptualDecision(
    fixation=40.0, stimulus=100.0, decision=60.0, catch=260.0, catch_probability=0.4
)
TRIALS = TASK.batch(jax.random.key(1), 8)
KEY = jax.random.key(2)
SETTINGS = {"batch_size": 4, "validate_every": 5, "validation_size": 11}


def make(key):
    return cj.EIRNN(
        2, N, 2, dt=20.0, tau=100.0, key=key, activation="softplus",
        noise=cj.DiffusionNoise(0.1), constraints={"w_out": cj.constraints.Free()},
    )  # fmt: skip


NET = make(jax.random.key(0))


def the_loss(weight=0.3):
    return cj.Loss(readout=ReadoutCost(weight, jnp.asarray(COST)))


def in_numpy(net, set_point=0.2, power=2):
    """The value of `ReadoutCost` by loops over trials, steps and units."""
    rates = np.asarray(cj.rollout(net, TRIALS.inputs, key=KEY).rates)
    w_out = np.asarray(cj.effective(net).w_out)
    total, count = 0.0, 0
    for trial, end in enumerate(np.asarray(TRIALS.conditions["t_end"])):
        for step in range(end):
            for unit in range(N):
                strength = COST[unit] * sum(abs(w) for w in w_out[:, unit])
                total += strength * (rates[trial, step, unit] - set_point) ** power
                count += 1
    return total / count


def weighted(loss, net):
    """The weighted value of the penalty in a loss."""
    traj = cj.rollout(net, TRIALS.inputs, key=KEY, record=loss.record)
    return loss(TASK, net, traj, TRIALS)[1]["readout"]


def test_its_value_is_that_of_loops():
    assert len(set(np.asarray(TRIALS.conditions["t_end"]).tolist())) > 1
    close(weighted(the_loss(), NET), np.asarray(0.3 * in_numpy(NET)))
    cubic = cj.Loss(readout=ReadoutCost(2.0, jnp.asarray(COST), 0.1, power=3))
    close(weighted(cubic, NET), np.asarray(2 * in_numpy(NET, 0.1, 3)))


def test_its_gradient_is_that_of_differences_of_the_loops():
    grads = eqx.filter_grad(lambda net: weighted(the_loss(), net))(NET).raw
    rng = np.random.default_rng(0)
    for name in ("w_in", "w_hid", "w_out"):
        raw, h = getattr(NET.raw, name), 1e-5
        direction = rng.normal(size=raw.shape)

        def at(step, name=name, raw=raw, direction=direction):
            moved = raw + step * direction
            return in_numpy(eqx.tree_at(lambda n: getattr(n.raw, name), NET, moved))

        slope = 0.3 * (at(h) - at(-h)) / (2 * h)
        ours = np.vdot(getattr(grads, name), direction)
        np.testing.assert_allclose(ours, slope, rtol=1e-6)


def test_a_stack_of_networks_and_of_weights():
    keys = jax.random.split(jax.random.key(3), 3)
    nets, weights = cj.stack([make(key) for key in keys]), jnp.array([0.0, 0.1, 2.0])
    values = eqx.filter_vmap(lambda net, w: weighted(the_loss(w), net))(nets, weights)
    alone = [w * in_numpy(make(k)) for k, w in zip(keys, weights, strict=True)]
    close(values, np.asarray(alone))


def train(weight=0.3, seed=0, **options):
    net_key, key = jax.random.split(jax.random.key(seed))
    options = {"num_updates": 12, "loss": the_loss(weight)} | options
    return cj.fit(make(net_key), TASK, optax.adam(1e-2), key=key, **SETTINGS, **options)


@pytest.fixture(scope="module")
def trained():
    with jax.numpy_dtype_promotion("standard"):
        return train()


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


def test_an_ensemble_sweeps_its_weight(trained):
    weights = [0.3, 0.0, 2.0]
    ensemble = cj.fit_ensemble(
        make, TASK, optax.adam(1e-2), seeds=[0], sweep={"loss.readout": weights},
        num_updates=12, loss=the_loss(), **SETTINGS,
    )  # fmt: skip
    for index, weight in enumerate(weights):
        alone = trained if weight == 0.3 else train(weight)
        member = ensemble.member(index)
        close(member.network, alone.network, scale=10)
        for name, term in alone.history.terms.items():
            close(member.history.terms[name], term, scale=10)
    assert not ensemble.member(1).history.terms["readout"].any()


def test_a_resumed_run_has_the_same_bits(tmp_path, trained):
    def end(report):
        return report.state.step >= 7

    with cj.Checkpoints(tmp_path, every=7) as store:
        assert train(checkpoints=store, callback=end).stopped == "callback"
    with cj.Checkpoints(tmp_path, every=7) as store:
        rest = train(checkpoints=store, resume=True)
    assert identical(rest.network, trained.network)
    assert identical(rest.history, trained.history)


def test_the_short_bases():
    """A penalty of weights or of rates is one function."""
    loss = cj.Loss(
        hid=MeanInput(2.0), readout=MeanInput(0.5, "w_out"), spread=Spread(3.0)
    )
    assert loss.record.rates
    assert not loss.record.potentials
    traj = cj.rollout(NET, TRIALS.inputs, key=KEY, record=loss.record)
    _, terms = loss(TASK, NET, traj, TRIALS)
    weights = cj.effective(NET)
    off_diagonal = np.asarray(weights.w_hid)[~np.eye(N, dtype=bool)]
    present = np.asarray(NET.constraints.w_hid.present((N, N)))
    assert present.sum() == off_diagonal.size
    close(terms["hid"], np.asarray(2 * abs(off_diagonal.mean())))
    w_out, mask = np.asarray(weights.w_out), NET.constraints.w_out.present((2, N))
    close(terms["readout"], np.asarray(0.5 * abs(w_out[np.asarray(mask)].mean())))
    close(terms["spread"], np.asarray(3 * np.asarray(traj.rates).var() / 20.0))
    with pytest.raises(ValueError, match="Did you mean 'w_hid'"):
        MeanInput(1.0, "w_hidden")
    with pytest.raises(ValueError, match="`weight` must not be negative"):
        Spread(-1.0)
