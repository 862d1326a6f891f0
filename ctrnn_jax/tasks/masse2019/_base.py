"""What the delayed matching tasks of Masse et al. (2019) have in common."""

from typing import ClassVar

from equinox import AbstractVar
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check_not_negative, check_positive, invalid
from ..._types import ArrayLike, KeyArray
from ...losses import masked_cross_entropy
from ..contract import (
    AbstractTask,
    check_spare,
    count,
    during,
    in_a_row,
    noise_deviation,
    number,
    render_inputs,
    Trial,
)


MASSE2019_DESCRIPTIONS = {
    "dms": "is the test the direction of the sample, after a delay?",
    "dmrs45": "is the test the sample turned by 45°, after a delay?",
    "dmrs90": "is the test the sample turned by 90°, after a delay?",
    "dmrs90ccw": "is the test the sample turned by -90°, after a delay?",
    "dmrs180": "is the test opposite to the sample, after a delay?",
    "dmc": "is the test of the category of the sample, after a delay?",
    "abba": "which of three tests match the sample? Others may repeat",
    "abca": "which of three tests match the sample? Others never repeat",
    "dual_dms": "two samples at once; a cue says which one is tested, twice",
    "location_dms": "is the test, at another place, the sample's direction?",
    "dms_dmrs": "match to the sample or to its turn by 90°, as a cue says",
    "dms_dmc": "match to direction or category, as a cue says",
    "dms_dmrs_dmc": "match to direction, turn or category, as a cue says",
}
"""What each task is about, by the name in the registry."""

DIRECTIONS = 8
"""Directions of motion, every 45 degrees; even numbers of them make two categories."""

UNITS = 24
"""Tuned units of a receptive field, their preferred directions every 15 degrees."""


def check_grace(grace: float, test_time: float, dt: float) -> float:
    """Refuse to leave the whole test unscored; all in ms."""
    grace = check_spare("grace", grace, dt)
    if grace >= test_time:
        raise invalid(
            "grace",
            f"be shorter than a test, {test_time:g} ms",
            f"{grace:g} ms",
            "It is the start of a test that does not count.",
        )
    return grace


def checked_numbers(
    sigma_in: ArrayLike,
    tau_in: ArrayLike,
    height: ArrayLike,
    kappa: ArrayLike,
    test_cost_multiplier: ArrayLike,
) -> tuple[Array, Array, Array, Array, Array]:
    """The numbers that all these tasks have, refused where they make no sense."""
    check_not_negative("sigma_in", sigma_in, "It is a standard deviation.")
    check_positive("tau_in", tau_in, "It is in ms.")
    check_positive("height", height, "It is the input at the preferred direction.")
    check_not_negative("kappa", kappa, "It is the concentration of the tuning.")
    check_positive("test_cost_multiplier", test_cost_multiplier, "It is a weight.")
    return (
        number(sigma_in),
        number(tau_in),
        number(height),
        number(kappa),
        number(test_cost_multiplier),
    )


def direction_names(prefix: str = "direction") -> tuple[str, ...]:
    """Names of the tuned units of a receptive field."""
    return tuple(f"{prefix} {360 * unit // UNITS}°" for unit in range(UNITS))


