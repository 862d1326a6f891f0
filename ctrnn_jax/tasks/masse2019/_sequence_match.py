"""Match to sample with several tests: ABBA and ABCA."""

import abc
from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._arguments import checks_arguments
from ..._checks import check
from ..._types import ArrayLike, KeyArray
from ..contract import (
    at_least,
    check_duration,
    check_spare,
    factors_of,
    static,
    Trial,
)
from ._base import AbstractMasse2019, direction_names, DIRECTIONS


class AbstractSequenceMatch(AbstractMasse2019):
    """Which tests of a sequence match the sample?

    From the second test on, a test without intended match repeats the stimulus before
    it with probability `repeats`.
    """

    main_condition: ClassVar[str | None] = "sample"

    n_tests: int = static(3, at_least(1))
    sample_time: float = static(400.0, check_duration)
    delay: float = static(400.0, check_duration)
    test_time: float = static(400.0, check_duration)
    rest: float = static(500.0, check_spare)

    def __post_init__(self) -> None:
        """Validate the options; there must be directions for all tests."""
        super().__post_init__()
        check(
            self.n_tests < DIRECTIONS,
            "n_tests",
            f"be below {DIRECTIONS}",
            self.n_tests,
            "Use fewer tests; each may need a new direction.",
        )

    @property
    @abc.abstractmethod
    def repeats(self) -> float:
        """Probability of a repeat."""

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions."""
        return direction_names()

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        tests = self.n_tests * (self.delay + self.test_time)
        parts = self.dead, self.fixation, self.sample_time, tests, self.rest
        return self._steps(*parts)

    @property
    def n_conditions(self) -> int:
        """Number of samples x patterns of matches."""
        return DIRECTIONS * 2**self.n_tests

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial of condition `sample + 8 (match 1 + 2 match 2 + ...)`.

        Directions of tests that do not match are drawn as in training, given the
        matches.
        """
        sample_key, test_key, noise_key = jr.split(key, 3)
        if condition is None:
            sample, wanted = jr.randint(sample_key, (), 0, DIRECTIONS), None
        else:
            parts = factors_of(condition, DIRECTIONS, *[2] * self.n_tests)
            sample, wanted = parts[0], parts[1:]
        # Matches follow from the tests, as a test can also match by repetition.
        test = self._tests(sample, wanted, test_key)
        match = (test == sample).astype(int)
        epochs = self._epochs()
        directions = self.tuning()
        # Stimuli and answers with their epochs.
        patterns = [(epochs["sample"], directions[sample])]
        answers = {}
        for n in range(self.n_tests):
            name = f"test {n + 1}"
            patterns += [(epochs[name], directions[test[n]])]
            answers[name] = match[n]
        return self._trial(
            patterns,
            epochs,
            answers,
            noise_key,
            sample=sample,
            test=test,
            match=match,
        )

    def _tests(
        self, sample: Array, wanted: tuple[Array, ...] | None, key: KeyArray
    ) -> Array:
        """Return the direction of each test, `(n_tests,)`.

        `wanted` says for each test whether it matches; if `None`, matches are drawn as
        in training.
        """
        match_key, repeat_key, new_key = jr.split(key, 3)
        is_intended = jr.bernoulli(match_key, 0.5, (self.n_tests,))
        is_repeat = jr.bernoulli(repeat_key, self.repeats, (self.n_tests,))
        # The seven directions other than the sample, in the order in which new
        # directions are used.
        turns = jr.permutation(new_key, jnp.arange(1, DIRECTIONS))
        unseen = (sample + turns) % DIRECTIONS
        direction, n_seen, tests = sample, jnp.zeros((), int), []
        for n in range(self.n_tests):
            match, repeat = is_intended[n], is_repeat[n]
            if wanted is not None:
                # A repeat of the sample would be a match that was not wanted.
                match, repeat = wanted[n] == 1, repeat & (direction != sample)
            # The first test never repeats the stimulus before it, the sample.
            is_new = ~match & ~repeat if n else ~match
            shown_before = jnp.where(match, sample, direction)
            direction = jnp.where(is_new, unseen[n_seen], shown_before)
            n_seen = n_seen + is_new.astype(int)
            tests.append(direction)
        return jnp.stack(tests)

    def _epochs(self) -> dict[str, Array]:
        """Return the epochs: fixation, sample, each delay and test, rest."""
        parts: dict[str, ArrayLike] = {
            "fixation": self._steps(self.fixation),
            "sample": self._steps(self.sample_time),
        }
        for n in range(1, self.n_tests + 1):
            parts[f"delay {n}"] = self._steps(self.delay)
            parts[f"test {n}"] = self._steps(self.test_time)
        return self._in_a_row({**parts, "rest": self._steps(self.rest)})


@final
@checks_arguments
class SequenceMatchABBA(AbstractSequenceMatch):
    """Which tests of a sequence match the sample? Others may repeat (Masse 2019, ABBA).

    The sample, one of eight directions, is followed by three tests, all 400 ms long and
    400 ms apart, and by fixation. Each test is the sample with probability 1/2. If not,
    from the second test on, the test repeats the stimulus before it with probability
    1/2. In all other cases it is a direction that the trial has not shown yet. A
    repeated stimulus may be the sample, so the tests match with probability .5, .625,
    .65625 (`stimulus.py`, Masse et al. 2019). Each test must be answered. 24 inputs are
    tuned to direction.

    Conditions are `sample` (0 to 7), `test` and `match`, one for each test.

    **Arguments:**

    - `n_tests`: number of tests, from 1 to 7, as each may need a new direction.
    - `dt`: step in ms.
    - `dead`: unscored time before fixation in ms, a multiple of dt; may be 0.
    - `fixation`, `sample_time`, `test_time`: duration of the epoch in ms, a multiple of
        dt.
    - `delay`: time before each test in ms, a multiple of dt.
    - `rest`: time after the last test in ms, a multiple of dt; may be 0.
    - `grace`: unscored time at the start of a test in ms; may be 0.
    - `sigma_in`: strength of the input noise.
    - `tau_in`: time constant of the input noise in ms.
    - `height`: height of the tuning curves.
    - `kappa`: concentration of the tuning curves.
    - `test_cost_multiplier`: weight of test steps in the loss.

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    repeats: ClassVar[float] = 0.5


@final
@checks_arguments
class SequenceMatchABCA(AbstractSequenceMatch):
    """Which tests of a sequence match the sample? Others never repeat (Masse 2019).

    As `SequenceMatchABBA`, with the same arguments, but each test that is not the
    sample is a direction that the trial has not shown yet.
    """

    repeats: ClassVar[float] = 0.0
