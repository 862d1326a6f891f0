"""Match to sample with several tests: ABBA and ABCA."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import check, check_choice, check_count
from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_dt,
    check_duration,
    check_spare,
    factors_of,
    Trial,
)
from ._base import (
    AbstractMasse2019,
    check_grace,
    check_parameters,
    direction_names,
    DIRECTIONS,
)


REPEATS = {"abba": 0.5, "abca": 0.0}
"""Probability that a test without intended match repeats the stimulus before it."""


@final
class SequenceMatch(AbstractMasse2019):
    """Which tests of a sequence match the sample? (Masse et al. 2019, ABBA and ABCA.)

    The sample, one of eight directions, is followed by three tests, all 400 ms long and
    400 ms apart, and by fixation. Each test is the sample with probability 1/2. If not,
    in "abba" and from the second test on, the test repeats the stimulus before it with
    probability 1/2. In all other cases it is a direction that the trial has not shown
    yet. A repeated stimulus may be the sample, so in "abba" the tests match with
    probability .5, .625, .65625 (`stimulus.py`). Each test must be answered. 24 inputs
    are tuned to direction.

    Conditions are `sample` (0 to 7), `test` and `match`, one for each test.
    """

    main_condition: ClassVar[str | None] = "sample"

    sigma_in: Array
    tau_in: Array
    height: Array
    kappa: Array
    test_cost_multiplier: Array
    dt: float = eqx.field(static=True)
    kind: str = eqx.field(static=True)
    n_tests: int = eqx.field(static=True)
    dead: float = eqx.field(static=True)
    fixation: float = eqx.field(static=True)
    sample_time: float = eqx.field(static=True)
    delay: float = eqx.field(static=True)
    test_time: float = eqx.field(static=True)
    rest: float = eqx.field(static=True)
    grace: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        kind: str = "abba",
        n_tests: int = 3,
        dt: float = 10.0,
        dead: float = 0.0,
        fixation: float = 500.0,
        sample_time: float = 400.0,
        delay: float = 400.0,
        test_time: float = 400.0,
        rest: float = 500.0,
        grace: float = 50.0,
        sigma_in: ArrayLike = 0.1,
        tau_in: ArrayLike = 100.0,
        height: ArrayLike = 4.0,
        kappa: ArrayLike = 2.0,
        test_cost_multiplier: ArrayLike = 1.0,
    ) -> None:
        """**Arguments:**

        - `kind`: "abba" or "abca".
        - `n_tests`: from 1 to 7, as each may need a new direction.
        - `dt`: step in ms.
        - `dead`, `fixation`, `sample_time`, `delay`, `test_time`, `rest`: durations in
            ms, multiples of dt. A delay comes before each test, the rest after the last
            test. `dead` is an unscored time before fixation; it and `rest` may be 0.
        - `grace`: unscored time at the start of a test in ms; may be 0.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `height`, `kappa`: height and concentration of the tuning curves.
        - `test_cost_multiplier`: weight of test steps in the loss.

        Raises `ValueError` for durations that are not a multiple of dt or are 0, and
        for values out of range.
        """
        self.kind = check_choice("kind", kind, REPEATS)
        self.n_tests = check_count("n_tests", n_tests, at_least=1)
        check(
            self.n_tests < DIRECTIONS,
            "n_tests",
            f"be below {DIRECTIONS}",
            n_tests,
            "Use fewer tests; each may need a new direction.",
        )
        self.dt = check_dt(dt)
        self.dead = check_spare("dead", dead, self.dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.sample_time = check_duration("sample_time", sample_time, self.dt)
        self.delay = check_duration("delay", delay, self.dt)
        self.test_time = check_duration("test_time", test_time, self.dt)
        self.rest = check_spare("rest", rest, self.dt)
        self.grace = check_grace(grace, self.test_time, self.dt)
        (
            self.sigma_in,
            self.tau_in,
            self.height,
            self.kappa,
            self.test_cost_multiplier,
        ) = check_parameters(sigma_in, tau_in, height, kappa, test_cost_multiplier)

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions."""
        return direction_names()

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        tests = self.n_tests * (self.delay + self.test_time)
        parts = (self.dead, self.fixation, self.sample_time, tests, self.rest)
        return self._steps(sum(parts))

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
        conditions = {
            "is_catch": jnp.zeros((), bool),
            "sample": sample,
            "test": test,
            "match": match,
        }
        return self._trial(patterns, epochs, answers, noise_key, conditions)

    def _tests(
        self, sample: Array, wanted: tuple[Array, ...] | None, key: KeyArray
    ) -> Array:
        """Return the direction of each test, `(n_tests,)`.

        `wanted` says for each test whether it matches; if `None`, matches are drawn as
        in training.
        """
        match_key, repeat_key, new_key = jr.split(key, 3)
        is_intended = jr.bernoulli(match_key, 0.5, (self.n_tests,))
        is_repeat = jr.bernoulli(repeat_key, REPEATS[self.kind], (self.n_tests,))
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
