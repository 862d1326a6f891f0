"""Ensembles, compared with their members trained alone."""

import functools
import logging
import re

import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from training.problem import fit, fit_ensemble, make, OPTIMISER, TASK

import ctrnn_jax as cj


class SquaredRates(cj.penalties.AbstractPenalty):
    weight: jax.Array
    needs = ("rates",)

    def __call__(self, net, traj, trials, output_loss):
        return jnp.mean(traj.rates**2)


LOSS = cj.Loss(rates=SquaredRates(jnp.asarray(0.1)))


def momentum(rate):
    return optax.sgd(rate, momentum=0.5)


of_rate = functools.cache(momentum)
"""One object for each rate: `fit` compiles again for another optimiser object."""


def alone(
    seed, steps, *, noise=0.1, tau=100.0, rate=1e-1, weight=0.1, sigma=None, **options
):
    net = cj.replace(
        make(jax.random.split(jax.random.key(seed))[0]),
        noise=cj.DiffusionNoise(noise),
        tau=tau,
    )
    task = TASK
    if sigma is not None:
        task = eqx.tree_at(lambda t: t.sigma_in, TASK, jnp.asarray(sigma))
    loss = cj.Loss(rates=SquaredRates(jnp.asarray(weight)))
    return fit(
        steps, seed=seed, net=net, task=task, optimiser=of_rate(rate), loss=loss,
        **options,
    )  # fmt: skip


def ensemble(sweep, num_updates=12, seeds=(0, 1), optimiser=momentum, **options):
    return fit_ensemble(
        num_updates, seeds=seeds, optimiser=optimiser, sweep=sweep, loss=LOSS, **options
    )


SWEEP = [
    {"noise": 0.1, "tau": 100.0, "learning_rate": 1e-1, "loss.rates": 0.1,
     "task.sigma_in": 0.01},
    {"noise": 0.2, "tau": 60.0, "learning_rate": 3e-2, "loss.rates": 0.0,
     "task.sigma_in": 0.5},
]  # fmt: skip


@pytest.fixture(scope="module")
def swept():
    return ensemble(SWEEP)


def test_members_are_every_setting_with_every_seed(swept):
    pairs = [(m.seed, m.settings["tau"]) for m in swept.members]
    assert pairs == [(0, 100.0), (1, 100.0), (0, 60.0), (1, 60.0)]
    grid = ensemble(
        {"noise": [0.1, 0.2], "learning_rate": [1.0, 2.0, 3.0]},
        num_updates=0,
        seeds=[3],
    )
    settings = [tuple(m.settings.values()) for m in grid.members]
    assert settings == [(n, r) for n in (0.1, 0.2) for r in (1.0, 2.0, 3.0)]


def test_each_member_has_the_numbers_it_has_alone(swept):
    for index, (seed, setting) in enumerate([(0, 0), (1, 0), (0, 1), (1, 1)]):
        values = SWEEP[setting]
        single = alone(
            seed, 12, noise=values["noise"], tau=values["tau"],
            rate=values["learning_rate"], weight=values["loss.rates"],
            sigma=values["task.sigma_in"],
        )  # fmt: skip
        member = swept.member(index)
        close(member.network, single.network, scale=10)
        close(member.best.network, single.best.network, scale=10)
        close(member.history.loss, single.history.loss, scale=10)
        close(member.history.terms["rates"], single.history.terms["rates"], scale=10)
        close(member.history.gradient_norm, single.history.gradient_norm, scale=10)
        close(member.history.performance, single.history.performance)
        assert member.stopped == single.stopped == "steps"
        assert member.state.step == single.state.step == 12
    assert int(jax.vmap(cj.violations)(swept.networks).sum()) == 0


@pytest.mark.slow
def test_fit_continues_from_the_state_of_a_member(swept):
    member = swept.member(0)
    rest = fit(
        5, net=member.network, optimiser=of_rate(1e-1), loss=LOSS, state=member.state,
        key=None,
    )  # fmt: skip
    close(rest.network, alone(0, 17).network, scale=10)


@pytest.mark.slow
def test_at_once_changes_no_number(swept):
    one = ensemble(SWEEP, at_once=1)
    close(one.networks, swept.networks, scale=10)
    close(one.history.performance, swept.history.performance)


