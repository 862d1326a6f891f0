"""A task written outside of the package is drawn, trained, resumed and judged."""

from typing import Any

import equinox as eqx
from helpers import close, identical
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from tasks.judged import as_numpy, judged

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
    balanced = as_numpy(quiet.validation(KEY, 4))
    for trials in (as_numpy(quiet.batch(KEY, 20)), balanced):
        for i, sizes in enumerate(trials.conditions["sizes"]):
            found = trials.inputs[i], trials.targets[i], trials.mask[i]
            close(found, tuple(plain(sizes)))
    first_is_larger = balanced.conditions["difference"] > 0
    assert first_is_larger.tolist() == [True, False, True, False]
    assert quiet.validation_size == 500


@pytest.mark.slow
def test_it_is_drawn_under_jit_and_vmap_with_the_same_bits():
    keys = jax.random.split(KEY, 3)
    sample = eqx.filter_jit(LargerPulse.sample)
    one_by_one = [as_numpy(sample(TASK, key)) for key in keys]
    together = as_numpy(jax.jit(jax.vmap(TASK.sample))(keys))
    for i, trial in enumerate(one_by_one):
        found = jax.tree.map(lambda x, i=i: x[i], together)
        assert identical(as_numpy(found), trial)
    close(TASK.batch(KEY, 3), together)
    swept = jax.jit(jax.vmap(lambda sigma: LargerPulse(sigma).sample(KEY).inputs))
    alone = sample(LargerPulse(jnp.asarray(0.3)), KEY).inputs
    close(swept(np.asarray([0.1, 0.3]))[1], alone)


def test_a_second_call_does_not_trace_again():
    """Neither for another key nor for other numbers of the task."""
    rendered = []

    class Counted(LargerPulse):
        def render(self, condition, key):
            rendered.append(condition is None)
            return super().render(condition, key)

    first, second = Counted(jnp.asarray(0.1)), Counted(jnp.asarray(0.0))
    quiet = LargerPulse(jnp.asarray(0.0))
    first.batch(KEY, 3)
    assert identical(*as_numpy((second.batch(KEY, 3), quiet.batch(KEY, 3))))
    assert rendered == [True]
    first.validation(KEY, 4)
    assert identical(*as_numpy((second.validation(KEY, 4), quiet.validation(KEY, 4))))
    assert rendered == [True, False]
    first.batch(KEY, 5)
    assert len(rendered) == 3


def test_a_field_that_no_program_can_be_found_by_raises():
    class Listed(LargerPulse):
        words: Any = None

    quiet = jnp.asarray(0.0)
    assert Listed(quiet, words=("a", "b")).batch(KEY, 3).inputs.shape == (3, 10, 1)
    with pytest.raises(ValueError, match="`task` must have hashable fields; got unhas"):
        Listed(quiet, words={"a", "b"}).batch(KEY, 3)
    with pytest.raises(ValueError, match=r"hashable fields.* Make the field static"):
        Listed(quiet, words={"a", "b"}).validation(KEY, 4)


def test_it_is_judged_and_rendered_with_another_step():
    trials = as_numpy(TASK.validation(KEY, 4))
    perfect = judged(TASK, trials.targets, trials)
    assert (perfect.performance, perfect.output_loss) == (1.0, 0.0)
    assert judged(TASK, 1.0 - trials.targets, trials).performance == 0.0
    finer = TASK.at(10.0)
    assert (finer.dt, finer.n_steps, float(finer.sigma)) == (10.0, 20, 0.1)
    mixed = cj.tasks.Mixture([TASK, LargerPulse(jnp.asarray(0.0))])
    trials = mixed.validation(KEY, 8)
    assert judged(mixed, trials.targets, trials).score.tolist() == [1.0] * 8


def small(key):
    noise = cj.DiffusionNoise(0.05)
    return cj.CTRNN(1, 12, 1, dt=20.0, tau=40.0, noise=noise, key=key)


SETTINGS = {"batch_size": 8, "validate_every": 4, "validation_size": 10}


ADAM = optax.adam(3e-3)


def trained(seed=0, task=TASK, num_updates=12, **options):
    net_key, key = jax.random.split(jax.random.key(seed))
    return cj.fit(
        small(net_key), task, ADAM, num_updates=num_updates, key=key,
        **SETTINGS, **options,
    )  # fmt: skip


@pytest.mark.slow
def test_it_trains_a_network_and_resumes(tmp_path):
    whole = trained(num_updates=60)
    losses = np.asarray(whole.history.loss)
    assert losses[-10:].mean() < 0.7 * losses[:10].mean()
    with cj.Checkpoints(tmp_path, every=20) as store:
        trained(num_updates=40, checkpoints=store)
    with cj.Checkpoints(tmp_path, every=20) as store:
        rest = trained(num_updates=60, checkpoints=store, resume=True)
    assert identical(*as_numpy((rest.network, whole.network)))
    assert identical(*as_numpy((rest.history, whole.history)))


@pytest.mark.slow
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
