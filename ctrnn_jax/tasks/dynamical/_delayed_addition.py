"""Delayed addition: the adding problem in continuous time."""

from functools import partial
from typing import ClassVar, final

from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_positive
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    array,
    at_least,
    at_step,
    check_duration,
    draw_factors,
    during,
    judges_outputs,
    make_trial,
    number,
    static,
    Trial,
)


@final
@checks_arguments
class DelayedAddition(AbstractDeclared):
    """Report the sum of the two marked values of a stream after a delay.

    This is the adding problem of Hochreiter & Schmidhuber (1997, section 5.4; numbers
    from memory of the paper) with time in ms. The first input takes random values in
    [-1, 1), each for `item` ms. The second input is 1 during two of them, one in each
    half of the stream, else 0. Both inputs are 0 in the delay and the response. In the
    response epoch the output must be `1/2 + (x_1 + x_2) / 4`, the sum scaled to [0, 1];
    other epochs are not scored. As in the paper, a trial is correct if the error of the
    output at the last step is less than 0.04. In the paper sequences have random length
    and marks of -1 at their ends; here all trials have the same length.

    Conditions are the marked items, `first` and `second`, counted from 0, all `values`,
    and the scaled `sum`.

    **Arguments:**

    - `n_items`: number of values in the stream, at least 2.
    - `dt`: step in ms.
    - `item`, `delay`, `response`: duration of the epoch in ms, a multiple of dt.
    - `tolerance`: error below which an answer is correct.

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    main_condition: ClassVar[str | None] = "sum"
    input_names: ClassVar[tuple[str, ...]] = ("value", "marker")
    output_names: ClassVar[tuple[str, ...]] = ("sum",)

    n_items: int = static(10, at_least(2))
    item: float = static(100.0, check_duration)
    delay: float = static(200.0, check_duration)
    response: float = static(200.0, check_duration)
    tolerance: Array = array(
        default=0.04,
        converter=number,
        check=partial(check_positive, remedy="It is an error of the scaled sum."),
    )

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self._steps(self.n_items * self.item, self.delay, self.response)

    @property
    def n_conditions(self) -> int:
        """Number of items of the first half x items of the second half."""
        return self._half * (self.n_items - self._half)

    @property
    def _half(self) -> int:
        """Number of items in the first half of the stream, rounded down."""
        return self.n_items // 2

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial; the condition is the marked item of each half.

        The item of the first half changes fastest. In training both are uniform. Values
        are always random.
        """
        mark_key, value_key = jr.split(key)
        halves = self._half, self.n_items - self._half
        first, place = draw_factors(condition, mark_key, *halves)
        second = self._half + place
        values = jr.uniform(value_key, (self.n_items,), minval=-1.0, maxval=1.0)
        length, steps = self._steps(self.item), self.n_steps

        stream = self.n_items * length
        epochs = self._parts("stream", "delay", "response", stream=stream)

        # The item of each step, (time,); after the stream its value is 0.
        item = np.arange(steps) // length
        is_stream = item < self.n_items
        value = jnp.where(is_stream, values[np.minimum(item, self.n_items - 1)], 0.0)
        is_marked = ((item == first) | (item == second)) & is_stream
        answer = 0.5 + (values[first] + values[second]) / 4.0
        is_scored = during(epochs["response"], steps)[:, None]
        return make_trial(
            inputs=jnp.stack([value, is_marked.astype(value.dtype)], axis=-1),
            targets=jnp.where(is_scored, answer, 0.0),
            mask=is_scored,
            epochs=epochs,
            values=values,
            first=first,
            second=second,
            sum=answer,
        )

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return 1.0 where the output at the last step is within the tolerance.

        0.0 elsewhere, `(*batch,)`.
        """
        answer = at_step(self.link(outputs), trials.conditions["t_end"] - 1)[..., 0]
        tolerance = self.tolerance.astype(answer.dtype)
        is_correct = jnp.abs(answer - trials.conditions["sum"]) < tolerance
        return is_correct.astype(outputs.dtype)
