"""Match to one of two samples; a cue after the samples says which one."""

from typing import final

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._arguments import checks_arguments
from ..._checks import check
from ..._types import KeyArray
from ..contract import check_spare, draw_factors, static, Trial
from ._base import AbstractMasse2019, direction_names, DIRECTIONS, UNITS


FIELDS = 2
"""Number of receptive fields, each with a sample."""

TESTS = 2
"""Number of tests."""

RULE_UNITS = 6
"""Number of inputs that cue a field."""


@final
@checks_arguments
class DualMatch(AbstractMasse2019):
    """Does the test match the sample of the cued field? (Masse et al. 2019, dualDMS.)

    Two of eight directions are shown at once, in two receptive fields. Then a delay and
    a test follow, twice. From the middle of the delay to the end of the test, rule
    units cue the field in which the test is to be compared with the sample. In that
    field the test matches with probability 1/2; if not, it is uniform over the seven
    other directions. In the other field the test is uniform over all directions
    (`stimulus.py`). The two samples, cues and matches are independent.

    Inputs are 24 directions in each field and 6 rule units, of which unit n is `height`
    if n modulo 2 is the cued field. Conditions are `sample` (of each field) and, for
    each test, `rule` (the cued field), `match` (0, 1) and `test` (test, field).

    **Arguments:**

    - `dt`: step in ms.
    - `dead`: unscored time before fixation in ms, a multiple of dt; may be 0.
    - `fixation`, `sample_time`, `delay`, `test_time`: duration of the epoch in ms, a
        multiple of dt.
    - `grace`: unscored time at the start of a test in ms; may be 0.
    - `cue_onset`: time from the start of a delay to its cue in ms; may be 0. The
        default is half of the delay, floored to dt.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.
    - `height`: height of the tuning curves.
    - `kappa`: concentration of the tuning curves.
    - `test_cost_multiplier`: weight of test steps in the loss.

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    cue_onset: float | None = static(None, check_spare)

    def __post_init__(self) -> None:
        """Validate the options; a cue must start in its delay."""
        super().__post_init__()
        onset = 0.0 if self.cue_onset is None else self.cue_onset
        check(
            onset <= self.delay,
            "cue_onset",
            f"be no longer than the delay, {self.delay:g} ms",
            f"{onset:g} ms",
            "Count from the start of the delay.",
        )

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions in each field, and the rule units."""
        cues = tuple(f"field {n % 2} cue {n // 2}" for n in range(RULE_UNITS))
        return (*direction_names("field 0"), *direction_names("field 1"), *cues)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return super().n_steps + self._steps(self.delay, self.test_time)

    @property
    def n_conditions(self) -> int:
        """Number of samples of field 0 x cued fields and matches of both tests."""
        return DIRECTIONS * 2**4

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial of condition `sample + 8 code`.

        `sample` is that of field 0, and `code` is `rule 1 + 2 rule 2 + 4 match 1 + 8
        match 2`. In training all parts are uniform and independent.
        """
        condition_key, sample_key, test_key, noise_key = jr.split(key, 4)
        levels = DIRECTIONS, 2, 2, 2, 2
        first, *bits = draw_factors(condition, condition_key, *levels)
        rule, match = jnp.stack(bits[:2]), jnp.stack(bits[2:])
        sample = jnp.stack([first, jr.randint(sample_key, (), 0, DIRECTIONS)])
        test = self._tests(sample, rule, match, test_key)
        epochs = self._epochs()
        # Inputs for each direction in each field, (fields, directions, n_in).
        fields = jnp.stack([self.tuning(), self.tuning(UNITS)])

        def pattern(directions: Array) -> Array:
            # A sum over an axis is a separate array, (n_in,). With two rows instead,
            # the compiled loop over steps and channels would read from both, and a loop
            # that reads from so many arrays is not vectorised.
            return jnp.sum(fields[jnp.arange(FIELDS), directions], axis=0)

        # Stimuli with their epochs: both samples, then each test and its cue.
        cues = self.rule_tuning(FIELDS, RULE_UNITS)
        patterns = [(epochs["sample"], pattern(sample))]
        for n in range(TESTS):
            patterns += [
                (epochs[f"test {n + 1}"], pattern(test[n])),
                (epochs[f"cue {n + 1}"], cues[rule[n]]),
            ]
        answers = {"test 1": match[0], "test 2": match[1]}
        return self._trial(
            patterns,
            epochs,
            answers,
            noise_key,
            sample=sample,
            test=test,
            match=match,
            rule=rule,
        )

    def _tests(self, sample: Array, rule: Array, match: Array, key: KeyArray) -> Array:
        """Return the direction that each test shows in each field, `(2, 2)`."""
        turn_key, other_key = jr.split(key)
        # In the cued field: the sample, or one of the seven other directions.
        turn = jnp.where(match == 1, 0, jr.randint(turn_key, (TESTS,), 1, DIRECTIONS))
        cued = (sample[rule] + turn) % DIRECTIONS
        # In the other field: any direction.
        other = jr.randint(other_key, (TESTS,), 0, DIRECTIONS)
        is_cued_field = jnp.arange(FIELDS)[None, :] == rule[:, None]
        return jnp.where(is_cued_field, cued[:, None], other[:, None])

    def _epochs(self) -> dict[str, Array]:
        """Return all epochs; each cue lasts to the end of its test."""
        delay, test_time = self._steps(self.delay), self._steps(self.test_time)
        epochs = self._in_a_row(
            {
                "fixation": self._steps(self.fixation),
                "sample": self._steps(self.sample_time),
                "delay 1": delay,
                "test 1": test_time,
                "delay 2": delay,
                "test 2": test_time,
            }
        )
        onset = delay // 2 if self.cue_onset is None else self._steps(self.cue_onset)
        # A cue overlaps a delay and a test, so the cues are added after them.
        for n in (1, 2):
            start = epochs[f"delay {n}"][0] + onset
            epochs[f"cue {n}"] = jnp.stack([start, epochs[f"test {n}"][1]])
        return epochs
