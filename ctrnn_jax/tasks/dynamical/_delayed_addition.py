"""Delayed addition: the adding problem in continuous time."""

from typing import ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_count, check_positive
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTask,
    at_step,
    check_dt,
    check_duration,
    count,
    draw_factors,
    during,
    in_a_row,
    number,
    Trial,
)


@final
class DelayedAddition(AbstractTask):
    """The sum of the two marked values of a stream is reported after a delay.

    The adding problem of Hochreiter & Schmidhuber (1997, section 5.4; numbers from
    memory of the paper) with time in ms: the first input passes through random values
    in [-1, 1), each held for `item` ms; the second input is 1 during two of them, one
    in each half of the stream, else 0. Both inputs are 0 in the delay and the response.
    In the response epoch, the only one that is scored, the output must be `1/2 + (x_1 +
    x_2) / 4`, the sum scaled to [0, 1]. As there, a trial is right if the output at its
    last step is less than 0.04 away. Theirs has sequences of random length and marks
    the ends with -1; here a trial always lasts the same.

    The conditions are where the marks are: `first` and `second`, items counted from 0;
    `values` are all of the values.
    """

    main_condition: ClassVar[str | None] = "sum"
    input_names: ClassVar[tuple[str, ...]] = ("value", "marker")
    output_names: ClassVar[tuple[str, ...]] = ("sum",)

    tolerance: Array
    n_items: int = eqx.field(static=True)
    dt: float = eqx.field(static=True)
    item: float = eqx.field(static=True)
    delay: float = eqx.field(static=True)
    response: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        n_items: int = 10,
        dt: float = 20.0,
        item: float = 100.0,
        delay: float = 200.0,
        response: float = 200.0,
        tolerance: ArrayLike = 0.04,
    ) -> None:
        """**Arguments:**

        - `n_items`: number of values in the stream, at least 2.
        - `dt`: step in ms.
        - `item`, `delay`, `response`: durations in ms, multiples of dt.
        - `tolerance`: error below which an answer is right.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        self.n_items = check_count("n_items", n_items, at_least=2)
        self.dt = check_dt(dt)
        self.item = check_duration("item", item, self.dt)
        self.delay = check_duration("delay", delay, self.dt)
        self.response = check_duration("response", response, self.dt)
        check_positive("tolerance", tolerance, "It is an error of the scaled sum.")
        self.tolerance = number(tolerance)

    @property
    def n_steps(self) -> int:
        """Number of steps; all trials have the same."""
        parts = self.n_items * self.item, self.delay, self.response
        return sum(count(part, self.dt) for part in parts)

    @property
    def n_conditions(self) -> int:
        """Where the marks are: an item of the first half and one of the second."""
        return self._half * (self.n_items - self._half)

    @property
    def _half(self) -> int:
        return self.n_items // 2

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition: the marked item of the first half (fastest), then of the second.

        In training both are uniform. Values are random in either case.
        """
        where_key, value_key = jr.split(key)
        halves = self._half, self.n_items - self._half
        first, place = draw_factors(condition, where_key, *halves)
        second = self._half + place
        values = jr.uniform(value_key, (self.n_items,), minval=-1.0, maxval=1.0)
        length, steps = count(self.item, self.dt), self.n_steps
        epochs = in_a_row(
            {
                "stream": self.n_items * length,
                "delay": count(self.delay, self.dt),
                "response": count(self.response, self.dt),
            }
        )
        item = np.arange(steps) // length
        shown = item < self.n_items
        value = jnp.where(shown, values[np.minimum(item, self.n_items - 1)], 0.0)
        marked = ((item == first) | (item == second)) & shown
        answer = 0.5 + (values[first] + values[second]) / 4.0
        scored = during(epochs["response"], steps)[:, None]
        return Trial(
            inputs=jnp.stack([value, marked.astype(value.dtype)], axis=-1),
            targets=jnp.where(scored, answer, 0.0),
            mask=scored.astype(value.dtype),
            conditions={
                "values": values,
                "first": first,
                "second": second,
                "sum": answer,
                "t_end": epochs["response"][1],
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )

    def score(self, outputs: Array, trials: Trial) -> Array:
        """1.0 where the output at the last step is within the tolerance."""
        last = at_step(self.link(outputs), trials.conditions["t_end"] - 1)[..., 0]
        tolerance = self.tolerance.astype(last.dtype)
        right = jnp.abs(last - trials.conditions["sum"]) < tolerance
        return right.astype(outputs.dtype)
