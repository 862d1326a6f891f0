"""The trial structure and scoring that the tasks of Masse et al. (2019) share."""

from typing import ClassVar

from equinox import AbstractVar
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, check_not_negative, check_positive
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
"""A one-line description of each task, by its name in the registry."""

DIRECTIONS = 8
"""Number of directions of motion, 45 degrees apart. Each half of them is a category."""

UNITS = 24
"""Number of tuned inputs of a receptive field; preferred directions every 15°."""

ANSWERS = 3
"""Number of outputs: fixation, non-match, match."""


def check_grace(grace: float, test_time: float, dt: float) -> float:
    """Validate that the unscored start of a test is shorter than the test, in ms."""
    grace = check_spare("grace", grace, dt)
    rule = f"be shorter than a test, {test_time:g} ms"
    remedy = "Steps in it are not scored, so leave some of the test."
    check(grace < test_time, "grace", rule, f"{grace:g} ms", remedy)
    return grace


def check_parameters(
    sigma_in: ArrayLike,
    tau_in: ArrayLike,
    height: ArrayLike,
    kappa: ArrayLike,
    test_cost_multiplier: ArrayLike,
) -> tuple[Array, Array, Array, Array, Array]:
    """Validate the numbers that all of these tasks have; return them as arrays."""
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
    """Return the names of the tuned inputs of a receptive field."""
    return tuple(f"{prefix} {360 * unit // UNITS}°" for unit in range(UNITS))


class AbstractMasse2019(AbstractTask):
    """A task with a sample, delays and tests, each answered "match" or "non-match".

    The answer outside of tests is "fixation". Outputs are the logits of the three
    answers. The loss is the cross-entropy, averaged over all steps of the batch
    (`model.py`). Steps have weight 1, except that steps of the dead time and of the
    first `grace` ms of a test have weight 0, and the other steps of a test
    `test_cost_multiplier`.
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
        """Return the probability of each answer."""
        return jax.nn.softmax(outputs, axis=-1)

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Return the masked cross-entropy of the logits, a scalar."""
        return masked_cross_entropy(outputs, trials.targets, trials.mask)

    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return the fraction of scored test steps that are correct, `(*batch,)`.

        A step is correct if the largest output is that of the correct answer; of equal
        outputs, the one with the lowest index counts. Steps with weight 0 are left out.
        """
        is_scored, is_correct = _scored_and_correct(outputs, trials)
        n_scored = jnp.maximum(jnp.sum(is_scored, axis=-1), 1)
        dtype = outputs.dtype
        return jnp.sum(is_correct, axis=-1).astype(dtype) / n_scored.astype(dtype)

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return the fraction of correct test steps, over all trials together.

        As in `analysis.py:950`. NaN if there are only catch trials, which have no test.
        """
        is_scored, is_correct = _scored_and_correct(outputs, trials)
        dtype = outputs.dtype
        return jnp.sum(is_correct).astype(dtype) / jnp.sum(is_scored).astype(dtype)

    def tuning(self, offset: int = 0) -> Array:
        """Return the input for each direction, `(8, n_in)`.

        It is `height exp(kappa (cos(theta - preferred) - 1))` in the 24 channels from
        `offset` on, and 0 in all other channels (`stimulus.py:505-519`).
        """
        # Angles in rad; values are (directions, units) and are padded to (8, n_in).
        theta = 2 * np.pi / DIRECTIONS * np.arange(DIRECTIONS)
        preferred = 2 * np.pi / UNITS * np.arange(UNITS)
        cosine = number(np.cos(theta[:, None] - preferred[None, :]))
        values = self.height * jnp.exp(self.kappa * (cosine - 1.0))
        return jnp.pad(values, ((0, 0), (offset, self.n_in - offset - UNITS)))

    def rule_tuning(self, rules: int, units: int) -> Array:
        """Return the input for each rule, `(rules, n_in)`.

        The last `units` channels are rule units: unit n is `height` if `n % rules` is
        the rule. All other channels are 0 (`stimulus.py:524-527`).
        """
        is_cued = np.arange(units)[None, :] % rules == np.arange(rules)[:, None]
        values = self.height * number(is_cued)
        return jnp.pad(values, ((0, 0), (self.n_in - units, 0)))

    def _steps(self, duration: float) -> int:
        """Return the number of steps of a duration in ms."""
        return count(duration, self.dt)

    def _in_a_row(self, parts: dict[str, ArrayLike]) -> dict[str, Array]:
        """Return consecutive epochs, after the dead time if there is one."""
        dead = self._steps(self.dead)
        return in_a_row({"dead": dead, **parts} if dead else parts)

    def _trial(
        self,
        patterns: list[tuple[Array, Array]],
        epochs: dict[str, Array],
        answers: dict[str, Array],
        key: KeyArray,
        conditions: dict[str, Array],
    ) -> Trial:
        """Return the trial with these stimuli and tests.

        Inputs are rectified after the noise is added (`stimulus.py:27`); the noise has
        the standard deviation `sqrt(2 tau_in / dt) sigma_in`.

        **Arguments:**

        - `patterns`: pairs of an epoch `(2,)` and the input during it, `(n_in,)`.
        - `epochs`: all epochs of the trial.
        - `answers`: 1 (match) or 0 (non-match) for each epoch that is a test.
        - `key`: for the noise.
        - `conditions`: all conditions but `t_end`.
        """
        n_steps = self.n_steps
        step = jnp.arange(n_steps)

        # The correct answer and the weight of each step, both (time,).
        answer, weight = jnp.zeros(n_steps, int), number(np.ones(n_steps))
        for name, match in answers.items():
            is_test = during(epochs[name], n_steps)
            is_grace = step < epochs[name][0] + self._steps(self.grace)
            answer = jnp.where(is_test, 1 + match, answer)
            test_weight = jnp.where(is_grace, 0.0, self.test_cost_multiplier)
            weight = jnp.where(is_test, test_weight, weight)
        weight = jnp.where(step < self._steps(self.dead), 0.0, weight)

        # Targets and mask have a column for each answer, (time, 3).
        one_hot = answer[:, None] == jnp.arange(ANSWERS)[None, :]
        targets = one_hot.astype(weight.dtype)
        deviation = noise_deviation(self.sigma_in, self.tau_in, self.dt)
        return Trial(
            inputs=render_inputs(
                patterns, deviation, key, steps=n_steps, rectified=True
            ),
            targets=targets,
            mask=jnp.broadcast_to(weight[:, None], targets.shape),
            conditions={"t_end": jnp.asarray(n_steps, int), **conditions},
            epochs=epochs,
        )


def _scored_and_correct(outputs: Array, trials: Trial) -> tuple[Array, Array]:
    """Return whether each step is a scored test step, and whether also correct."""
    # Output 0 is fixation: its target is 0 during tests.
    is_scored = (trials.mask[..., 0] > 0) & (trials.targets[..., 0] == 0)
    is_same = jnp.argmax(outputs, axis=-1) == jnp.argmax(trials.targets, axis=-1)
    return is_scored, is_scored & is_same
