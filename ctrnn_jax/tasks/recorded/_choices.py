"""Networks fitted to the choices of a subject."""

from collections.abc import Sequence
from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from ..._checks import (
    check_count,
    check_finite,
    check_list,
    check_number,
    check_values,
    describe,
    invalid,
    is_concrete,
    steps_in,
)
from ..._types import ArrayLike, KeyArray, Numbers
from ..contract import check_dt, during, number, Trial
from ._base import AbstractRecorded, divided, recording


@final
class RecordedChoices(AbstractRecorded):
    """Choices of a subject that a network is to make with the same probabilities.

        task = cj.tasks.RecordedChoices(inputs, choices, dt=20.0, response=(800, 1000))
        net = cj.CTRNN(task.n_in, 64, task.n_out, dt=20.0, tau=100.0, key=key)

    An output for each choice; their means over the response window are the logits.
    With a lapse rate l the probability of choice c of n is that of Wichmann & Hill
    (2001),

        (1 - l) softmax(logits)[c] + l / n

    The cost is the mean of -log of this for the choices that were made, right or wrong.
    `performance` is its exponential, the geometric mean of their probabilities on the
    trials that are held back: 1 / n is chance. Targets show the choice in the window.
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
        - `response`: `(start, stop)` of the window of the answer in ms, multiples of
            dt: steps t with `start <= t * dt < stop`.
        - `n_choices`: how many there are; by default the largest of `choices` plus 1,
            and at least 2.
        - `lapse`: the fraction of trials with a random choice, in [0, 1).
        - `validation`: as of `RecordedActivity`.

        Raises `ValueError` for shapes that do not fit, inputs that are not finite,
        choices out of range, windows outside the trials or empty, a lapse rate outside
        [0, 1), and no trial to train or to validate on.
        """
        self.dt = check_dt(dt)
        self.inputs = recording("inputs", inputs, "n_in")
        check_finite("inputs", self.inputs)
        made = jnp.asarray(choices)
        trials = self.inputs.shape[0]
        whole = jnp.issubdtype(made.dtype, jnp.integer)
        if not whole or made.shape != (trials,):
            raise invalid(
                "choices",
                f"be whole numbers of shape ({trials},), one for each trial",
                describe(made),
                "The first axis of `inputs` is trials.",
            )
        if n_choices is None:
            if not is_concrete(made):
                raise invalid(
                    "n_choices", "be given inside of jit", None, "It is a size."
                )
            n_choices = max(2, int(np.max(np.asarray(made))) + 1)
        self.n_choices = check_count("n_choices", n_choices, at_least=2)
        check_values(
            "choices",
            made,
            lambda c: (c >= 0) & (c < self.n_choices),
            f"be from 0 to {self.n_choices - 1}",
            "They index the outputs; leave trials without a choice out.",
        )
        self.choices = made.astype(int)
        window = check_list("response", response, of="two times in ms")
        edges = tuple(steps_in("response", edge, self.dt) for edge in window)
        if len(edges) != 2 or not edges[0] < edges[1] <= self.n_steps:
            raise invalid(
                "response",
                f"be (start, stop) in ms, start < stop <= {self.n_steps * self.dt:g}",
                repr(response),
                "It is inside the trial.",
            )
        self.response = check_number("response", window[0]), float(window[1])
        check_values(
            "lapse",
            lapse,
            lambda x: (x >= 0) & (x < 1),
            "lie in [0, 1)",
            "It is the fraction of random choices.",
        )
        self.lapse = number(lapse)
        self.training_trials, self.validation_trials = divided(validation, trials)

    @property
    def output_names(self) -> tuple[str, ...]:
        """Choices by their number in `choices`."""
        return tuple(f"choice {i}" for i in range(self.n_choices))

    def _window(self) -> tuple[int, int]:
        start, stop = (steps_in("response", edge, self.dt) for edge in self.response)
        return start, stop

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition i is the i-th held-back trial; in training one of the others."""
        trial = self._index(condition, key)
        choice, response = self.choices[trial], jnp.asarray(self._window())
        on = during(response, self.n_steps)[:, None]
        dtype = self.inputs.dtype
        chosen = on & (jnp.arange(self.n_choices) == choice)[None, :]
        return Trial(
            inputs=self.inputs[trial],
            targets=chosen.astype(dtype),
            mask=jnp.broadcast_to(on, chosen.shape).astype(dtype),
            conditions={
                "trial": trial,
                "choice": choice,
                "t_end": jnp.asarray(self.n_steps),
                "is_catch": jnp.zeros((), bool),
            },
            epochs={"response": response},
        )

    def link(self, outputs: Array) -> Array:
        """The probability of each choice, lapses included."""
        lapse = self.lapse.astype(outputs.dtype)
        chance = lapse / self.n_choices
        return (1 - lapse) * jax.nn.softmax(outputs, axis=-1) + chance

    def logits(self, outputs: Array) -> Array:
        """Mean outputs over the response window, `(*batch, n_choices)`."""
        start, stop = self._window()
        return jnp.mean(outputs[..., start:stop, :], axis=-2)

    def log_likelihood(self, outputs: Array, trials: Trial) -> Array:
        """Log probability of the choice of each trial, `(*batch,)`."""
        lapse = self.lapse.astype(outputs.dtype)
        logs = jax.nn.log_softmax(self.logits(outputs), axis=-1)
        choice = trials.conditions["choice"][..., None]
        log = jnp.take_along_axis(logs, choice, axis=-1)[..., 0]
        some = lapse > 0
        chance = jnp.log(jnp.where(some, lapse, 1) / self.n_choices)
        mixed = jnp.logaddexp(jnp.log1p(-lapse) + log, chance)
        return jnp.where(some, mixed, log)

    def output_loss(self, outputs: Array, trials: Trial) -> Array:
        """Mean negative log likelihood of the choices, in nats per trial."""
        return -jnp.mean(self.log_likelihood(outputs, trials))

    def score(self, outputs: Array, trials: Trial) -> Array:
        """The probability of the choice that was made."""
        return jnp.exp(self.log_likelihood(outputs, trials))

    def performance(self, outputs: Array, trials: Trial) -> Array:
        """`exp` of the mean log likelihood; catch trials are left out, NaN if all are.

        It weighs a choice that was held to be impossible more than a mean score does.
        """
        counted = ~trials.conditions["is_catch"]
        log = jnp.where(counted, self.log_likelihood(outputs, trials), 0.0)
        return jnp.exp(jnp.sum(log) / jnp.sum(counted).astype(log.dtype))
