"""The task of reproducing the recorded choices of a subject."""

from collections.abc import Sequence
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import (
    check,
    check_count,
    check_finite,
    check_shape,
    check_values,
    describe,
    invalid,
    is_concrete,
    steps_in,
)
from ..._types import ArrayLike, Numbers
from ..contract import (
    check_dt,
    count,
    during,
    judges_outputs,
    make_trial,
    number,
    Trial,
)
from ._base import AbstractRecorded, Order, split_trials
from ._recording import check_recording


def _is_lapse_rate(x: np.ndarray) -> np.ndarray:
    return np.asarray((x >= 0) & (x < 1))


@final
class RecordedChoices(AbstractRecorded):
    """Choices of a subject that a network must make with the same probabilities.

        task = cj.tasks.RecordedChoices(inputs, choices, dt=20.0, response=(800, 1000))
        net = cj.CTRNN(task.n_in, 64, task.n_out, dt=20.0, tau=100.0, key=key)

    There is an output for each choice. The means of the outputs over the response
    window are the logits. With a lapse rate l the probability of choice c of n is that
    of Wichmann & Hill (2001),

        (1 - l) softmax(logits)[c] + l / n

    The loss is the mean negative logarithm of this probability for the choices that
    were made, correct or not. `performance` is the geometric mean of these
    probabilities on the held-back trials; chance is 1 / n. Targets are 1 for the choice
    in the response window.
    """

    performance_name: ClassVar[str] = "geometric mean probability of the choices"

    inputs: Array
    choices: Array
    lapse: Array
    training_trials: Array
    validation_trials: Array
    dt: float = eqx.field(static=True)
    response: tuple[float, float] = eqx.field(static=True)
    n_choices: int = eqx.field(static=True)
    order: Order | None = None

    @checks_arguments
    def __init__(
        self,
        inputs: ArrayLike,
        choices: Sequence[int] | Numbers,
        *,
        dt: float,
        response: tuple[float, float],
        n_choices: int | None = None,
        lapse: ArrayLike = 0.0,
        validation: float | Sequence[int] | Numbers = 0.2,
    ) -> None:
        """**Arguments:**

        - `inputs`: u of each trial, `(trials, time, n_in)`.
        - `choices`: `(trials,)` whole numbers from 0.
        - `dt`: step in ms.
        - `response`: `(start, stop)` of the response window in ms, multiples of dt. Its
            steps t are those with `start <= t * dt < stop`.
        - `n_choices`: number of choices; by default the largest of `choices` plus 1,
            and at least 2.
        - `lapse`: fraction of trials with a random choice, in [0, 1).
        - `validation`: as in `RecordedActivity`.

        Raises `ValueError` for shapes that do not fit, inputs that are not finite,
        choices out of range, windows outside the trials or empty, a lapse rate outside
        [0, 1), and no trial to train or to validate on.
        """
        self.dt = check_dt(dt)
        self.inputs = check_recording("inputs", inputs, "n_in")
        check_finite("inputs", self.inputs)
        n_trials = self.inputs.shape[0]
        rule = f"be whole numbers of shape ({n_trials},), one for each trial"
        remedy = "The first axis of `inputs` is trials."
        try:
            indices = jnp.asarray(choices)
        except (TypeError, ValueError) as error:
            raise invalid("choices", rule, describe(choices), remedy) from error
        is_whole = jnp.issubdtype(indices.dtype, jnp.integer)
        is_of_trials = is_whole and indices.shape == (n_trials,)
        check(is_of_trials, "choices", rule, describe(indices), remedy)
        # Each choice must index an output.
        self.n_choices = _count_choices(indices, n_choices)

        def is_choice(index: np.ndarray) -> np.ndarray:
            return np.asarray((index >= 0) & (index < self.n_choices))

        rule = f"be from 0 to {self.n_choices - 1}"
        remedy = "They index the outputs; leave trials without a choice out."
        check_values("choices", indices, is_choice, rule, remedy)
        self.choices = indices.astype(int)
        # The response window in steps must lie in the trial.
        window = tuple(response)
        edges = tuple(steps_in("response", edge, self.dt) for edge in window)
        check(
            len(edges) == 2 and edges[0] < edges[1] <= self.n_steps,
            "response",
            f"be (start, stop) in ms, start < stop <= {self.n_steps * self.dt:g}",
            repr(response),
            "Give a window inside the trial.",
        )
        self.response = float(window[0]), float(window[1])
        remedy = "It is the fraction of random choices."
        check_values("lapse", lapse, _is_lapse_rate, "lie in [0, 1)", remedy)
        check_shape("lapse", lapse, (), "Give one number.")
        self.lapse = number(lapse)
        split = split_trials(validation, n_trials)
        self.training_trials, self.validation_trials = split

    @property
    def output_names(self) -> tuple[str, ...]:
        """Number of each choice in `choices`."""
        return tuple(f"choice {i}" for i in range(self.n_choices))

    def _window(self) -> tuple[int, int]:
        """Return the first step of the response window and the step after its last."""
        start, stop = self.response
        return count(start, self.dt), count(stop, self.dt)

    def recorded(self, trial: Array) -> Trial:
        """Return the trial with this index in the recording."""
        choice, response = self.choices[trial], jnp.asarray(self._window())
        is_response = during(response, self.n_steps)[:, None]
        dtype = self.inputs.dtype
        is_chosen = is_response & (jnp.arange(self.n_choices) == choice)[None, :]
        return make_trial(
            inputs=self.inputs[trial],
            targets=is_chosen.astype(dtype),
            mask=is_response,
            epochs={"response": response},
            trial=trial,
            choice=choice,
            t_end=jnp.asarray(self.n_steps),
        )

    def link(self, outputs: Array) -> Array:
        """Return the probability of each choice, lapses included."""
        lapse = self.lapse.astype(outputs.dtype)
        chance = lapse / self.n_choices
        return (1 - lapse) * jax.nn.softmax(outputs, axis=-1) + chance

    def logits(self, outputs: Array) -> Array:
        """Return the mean outputs in the response window, `(*batch, n_choices)`."""
        start, stop = self._window()
        return jnp.mean(outputs[..., start:stop, :], axis=-2)

    def log_likelihood(self, outputs: Array, trials: Trial) -> Array:
        """Return the log probability of the choice of each trial, `(*batch,)`."""
        lapse = self.lapse.astype(outputs.dtype)
        logs = jax.nn.log_softmax(self.logits(outputs), axis=-1)
        choice = trials.conditions["choice"][..., None]
        log = jnp.take_along_axis(logs, choice, axis=-1)[..., 0]
        # Mix in logarithms, so that an improbable choice does not underflow. Without
        # lapses, log(0) is avoided: its gradient would be NaN.
        has_lapses = lapse > 0
        chance = jnp.log(jnp.where(has_lapses, lapse, 1) / self.n_choices)
        mixed = jnp.logaddexp(jnp.log1p(-lapse) + log, chance)
        return jnp.where(has_lapses, mixed, log)

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Return the mean negative log likelihood of the choices, in nats per trial."""
        return -jnp.mean(self.log_likelihood(outputs, trials))

    @judges_outputs
    def score(self, outputs: Array, trials: Trial) -> Array:
        """Return the probability of the choice that was made, `(*batch,)`."""
        return jnp.exp(self.log_likelihood(outputs, trials))

    @judges_outputs
    def performance(self, outputs: Array, trials: Trial) -> Array:
        """Return the exponential of the mean log likelihood, a scalar.

        Catch trials are left out; NaN if there are only catch trials. A choice with a
        probability near 0 weighs more than in the mean score.
        """
        is_counted = ~trials.conditions["is_catch"]
        log = jnp.where(is_counted, self.log_likelihood(outputs, trials), 0.0)
        return jnp.exp(jnp.sum(log) / jnp.sum(is_counted).astype(log.dtype))


def _count_choices(indices: Array, n_choices: int | None) -> int:
    """Return the number of choices, by default from the largest index."""
    if n_choices is None:
        rule, remedy = "be given inside of jit", "Give a number; it sets shapes."
        check(is_concrete(indices), "n_choices", rule, None, remedy)
        n_choices = max(2, int(np.max(np.asarray(indices))) + 1)
    return check_count("n_choices", n_choices, at_least=2)
