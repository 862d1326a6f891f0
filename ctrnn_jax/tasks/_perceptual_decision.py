"""Perceptual decision-making (random dots), fixed stimulus duration."""

from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from .._checks import (
    check_not_negative,
    check_positive,
    check_values,
    refusal,
    steps_in,
)
from .._types import ArrayLike, KeyArray
from ._abstract import AbstractTask
from ._trial import Trial


def _number(value: ArrayLike) -> Array:
    """A strongly typed float array (a weak one would trace again after an update)."""
    array = jnp.asarray(value, float)
    return jax.lax.convert_element_type(array, array.dtype)


@final
class PerceptualDecision(AbstractTask):
    """Which of two noisy inputs is the stronger? (Song, Yang & Wang 2016, Fig. 2.)

    After fixation the inputs carry evidence `(1 ± coherence / 100) / 2` for and against
    one choice; after the stimulus the output of that choice must go up. Epochs are
    fixation, stimulus, decision; the loss counts fixation and decision only. On catch
    trials there is no stimulus and both outputs stay low for the whole, longer, trial.

    Inputs are `max(0, baseline + evidence + noise)`, the noise of standard deviation
    `sqrt(2 tau_in / dt) * sigma_in` per step. A trial is correct if the output of the
    choice is the larger one at its last step. Names and values are those of pycog's
    `rdm_dense` (its coherences 1, 2, 4, 8, 16 are shown in units of 3.2 %).
    """

    input_names: ClassVar[tuple[str, ...]] = ("evidence for 1", "evidence for 2")
    output_names: ClassVar[tuple[str, ...]] = ("choice 1", "choice 2")

    coherences: Array
    catch_probability: Array
    baseline: Array
    sigma_in: Array
    tau_in: Array
    low: Array
    high: Array
    dt: float = eqx.field(static=True)
    fixation: float = eqx.field(static=True)
    stimulus: float = eqx.field(static=True)
    decision: float = eqx.field(static=True)
    catch: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 20.0,
        fixation: float = 100.0,
        stimulus: float = 800.0,
        decision: float = 300.0,
        catch: float = 2000.0,
        coherences: ArrayLike | tuple[float, ...] = (3.2, 6.4, 12.8, 25.6, 51.2),
        catch_probability: ArrayLike = 1 / 11,
        baseline: ArrayLike = 0.2,
        sigma_in: ArrayLike = 0.01,
        tau_in: ArrayLike = 100.0,
        low: ArrayLike = 0.2,
        high: ArrayLike = 1.0,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `fixation`, `stimulus`, `decision`: durations in ms, multiples of dt.
        - `catch`: duration of a catch trial in ms, at least that of the others.
        - `coherences`: in percent, each in [0, 100].
        - `catch_probability`: fraction of catch trials in training.
        - `baseline`: input without evidence.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `low`, `high`: targets of the other and of the chosen output.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
        """
        check_positive("dt", dt, "It is the step in ms.")
        self.dt = float(dt)
        durations = {"fixation": fixation, "stimulus": stimulus, "decision": decision}
        for name, duration in (durations | {"catch": catch}).items():
            if steps_in(name, float(duration), self.dt) == 0:
                raise refusal(
                    name, "last at least one step", f"{duration} ms", f"dt is {dt} ms."
                )
        if catch < sum(durations.values()):
            raise refusal(
                "catch",
                f"last at least as long as a trial, {sum(durations.values()):g} ms",
                f"{catch:g} ms",
                "Use a smaller catch_probability for fewer of them.",
            )
        self.fixation, self.stimulus = float(fixation), float(stimulus)
        self.decision, self.catch = float(decision), float(catch)
        values = np.atleast_1d(np.asarray(coherences, float))
        if values.ndim != 1 or not len(values):
            raise refusal(
                "coherences", "be a list of numbers", coherences, "In percent."
            )
        check_values(
            "coherences",
            values,
            lambda c: (c >= 0) & (c <= 100),
            "lie in [0, 100]",
            "They are in percent.",
        )
        check_values(
            "catch_probability",
            catch_probability,
            lambda p: (p >= 0) & (p <= 1),
            "lie in [0, 1]",
            "It is a probability.",
        )
        check_not_negative("sigma_in", sigma_in, "It is a standard deviation.")
        check_positive("tau_in", tau_in, "It is in ms.")
        self.coherences = _number(values)
        self.catch_probability = _number(catch_probability)
        self.baseline = _number(baseline)
        self.sigma_in = _number(sigma_in)
        self.tau_in = _number(tau_in)
        self.low = _number(low)
        self.high = _number(high)

    @property
    def epochs(self) -> dict[str, tuple[int, int]]:
        """Steps [start, stop) of fixation, stimulus and decision."""
        edges, start = {}, 0
        for name in ("fixation", "stimulus", "decision"):
            stop = start + steps_in(name, getattr(self, name), self.dt)
            edges[name] = (start, stop)
            start = stop
        return edges

    @property
    def n_steps(self) -> int:
        """Number of steps of a catch trial, the longest."""
        return steps_in("catch", self.catch, self.dt)

    @property
    def n_conditions(self) -> int:
        """A catch trial, and each coherence for either choice."""
        return 1 + 2 * self.coherences.shape[0]

    def sample(self, key: KeyArray) -> Trial:
        """One trial: catch with its probability, else coherence and choice uniform."""
        catch_key, coherence_key, choice_key, noise_key = jr.split(key, 4)
        return self._render(
            jr.bernoulli(catch_key, self.catch_probability),
            jr.choice(coherence_key, self.coherences),
            jr.bernoulli(choice_key).astype(int),
            noise_key,
        )

    def balanced(self, index: Array, key: KeyArray) -> Trial:
        """Condition 0 is catch; then the coherences for choice 1, then for choice 2."""
        kind = index % self.n_conditions
        count = self.coherences.shape[0]
        which = jnp.maximum(kind - 1, 0)
        return self._render(
            kind == 0,
            self.coherences[which % count],
            which // count,
            key,
        )

    def score(self, outputs: Array, trials: Trial) -> Array:
        """1.0 where the chosen output is the larger at the last step; a tie is 1."""
        last = trials.conditions["t_end"][..., None, None] - 1
        final = jnp.take_along_axis(outputs, last, axis=-2)[..., 0, :]
        answer = jnp.argmax(final, axis=-1)
        return (answer == trials.conditions["choice"]).astype(outputs.dtype)

    def _render(
        self, is_catch: Array, coherence: Array, choice: Array, key: KeyArray
    ) -> Trial:
        epochs = self.epochs
        step = jnp.arange(self.n_steps)[:, None]
        during = lambda name: (step >= epochs[name][0]) & (step < epochs[name][1])
        chosen = jnp.arange(2)[None, :] == choice

        sign = jnp.where(chosen, 1.0, -1.0).astype(self.coherences.dtype)
        evidence = (1.0 + sign * coherence / 100.0) / 2.0
        shown = jnp.where(during("stimulus") & ~is_catch, evidence, 0.0)
        noise = jnp.sqrt(2.0 * self.tau_in / self.dt) * self.sigma_in
        noise = noise * jr.normal(key, shown.shape, shown.dtype)
        inputs = jnp.maximum(self.baseline + shown + noise, 0.0)

        t_end = jnp.where(is_catch, self.n_steps, epochs["decision"][1])
        scored = jnp.where(is_catch, True, during("fixation") | during("decision"))
        scored = scored & (step < t_end)
        goes_up = during("decision") & chosen & ~is_catch
        targets = jnp.where(goes_up, self.high, self.low)
        return Trial(
            inputs=inputs,
            targets=jnp.where(scored, targets, 0.0),
            mask=jnp.broadcast_to(scored, targets.shape).astype(inputs.dtype),
            conditions={
                "is_catch": is_catch,
                "coherence": coherence,
                "choice": choice,
                "t_end": t_end,
            },
        )
