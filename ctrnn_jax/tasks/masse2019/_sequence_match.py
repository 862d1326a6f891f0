"""Match to sample among several tests: ABBA and ABCA."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import check_choice, check_count, invalid
from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_dt,
    check_duration,
    check_spare,
    count,
    factors_of,
    Trial,
)
from ._base import (
    AbstractMasse2019,
    check_grace,
    checked_numbers,
    direction_names,
    DIRECTIONS,
)


REPEATS = {"abba": 0.5, "abca": 0.0}
"""The probability that a test which is not to match repeats the stimulus before it."""


@final
class SequenceMatch(AbstractMasse2019):
    """Which tests of a sequence match the sample? (Masse et al. 2019, ABBA and ABCA.)

    A direction of eight is followed by three tests, all 400 ms long and 400 ms apart,
    and by fixation. Each test is the sample with probability 1/2. Otherwise, in "abba"
    and from the second test on, it repeats the stimulus before it with probability 1/2,
    and else it is a direction that the trial has not shown yet. As a repeated stimulus
    may be the sample, in "abba" the tests match with probability .5, .625, .65625
    (`stimulus.py`). The right answer is given anew at each test, 24 inputs are tuned to
    direction.

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
        - `n_tests`: from 1 to 7, as directions run out.
        - `dt`: step in ms.
        - `dead`, `fixation`, `sample_time`, `delay`, `test_time`, `rest`: durations in
            ms, multiples of dt; a delay comes before each test, the rest after the last
            one. The dead time, unscored, and the rest may be 0.
        - `grace`: the first ms of a test, unscored; may be 0.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `height`, `kappa`: of the tuning.
        - `test_cost_multiplier`: weight of test steps in the cost.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        self.kind = check_choice("kind", kind, REPEATS)
        self.n_tests = check_count("n_tests", n_tests, at_least=1)
        if self.n_tests >= DIRECTIONS:
            raise invalid(
                "n_tests", f"be below {DIRECTIONS}", n_tests, "Directions run out."
            )
        self.dt = check_dt(dt)
        self.dead = check_spare("dead", dead, self.dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.sample_time = check_duration("sample_time", sample_time, self.dt)
        self.delay = check_duration("delay", delay, self.dt)
        self.test_time = check_duration("test_time", test_time, self.dt)
        self.rest = check_spare("rest", rest, self.dt)
        self.grace = check_grace(grace, self.test_time, self.dt)
        numbers = checked_numbers(sigma_in, tau_in, height, kappa, test_cost_multiplier)
        self.sigma_in, self.tau_in, self.height, self.kappa = numbers[:4]
        self.test_cost_multiplier = numbers[4]

    @property
    def input_names(self) -> tuple[str, ...]:
        """24 directions."""
        return direction_names()

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        tests = self.n_tests * (self.delay + self.test_time)
        parts = (self.dead, self.fixation, self.sample_time, tests, self.rest)
        return count(sum(parts), self.dt)

    @property
    def n_conditions(self) -> int:
        """Samples x which of the tests match, each pattern as often as the others."""
        return DIRECTIONS * 2**self.n_tests

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition `sample + 8 (match of test 1 + 2 match of test 2 + ...)`.

        Directions of tests that do not match are drawn as in training, given that.
        """
        sample_key, test_key, noise_key = jr.split(key, 3)
        if condition is None:
            sample, wanted = jr.randint(sample_key, (), 0, DIRECTIONS), None
        else:
            parts = factors_of(condition, DIRECTIONS, *[2] * self.n_tests)
            sample, wanted = parts[0], parts[1:]
        test = self._tests(sample, wanted, test_key)
        match = (test == sample).astype(int)
        epochs = self._epochs()
        directions = self.tuning()
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
        """The direction of each test, with these ones matching or as in training."""
        match_key, repeat_key, new_key = jr.split(key, 3)
        intended = jr.bernoulli(match_key, 0.5, (self.n_tests,))
        repeats = jr.bernoulli(repeat_key, REPEATS[self.kind], (self.n_tests,))
        others = jnp.arange(1, DIRECTIONS)
        unseen = (sample + jr.permutation(new_key, others)) % DIRECTIONS
        before, seen, tests = sample, jnp.zeros((), int), []
        for n in range(self.n_tests):
            matches, repeated = intended[n], repeats[n]
            if wanted is not None:  # then a repeat must not make a match
                matches, repeated = wanted[n] == 1, repeated & (before != sample)
            new = ~matches & ~repeated if n else ~matches
            before = jnp.where(new, unseen[seen], jnp.where(matches, sample, before))
            seen = seen + new.astype(int)
            tests.append(before)
        return jnp.stack(tests)

    def _epochs(self) -> dict[str, Array]:
        steps = lambda duration: count(duration, self.dt)
        parts: dict[str, ArrayLike] = {
            "fixation": steps(self.fixation),
            "sample": steps(self.sample_time),
        }
        for n in range(1, self.n_tests + 1):
            parts[f"delay {n}"] = steps(self.delay)
            parts[f"test {n}"] = steps(self.test_time)
        return self._in_a_row({**parts, "rest": steps(self.rest)})