def test_some_members_have_the_numbers_that_they_have_among_all(swept):
    some = ensemble(SWEEP, only=(3, 0))
    assert [m.seed for m in some.members] == [1, 0]
    assert [m.settings["tau"] for m in some.members] == [60.0, 100.0]
    for index, place in enumerate((3, 0)):
        member, same = some.member(index), swept.member(place)
        close(member.network, same.network, scale=10)
        close(member.history, same.history, scale=10)
    # two or more in turn have one program: so the bits of a member are the same
    whole, part = (ensemble(SWEEP, at_once=1, only=x) for x in (range(4), (2, 1)))
    identical(part.member(0).network, whole.member(2).network)
    identical(part.member(0).history, whole.member(2).history)


def test_a_member_freezes_when_its_rule_holds():
    """It equals the member trained alone; all other members continue."""

    def rule(past):
        return len(past) == 2 and past[-1] >= performance[0, 1]

    free = ensemble({"learning_rate": [1e-1]}, num_updates=15, seeds=range(4))
    performance = free.history.performance
    result = ensemble({"learning_rate": [1e-1]}, 15, range(4), stop_when=rule)
    has_stopped = performance[:, 1] >= performance[0, 1]
    assert has_stopped[0]
    np.testing.assert_array_equal(result.state.steps, np.where(has_stopped, 10, 15))
    expected = ["criterion" if h else "steps" for h in has_stopped]
    assert list(result.stopped) == expected
    single = alone(0, 10)
    close(result.member(0).network, single.network, scale=10)
    close(result.member(0).history, single.history, scale=10)
    losses = result.history.loss
    if has_stopped.all():
        assert losses.shape == (4, 10)
    else:
        assert np.all(np.isnan(losses[has_stopped, 10:]))
        close(losses[~has_stopped], free.history.loss[~has_stopped], scale=10)


def test_a_member_that_diverges_keeps_its_last_finite_network():
    result = ensemble({"learning_rate": [1e-1, 1e300]})
    assert result.stopped == ("steps", "steps", "diverged", "diverged")
    assert result.state.steps.tolist()[:2] == [12, 12]
    assert (result.state.steps[2:] < 3).all()
    close(result.member(0).network, alone(0, 12).network, scale=10)
    for leaf in jax.tree.leaves(result.networks):
        assert np.all(np.isfinite(leaf))
    assert result.best_member < 2


def test_spread_and_best_member_follow_from_the_history(swept):
    performance = swept.history.performance
    best = performance.max(axis=1)
    spread = swept.spread()
    close(spread["performance"]["mean"], best.mean())
    close(spread["performance"]["sd"], best.std())
    close(spread["loss"]["min"], swept.history.loss[:, -1].min())
    assert spread["steps"] == {"mean": 12.0, "sd": 0.0, "min": 12.0, "max": 12.0}
    assert swept.best_member == int(np.argmax(best))
    with pytest.raises(ValueError, match="have a validation to compare"):
        ensemble({"learning_rate": [1e-1]}, 0, range(4)).best_member  # noqa: B018


def test_a_member_that_does_not_exist_is_an_error(swept):
    count = len(swept.members)
    close(swept.member(-1).network, swept.member(count - 1).network)
    for index in (count, -count - 1):
        rule = f"`index` must be an index of the {count} members; got {index}. They "
        with pytest.raises(ValueError, match=rule):
            swept.member(index)


def test_other_swept_values_do_not_compile_again(caplog, swept):
    del swept
    with jax.log_compiles():
        other = [{**one, "noise": 0.3, "learning_rate": 0.5} for one in SWEEP]
        ensemble(other, seeds=(7, 8))
    programs = [r.message for r in caplog.records if "_mapped" in r.message]
    assert programs == []


def test_another_function_of_the_learning_rate_does_not_compile_again(caplog, swept):
    del swept
    caplog.set_level(logging.INFO, "ctrnn_jax")
    ensemble(SWEEP, seeds=(7, 8), optimiser=lambda rate: optax.sgd(rate, 0.9))
    assert [r for r in caplog.records if r.name == "ctrnn_jax"] == []