class AbstractMasse2019(AbstractTask):
    """Sample, delay, test: say "match" or "non-match" at a test, else "fixation".

    Outputs are the logits of the three answers. The cost is the cross-entropy, the mean
    over all steps of the batch (`model.py`); steps of the dead time and of the first
    `grace` ms of a test have the weight 0, the other steps of a test
    `test_cost_multiplier`, all else 1.
    """

    output_names: ClassVar[tuple[str, ...]] = ("fixation", "non-match", "match")
    performance_name: ClassVar[str] = "fraction of test steps correct"

    dead: AbstractVar[float]
    grace: AbstractVar[float]
    sigma_in: AbstractVar[Array]
    tau_in: AbstractVar[Array]
    height: AbstractVar[Array]
    kappa: AbstractVar[Array]
    test_cost_multiplier: AbstractVar[Array]

    def link(self, outputs: Array) -> Array:
        """The probability of each answer."""
        return jax.nn.softmax(outputs, axis=-1)

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """The masked cross-entropy of the logits, a scalar."""
        return masked_cross_entropy(outputs, trials.targets, trials.mask)

    def score(self, outputs: Array, trials: Trial) -> Array:
        """Fraction of the counted steps of its tests that are right, `(*batch,)`.

        A step is right if the largest output is that of the right answer (the first of
        equals counts). The steps of a test with weight 0 do not count.
        """
        counted, right = _judged(outputs, trials)
        total = jnp.maximum(jnp.sum(counted, axis=-1), 1)
        dtype = outputs.dtype
        return jnp.sum(right, axis=-1).astype(dtype) / total.astype(dtype)

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """The same fraction with the steps of all trials together (`analysis.py:950`).

        NaN if there are only catch trials, which have no test.
        """
        counted, right = _judged(outputs, trials)
        dtype = outputs.dtype
        return jnp.sum(right).astype(dtype) / jnp.sum(counted).astype(dtype)

    def tuning(self, first: int = 0) -> Array:
        """Input for each direction: `height exp(kappa (cos(theta - preferred) - 1))`.

        `(8, n_in)`, zero but for the 24 units from `first` on (`stimulus.py:505-519`).
        """
        theta = 2 * np.pi / DIRECTIONS * np.arange(DIRECTIONS)
        preferred = 2 * np.pi / UNITS * np.arange(UNITS)
        cosine = number(np.cos(theta[:, None] - preferred[None, :]))
        values = self.height * jnp.exp(self.kappa * (cosine - 1.0))
        return jnp.pad(values, ((0, 0), (first, self.n_in - first - UNITS)))

    def rule_tuning(self, rules: int, units: int) -> Array:
        """Input for each rule: `height` for unit n if `n % rules` is the rule.

        `(rules, n_in)`, zero but for the last `units` (`stimulus.py:524-527`).
        """
        mine = np.arange(units)[None, :] % rules == np.arange(rules)[:, None]
        values = self.height * number(mine)
        return jnp.pad(values, ((0, 0), (self.n_in - units, 0)))

    def _in_a_row(self, parts: dict[str, ArrayLike]) -> dict[str, Array]:
        """Epochs that follow each other, after the dead time if there is one."""
        dead = count(self.dead, self.dt)
        return in_a_row({"dead": dead, **parts} if dead else parts)

    def _trial(
        self,
        patterns: list[tuple[Array, Array]],
        epochs: dict[str, Array],
        answers: dict[str, Array],
        key: KeyArray,
        conditions: dict[str, Array],
    ) -> Trial:
        """A trial of the common form.

        `patterns` has an epoch and the input `(n_in,)` in it, `answers` has 0 or 1, a
        match, for each epoch that is a test. Inputs are rectified after the noise
        (`stimulus.py:27`), which has the deviation `sqrt(2 tau_in / dt) sigma_in`.
        """
        steps = self.n_steps
        step = jnp.arange(steps)
        deviation = noise_deviation(self.sigma_in, self.tau_in, self.dt)
        answer, weight = jnp.zeros(steps, int), number(np.ones(steps))
        for name, match in answers.items():
            on = during(epochs[name], steps)
            free = step < epochs[name][0] + count(self.grace, self.dt)
            answer = jnp.where(on, 1 + match, answer)
            tested = jnp.where(free, 0.0, self.test_cost_multiplier)
            weight = jnp.where(on, tested, weight)
        weight = jnp.where(step < count(self.dead, self.dt), 0.0, weight)
        targets = (answer[:, None] == jnp.arange(3)[None, :]).astype(weight.dtype)
        return Trial(
            inputs=render_inputs(patterns, deviation, key, steps=steps, rectified=True),
            targets=targets,
            mask=jnp.broadcast_to(weight[:, None], targets.shape),
            conditions={"t_end": jnp.asarray(steps, int), **conditions},
            epochs=epochs,
        )


def _judged(outputs: Array, trials: Trial) -> tuple[Array, Array]:
    """Whether each step counts, and whether it counts and is right."""
    counted = (trials.mask[..., 0] > 0) & (trials.targets[..., 0] == 0)
    same = jnp.argmax(outputs, axis=-1) == jnp.argmax(trials.targets, axis=-1)
    return counted, counted & same
