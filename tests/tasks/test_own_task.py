"""A task written outside of the package is drawn, trained, resumed and judged."""

import equinox as eqx
from helpers import close, identical
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax
import pytest

import ctrnn_jax as cj


pytestmark = pytest.mark.usefixtures("optax_promotes")


class LargerPulse(cj.tasks.AbstractTask):
    """Report whether the first of two pulses of one step is the larger one.

    Pulses begin at 2 and 4 steps; the output must be 1 or 0 in the last three of ten.
    """

    sigma: Array
    dt: float = eqx.field(static=True, default=20.0)

    input_names = ("pulses",)
    output_names = ("first is larger",)
    main_condition = "difference"

    @property
    def n_steps(self):
        return round(200 / self.dt)

    @property
    def n_conditions(self):
        return 2

    def render(self, condition, key):
        order_key, size_key, noise_key = jax.random.split(key, 3)
        if condition is None:
            condition = jax.random.randint(order_key, (), 0, 2)
        sizes = jnp.sort(jax.random.uniform(size_key, (2,), minval=0.5, maxval=1.5))
        sizes = jnp.where(condition == 0, sizes[::-1], sizes)
        time = self.dt * jnp.arange(self.n_steps)
        pulses = [
            jnp.where((time >= start) & (time < start + 20), size, 0.0)
            for start, size in zip((40, 80), sizes, strict=True)
        ]
        noise = self.sigma * jax.random.normal(noise_key, (self.n_steps, 1))
        is_scored = (time >= 140)[:, None]
        return cj.tasks.Trial(
            inputs=(pulses[0] + pulses[1])[:, None] + noise,
            targets=jnp.where(is_scored & (condition == 0), 1.0, 0.0),
            mask=is_scored.astype(noise.dtype),
            conditions={
                "sizes": sizes,
                "difference": sizes[0] - sizes[1],
                "t_end": jnp.asarray(self.n_steps),
                "is_catch": jnp.asarray(False),
            },
            epochs={"answer": jnp.asarray([self.n_steps * 7 // 10, self.n_steps])},
        )

    def score(self, outputs, trials):
        is_first = outputs[..., -1, 0] > 0.5
        return (is_first == (trials.conditions["difference"] > 0)).astype(outputs.dtype)


def plain(sizes):
    """The trial without noise that follows from the sizes of the pulses, by steps."""
    inputs, targets, mask = np.zeros((3, 10, 1))
    for step in range(10):
        if step == 2:
            inputs[step] = sizes[0]
        if step == 4:
            inputs[step] = sizes[1]
        if step >= 7:
            targets[step] = float(sizes[0] > sizes[1])
            mask[step] = 1.0
    return inputs, targets, mask


KEY = jax.random.key(4)
TASK = LargerPulse(jnp.asarray(0.1))


def test_its_trials_equal_a_plain_loop():
    quiet = LargerPulse(jnp.asarray(0.0))
    drawn = jax.jit(lambda key: quiet.batch(key, 20))(KEY)
    balanced = quiet.validation(KEY, 4)
    for trials in (drawn, balanced):
        for i, sizes in enumerate(np.asarray(trials.conditions["sizes"])):
            found = trials.inputs[i], trials.targets[i], trials.mask[i]
            close(found, jax.tree.map(jnp.asarray, plain(sizes)))
    first_is_larger = np.asarray(balanced.conditions["difference"]) > 0
    assert first_is_larger.tolist() == [True, False, True, False]
    assert quiet.validation_size == 500


def test_it_is_drawn_under_jit_and_vmap_with_the_same_bits():
    keys = jax.random.split(KEY, 3)
    one_by_one = [eqx.filter_jit(TASK.sample)(key) for key in keys]
    together = jax.jit(jax.vmap(TASK.sample))(keys)
    for i, trial in enumerate(one_by_one):
        assert identical(jax.tree.map(lambda x, i=i: x[i], together), trial)
    close(TASK.batch(KEY, 3), together)
    swept = jax.vmap(lambda sigma: LargerPulse(sigma).sample(KEY).inputs)
    alone = LargerPulse(jnp.asarray(0.3)).sample(KEY).inputs
    close(swept(jnp.asarray([0.1, 0.3]))[1], alone)


def test_it_is_judged_and_rendered_with_another_step():
    trials = TASK.validation(KEY, 6)
    assert float(TASK.performance(trials.targets, trials)) == 1.0
    assert float(TASK.performance(1.0 - trials.targets, trials)) == 0.0
    assert float(TASK.output_loss(trials.targets, trials)) == 0.0
    finer = TASK.at(10.0)
    assert (finer.dt, finer.n_steps, float(finer.sigma)) == (10.0, 20, 0.1)
    mixed = cj.tasks.Mixture([TASK, LargerPulse(jnp.asarray(0.0))])
    trials = mixed.validation(KEY, 8)
    assert np.asarray(mixed.score(trials.targets, trials)).tolist() == [1.0] * 8


def small(key):
    noise = cj.DiffusionNoise(0.05)
    return cj.CTRNN(1, 12, 1, dt=20.0, tau=40.0, noise=noise, key=key)


SETTINGS = {"batch_size": 8, "validate_every": 4, "validation_size": 10}


def trained(seed=0, task=TASK, num_updates=12, **options):
    net_key, key = jax.random.split(jax.random.key(seed))
    return cj.fit(
        small(net_key), task, optax.adam(3e-3), num_updates=num_updates, key=key,
        **SETTINGS, **options,
    )  # fmt: skip


def test_it_trains_a_network_and_resumes(tmp_path):
    whole = trained(num_updates=100)
    losses = np.asarray(whole.history.loss)
    assert losses[-10:].mean() < 0.7 * losses[:10].mean()
    with cj.Checkpoints(tmp_path, every=5) as store:
        trained(num_updates=7, checkpoints=store)
    with cj.Checkpoints(tmp_path, every=5) as store:
        rest = trained(num_updates=100, checkpoints=store, resume=True)
    assert identical(rest.network, whole.network)
    assert identical(rest.history, whole.history)


def test_its_numbers_are_swept_by_an_ensemble():
    sigmas = (0.1, 0.4)
    together = cj.fit_ensemble(
        small, TASK, optax.adam, seeds=[0], num_updates=12,
        sweep=[{"learning_rate": 3e-3, "task.sigma": s} for s in sigmas],
        **SETTINGS,
    )  # fmt: skip
    for i, sigma in enumerate(sigmas):
        alone = trained(task=LargerPulse(jnp.asarray(sigma)))
        found = eqx.filter(together.member(i).network, eqx.is_array)
        close(found, eqx.filter(alone.network, eqx.is_array), scale=1e3)


def test_an_unknown_option_of_it_is_an_error():
    with pytest.raises(TypeError, match="sgima"):
        LargerPulse(sgima=0.1)
    with pytest.raises(ValueError, match=r"Did you mean 'task\.sigma'"):
        cj.fit_ensemble(
            small, TASK, optax.adam, seeds=[0], num_updates=1,
            sweep={"learning_rate": [1e-3], "task.sgima": [0.1]}, **SETTINGS,
        )  # fmt: skip