def test_it_logs_that_it_compiles_but_not_for_another_learning_rate(caplog):
    caplog.set_level(logging.INFO, "ctrnn_jax")
    messages = []
    for rate in (0.1, 0.2):
        caplog.clear()
        with jax.log_compiles():
            result = fit_ensemble(
                5, seeds=(0, 1, 2), optimiser=optax.sgd(rate), batch_size=3, at_once=1
            )
        messages.append([r.message for r in caplog.records if r.name == "ctrnn_jax"])
        programs = [r.message for r in caplog.records if "jit(_mapped)" in r.message]
        single = fit(5, seed=2, optimiser=optax.sgd(rate), batch_size=3)
        close(result.member(2).network, single.network, scale=10)
    assert messages == [["compiling updates", "compiling the validation"], []]
    assert programs == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sweep": {"nois": [0.1]}}, "Did you mean 'noise'"),
        ({"sweep": {"loss.rate": [0.1]}}, "Did you mean 'loss.rates'"),
        ({"sweep": {"task.sigma": [0.1]}}, "Did you mean 'task.sigma_in'"),
        ({"sweep": {"tau": []}}, "hold at least one value"),
        ({"sweep": [{"tau": 50.0}, {"noise": 0.1}]}, "have the same names"),
        ({"seeds": []}, "`seeds` must hold at least one"),
        ({"seeds": [3, 0, 3]}, r"`seeds` must be different; got \[3, 0, 3\]"),
        ({"seeds": [-1]}, "`seeds` must be a whole number, at least 0"),
        ({"num_updates": 4, "stop_when": max}, "at most 4, the number of updates"),
    ],
)
def test_invalid_sweeps_are_errors(options, message):
    options = {"sweep": {"noise": [0.1]}, "optimiser": OPTIMISER, **options}
    with pytest.raises(ValueError, match=message):
        ensemble(options.pop("sweep"), **options)


class Contrasted(cj.tasks.AbstractTask):
    dt: float = eqx.field(static=True, default=20.0)
    delay: float = eqx.field(static=True, default=40.0)
    contrast: float = 0.4
    input_names, output_names = ("x",), ("y",)

    @property
    def n_steps(self):
        return 5

    def render(self, condition, key):
        x = self.contrast * jax.random.normal(key, (self.n_steps, 1))
        facts = {"t_end": jnp.asarray(5), "is_catch": jnp.asarray(False)}
        return cj.tasks.Trial(x, x, jnp.ones_like(x), facts, epochs={})

    def score(self, outputs, trials):
        return jnp.mean(jnp.abs(outputs - trials.targets) < 0.1, axis=(-2, -1))


def test_the_error_for_a_number_that_is_no_array_has_the_line_to_write():
    """Not for a duration, which sets shapes."""
    declared = (
        "`sweep` must name a number that can differ between networks; got "
        "'task.contrast'. Make it an array field, contrast: jax.Array = "
        "eqx.field(converter=jnp.asarray, default=0.4)."
    )
    for name, text in (
        ("task.contrast", declared),
        ("task.delay", "`sweep` must be a known name; got 'task.delay'. "),
    ):
        with pytest.raises(ValueError, match=re.escape(text)):
            cj.fit_ensemble(
                make, Contrasted(), OPTIMISER, seeds=[0], sweep={name: [0.1, 0.3]},
                num_updates=1, batch_size=2,
            )  # fmt: skip


def test_a_sweep_of_noise_without_diffusion_noise_is_an_error():
    def noise_free(key):
        return cj.CTRNN(2, 4, 2, dt=20.0, tau=100.0, key=key)

    options = {"seeds": [0], "num_updates": 1, "batch_size": 1}
    sweep = {"noise": [0.1, 0.2]}
    with pytest.raises(ValueError, match="unless the network has DiffusionNoise"):
        cj.fit_ensemble(noise_free, TASK, OPTIMISER, sweep=sweep, **options)


def test_a_resumed_ensemble_has_the_bits_of_an_uninterrupted_one(tmp_path):
    """Also for a member that had frozen before."""

    def rule(past):
        return past[-1] >= 0.5

    def end(report):
        return report.state.step >= 8

    sweep = {"learning_rate": [1e-1, 1e-2]}
    whole = ensemble(sweep, num_updates=20, stop_when=rule)
    with cj.Checkpoints(tmp_path / "c", every=4) as store:
        ensemble(sweep, 20, stop_when=rule, checkpoints=store, callback=end)
    with cj.Checkpoints(tmp_path / "c", every=4) as store:
        rest = ensemble(sweep, 20, stop_when=rule, checkpoints=store, resume=True)
    assert identical(rest.networks, whole.networks)
    assert identical(rest.state.best, whole.state.best)
    jax.tree.map(np.testing.assert_array_equal, rest.history, whole.history)
    assert rest.stopped == whole.stopped
    with (
        cj.Checkpoints(tmp_path / "c", every=4) as store,
        pytest.raises(ValueError, match=r"`sweep\[2\].learning_rate`: 0.01 in the c"),
    ):
        ensemble({"learning_rate": [1e-1, 1e-3]}, 20, checkpoints=store, resume=True)
