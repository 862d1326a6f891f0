"""The trial structure and scoring that the tasks of Masse et al. (2019) share."""

from functools import partial
from typing import ClassVar

import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import check, check_not_negative, check_positive
from ..._types import ArrayLike, KeyArray
from ...losses import masked_cross_entropy
from ..contract import (
    AbstractDeclared,
    array,
    check_duration,
    check_spare,
    DEVIATION,
    during,
    fraction,
    in_a_row,
    IN_MS,
    judges_outputs,
    largest,
    make_trial,
    noise_deviation,
    number,
    render_inputs,
    static,
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


HEIGHT = partial(check_positive, remedy="It is the input at the preferred direction.")
CONCENTRATION = partial(
    check_not_negative, remedy="It is the concentration of the tuning."
)
WEIGHT = partial(check_positive, remedy="It is a weight.")


def direction_names(prefix: str = "direction") -> tuple[str, ...]:
    """Return the names of the tuned inputs of a receptive field."""
    return tuple(f"{prefix} {360 * unit // UNITS}°" for unit in range(UNITS))


class AbstractMasse2019(AbstractDeclared):
    """A task with a sample, delays and tests, each answered "match" or "non-match".

    The answer outside of tests is "fixation". Outputs are the logits of the three
    answers. The loss is the cross-entropy, averaged over all steps of the batch
    (`model.py`). Steps have weight 1, except that steps of the dead time and of the
    first `grace` ms of a test have weight 0, and the other steps of a test
    `test_cost_multiplier`.

    **Arguments** of all of these tasks:

    - `dt`: step in ms.
    - `dead`: unscored time before fixation in ms, a multiple of dt; may be 0.
    - `fixation`, `sample_time`, `delay`, `test_time`: duration of the epoch in ms, a
        multiple of dt.
    - `grace`: unscored time at the start of a test in ms; may be 0.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.
    - `height`: height of the tuning curves.
    - `kappa`: concentration of the tuning curves.
    - `test_cost_multiplier`: weight of test steps in the loss.
    """

    output_names: ClassVar[tuple[str, ...]] = ("fixation", "non-match", "match")
    performance_name: ClassVar[str] = "fraction of test steps correct"

    dt: float = static(10.0)
    dead: float = static(0.0, check_spare)
    fixation: float = static(500.0, check_duration)
    sample_time: float = static(500.0, check_duration)
    delay: float = static(1000.0, check_duration)
    test_time: float = static(500.0, check_duration)
    grace: float = static(50.0, check_spare)
    sigma_in: Array = array(default=0.1, converter=number, check=DEVIATION)
    tau_in: Array = array(default=100.0, converter=number, check=IN_MS)
    height: Array = array(default=4.0, converter=number, check=HEIGHT)
    kappa: Array = array(default=2.0, converter=number, check=CONCENTRATION)
    test_cost_multiplier: Array = array(default=1.0, converter=number, check=WEIGHT)

    def __post_init__(self) -> None:
        """Validate the options; some of each test must be scored."""
        super().__post_init__()
        rule = f"be shorter than a test, {self.test_time:g} ms"
        remedy = "Steps in it are not scored, so leave some of the test."
        is_shorter = self.grace < self.test_time
        check(is_shorter, "grace", rule, f"{self.grace:g} ms", remedy)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        before = self.dead, self.fixation, self.sample_time
        return self._steps(*before, self.delay, self.test_time)

    def link(self, outputs: Array) -> Array:
        """Return the probability of each answer."""
        return jax.nn.softmax(outputs, axis=-1)

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Return the masked cross-entropy of the logits, a scalar."""
        return masked_cross_entropy(outputs, trials.targets, trials.mask)

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return the fraction of scored test steps that are correct, `(*batch,)`.

        A step is correct if the largest output is that of the correct answer; of equal
        outputs, the one with the lowest index counts. Steps with weight 0 are left out.
        """
        is_scored, is_correct = _scored_and_correct(outputs, trials)
        n_scored = jnp.maximum(jnp.sum(is_scored, axis=-1), 1)
        dtype = outputs.dtype
        return jnp.sum(is_correct, axis=-1).astype(dtype) / n_scored.astype(dtype)

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return the fraction of correct test steps, over all trials together.

        As in `analysis.py:950`. NaN if there are only catch trials, which have no test.
        """
        is_scored, is_correct = _scored_and_correct(outputs, trials)
        dtype = outputs.dtype
        correct, scored = (jnp.sum(x).astype(dtype) for x in (is_correct, is_scored))
        return fraction(correct, scored)

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
        **conditions: Array,
    ) -> Trial:
        """Return the trial with these stimuli and tests.

        Inputs are rectified after the noise is added (`stimulus.py:27`); the noise has
        the standard deviation `sqrt(2 tau_in / dt) sigma_in`.

        **Arguments:**

        - `patterns`: pairs of an epoch `(2,)` and the input during it, `(n_in,)`.
        - `epochs`: all epochs of the trial.
        - `answers`: 1 (match) or 0 (non-match) for each epoch that is a test.
        - `key`: for the noise.
        - `conditions`: all but `t_end`, and `is_catch` unless no trial is one.
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
        deviation = noise_deviation(self.sigma_in, self.tau_in, self.dt)
        return make_trial(
            inputs=render_inputs(
                patterns, deviation, key, steps=n_steps, rectified=True
            ),
            targets=one_hot.astype(weight.dtype),
            mask=weight[:, None],
            epochs=epochs,
            t_end=jnp.asarray(n_steps, int),
            **conditions,
        )


def _scored_and_correct(outputs: Array, trials: Trial) -> tuple[Array, Array]:
    """Return whether each step is a scored test step, and whether also correct."""
    # Output 0 is fixation: its target is 0 during tests.
    is_scored = (trials.mask[..., 0] > 0) & (trials.targets[..., 0] == 0)
    is_same = largest(outputs) == jnp.argmax(trials.targets, axis=-1)
    return is_scored, is_scored & is_same
