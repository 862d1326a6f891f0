"""Perceptual decision-making (random dots): fixed, variable and reaction time."""

from typing import Any, ClassVar, final

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import check_choice, check_positive, check_values, invalid
from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_dt,
    check_duration,
    check_numbers,
    check_range,
    check_unused,
    count,
    during,
    first_fastest,
    in_a_row,
    number,
    Trial,
    truncated_exponential_steps,
)
from ._base import AbstractSong2016Choice, check_catch, checked_choice, checked_noise


KINDS = ("fixed", "variable", "reaction_time")


@final
class PerceptualDecision(AbstractSong2016Choice):
    """Which of two noisy inputs is the stronger? (Song, Yang & Wang 2016, Figs. 2, 3.)

    After fixation the inputs carry evidence `(1 ± coherence / 100) / 2` for and against
    one choice; the output of that choice must go up in the decision epoch. The cost
    counts fixation and decision only. On catch trials there is no stimulus and both
    outputs stay low for the whole, longer, trial.

    | kind (their file) | stimulus | decision epoch |
    |---|---|---|
    | fixed (`rdm_dense`, `rdm_fixed`) | 800 ms | the 300 ms after it |
    | variable (`rdm_varstim`) | exponential, in [80, 1500) ms | the 300 ms after it |
    | reaction_time (`rdm_rt`) | 800 ms, to the end | from 300 ms after its onset |

    The last two have a third input, 1 during the stimulus. Inputs are `max(0, baseline
    + evidence + noise)`, the noise of standard deviation `sqrt(2 tau_in / dt) *
    sigma_in` per step. A trial is correct if the output of the choice is the larger one
    at its last step. Their coherences 1, 2, 4, 8, 16 are shown in units of 3.2 %.
    """

    evidence_name: ClassVar[str] = "coherence towards choice 1 (%)"

    coherences: Array
    catch_probability: Array
    baseline: Array
    sigma_in: Array
    tau_in: Array
    low: Array
    high: Array
    mean: Array | None
    dt: float = eqx.field(static=True)
    kind: str = eqx.field(static=True)
    fixation: float = eqx.field(static=True)
    stimulus: float | None = eqx.field(static=True)
    bounds: tuple[float, float] | None = eqx.field(static=True)
    reward: float | None = eqx.field(static=True)
    decision: float | None = eqx.field(static=True)
    catch: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        kind: str = "fixed",
        dt: float = 20.0,
        fixation: float = 100.0,
        stimulus: float | None = None,
        mean: ArrayLike | None = None,
        bounds: tuple[float, float] | None = None,
        reward: float | None = None,
        decision: float | None = None,
        catch: float = 2000.0,
        coherences: ArrayLike | tuple[float, ...] = (3.2, 6.4, 12.8, 25.6, 51.2),
        catch_probability: ArrayLike | None = None,
        baseline: ArrayLike = 0.2,
        sigma_in: ArrayLike = 0.01,
        tau_in: ArrayLike = 100.0,
        low: ArrayLike = 0.2,
        high: ArrayLike | None = None,
    ) -> None:
        """**Arguments:**

        - `kind`: "fixed", "variable" or "reaction_time".
        - `dt`: step in ms.
        - `fixation`: duration in ms, a multiple of dt.
        - `stimulus`: duration in ms, by default 800; not for "variable".
        - `mean`, `bounds`: of the law of a stimulus of "variable" only, in ms; by
            default 330 and (80, 1500).
        - `reward`: for "reaction_time" only, how long after its onset the stimulus may
            be answered, in ms; by default 300.
        - `decision`: duration in ms, by default 300; not for "reaction_time".
        - `catch`: duration of a catch trial in ms, at least that of the others.
        - `coherences`: in percent, each in [0, 100].
        - `catch_probability`: fraction of catch trials in training; by default 1 / 11,
            in reaction time 5 / 11.
        - `baseline`: input without evidence.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `low`, `high`: targets of the other and of the chosen output; by default 0.2
            and 1, in reaction time 1.2.

        Raises `ValueError` for durations that are no multiple of dt or vanish, values
        out of range, and options that have no effect on this kind.
        """
        self.kind = check_choice("kind", kind, KINDS)
        timed = kind == "reaction_time"
        if catch_probability is None:
            catch_probability = 5 / 11 if timed else 1 / 11
        high = (1.2 if timed else 1.0) if high is None else high
        self.dt = check_dt(dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.catch = check_duration("catch", catch, self.dt)
        self.stimulus = self.mean = self.bounds = self.reward = self.decision = None
        if kind == "variable":
            check_unused("stimulus", stimulus, 'the kind is "fixed" or "reaction_time"')
            bounds = (80.0, 1500.0) if bounds is None else bounds
            self.bounds = check_range("bounds", bounds, self.dt)
            mean = 330.0 if mean is None else mean
            check_positive("mean", mean, "It is in ms.")
            self.mean = number(mean)
            longest = self.bounds[1] - self.dt
        else:
            check_unused("mean", mean, 'the kind is "variable"')
            check_unused("bounds", bounds, 'the kind is "variable"')
            stimulus = 800.0 if stimulus is None else stimulus
            longest = check_duration("stimulus", stimulus, self.dt)
            self.stimulus = longest
        if timed:
            check_unused("decision", decision, 'the kind is "fixed" or "variable"')
            reward = 300.0 if reward is None else reward
            self.reward = check_duration("reward", reward, self.dt)
            if self.reward >= longest:
                got = f"{self.reward:g} ms"
                raise invalid("reward", "be shorter than the stimulus", got, "In ms.")
        else:
            check_unused("reward", reward, 'the kind is "reaction_time"')
            decision = 300.0 if decision is None else decision
            self.decision = check_duration("decision", decision, self.dt)
            longest += self.decision
        check_catch(self.catch, self.fixation + longest)
        values = check_numbers("coherences", coherences, "In percent.")
        inside = lambda c: (c >= 0) & (c <= 100)
        check_values(
            "coherences", values, inside, "lie in [0, 100]", "They are in percent."
        )
        self.coherences = values
        numbers = checked_choice(catch_probability, low, high)
        self.catch_probability, self.low, self.high = numbers
        noise = checked_noise(baseline, sigma_in, tau_in)
        self.baseline, self.sigma_in, self.tau_in = noise

    @property
    def input_names(self) -> tuple[str, ...]:
        """Evidence for either choice, and the cue unless the kind is fixed."""
        cue = () if self.kind == "fixed" else ("start cue",)
        return ("evidence for 1", "evidence for 2", *cue)

    @property
    def n_steps(self) -> int:
        """Number of steps of a catch trial, the longest."""
        return count(self.catch, self.dt)

    @property
    def n_conditions(self) -> int:
        """A catch trial, and each coherence for either choice."""
        return 1 + 2 * self.coherences.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition 0 is catch; then the coherences for choice 1, then for choice 2.

        In training: catch with its probability, else coherence and choice uniform.
        """
        condition_key, time_key, noise_key = jr.split(key, 3)
        levels = self.coherences.shape[0]
        is_catch, which = self._drawn(condition, condition_key)
        level, choice = first_fastest(which, levels, 2)
        coherence = self.coherences[level]
        epochs = self._epochs(time_key)
        channel = jnp.arange(self.n_in)
        towards = jnp.where(channel == choice, 1.0, -1.0).astype(coherence.dtype)
        evidence = (1.0 + towards * coherence / 100.0) / 2.0
        pattern = jnp.where(channel < 2, evidence, 1.0)  # the third is the cue
        on = during(epochs["stimulus"], self.n_steps)[:, None]
        conditions = {"coherence": coherence, "evidence": towards[0] * coherence}
        return self._trial(
            jnp.where(on, pattern, 0.0),
            epochs,
            choice,
            is_catch,
            noise_key,
            conditions,
        )

    def _epochs(self, key: KeyArray) -> dict[str, Array]:
        steps = lambda duration: count(duration or 0.0, self.dt)
        shown: Any = steps(self.stimulus)
        if self.mean is not None and self.bounds is not None:
            shown = truncated_exponential_steps(key, self.mean, self.bounds, self.dt)
        epochs = in_a_row(
            {
                "fixation": steps(self.fixation),
                "stimulus": shown,
                "decision": steps(self.decision),
            }
        )
        if self.reward is not None:
            start, stop = epochs["stimulus"]
            epochs["decision"] = jnp.stack([start + steps(self.reward), stop])
        return epochs
