"""Perceptual decision-making (random dots): fixed, variable and reaction time."""

from typing import ClassVar, final, get_args, Literal

import equinox as eqx
from jax import Array
import jax.numpy as jnp
import jax.random as jr

from ..._checks import check, check_choice, check_positive
from ..._types import ArrayLike, KeyArray
from ..contract import (
    check_bounds,
    check_dt,
    check_duration,
    check_unused,
    count,
    in_a_row,
    number,
    Trial,
    truncated_exponential_steps,
)
from ._base import (
    AbstractSong2016Choice,
    check_catch,
    check_choice_options,
    check_coherences,
    check_noise,
)


Kind = Literal["fixed", "variable", "reaction_time"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@final
class PerceptualDecision(AbstractSong2016Choice):
    """Which of two noisy inputs is stronger? (Song, Yang & Wang 2016, Figs. 2 and 3.)

    After fixation, the inputs 0 and 1 carry evidence: `(1 + coherence / 100) / 2` for
    the correct choice and `(1 - coherence / 100) / 2` for the other. The output of the
    correct choice must go up in the decision epoch. The loss counts fixation and
    decision only. In catch trials there is no stimulus, and both outputs stay low for
    the whole trial, which is longer.

    | kind (their file) | stimulus | decision epoch |
    |---|---|---|
    | fixed (`rdm_dense`, `rdm_fixed`) | 800 ms | the 300 ms after it |
    | variable (`rdm_varstim`) | exponential, in [80, 1500) ms | the 300 ms after it |
    | reaction_time (`rdm_rt`) | 800 ms, to the end | from 300 ms after its onset |

    The last two kinds have a third input, 1 during the stimulus. Inputs are `max(0,
    baseline + evidence + noise)`. The noise has the standard deviation `sqrt(2 tau_in /
    dt) * sigma_in` per step. A trial is correct if the output of the correct choice is
    the larger one at the last step. Their coherences 1, 2, 4, 8, 16 are in units of
    3.2 %.

    Conditions: `coherence` (percent), `choice` (0 or 1: the output channel), `evidence`
    (the coherence, negative if output channel 1 is correct).

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=20.0)
    >>> trials = task.batch(jax.random.key(0), 16)
    >>> trials.inputs.shape[0], trials.inputs.shape[2]
    (16, 2)
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
    kind: Kind = eqx.field(static=True)
    fixation: float = eqx.field(static=True)
    stimulus: float | None = eqx.field(static=True)
    bounds: tuple[float, float] | None = eqx.field(static=True)
    reward: float | None = eqx.field(static=True)
    decision: float | None = eqx.field(static=True)
    catch: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        kind: Kind = "fixed",
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
        - `mean`, `bounds`: of the truncated exponential duration of the stimulus in ms,
            for "variable" only; by default 330 and (80, 1500).
        - `reward`: for "reaction_time" only, the time in ms from the onset of the
            stimulus to the decision epoch; by default 300.
        - `decision`: duration in ms, by default 300; not for "reaction_time".
        - `catch`: duration of a catch trial in ms, at least that of the others.
        - `coherences`: in percent, each in [0, 100].
        - `catch_probability`: fraction of catch trials in training; by default 1 / 11,
            for "reaction_time" 5 / 11.
        - `baseline`: input without evidence.
        - `sigma_in`, `tau_in`: strength and time constant (ms) of the input noise.
        - `low`, `high`: targets of the other and of the chosen output; by default 0.2
            and 1, for "reaction_time" 0.2 and 1.2.

        Raises `ValueError` for durations that are 0 or not a multiple of dt, values out
        of range, and options that have no effect on this kind.
        """
        check_choice("kind", kind, KINDS)
        self.kind = kind
        is_timed = kind == "reaction_time"
        self.dt = check_dt(dt)
        self.fixation = check_duration("fixation", fixation, self.dt)
        self.catch = check_duration("catch", catch, self.dt)

        # The duration of the stimulus is drawn or fixed.
        self.stimulus = self.mean = self.bounds = None
        if kind == "variable":
            check_unused("stimulus", stimulus, 'the kind is "fixed" or "reaction_time"')
            bounds = (80.0, 1500.0) if bounds is None else bounds
            self.bounds = check_bounds("bounds", bounds, self.dt)
            mean = 330.0 if mean is None else mean
            check_positive("mean", mean, "It is in ms.")
            self.mean = number(mean)
            longest_stimulus = self.bounds[1] - self.dt
        else:
            check_unused("mean", mean, 'the kind is "variable"')
            check_unused("bounds", bounds, 'the kind is "variable"')
            stimulus = 800.0 if stimulus is None else stimulus
            self.stimulus = check_duration("stimulus", stimulus, self.dt)
            longest_stimulus = self.stimulus

        # The decision is part of the stimulus or follows it.
        self.reward = self.decision = None
        if is_timed:
            check_unused("decision", decision, 'the kind is "fixed" or "variable"')
            reward = 300.0 if reward is None else reward
            self.reward = check_duration("reward", reward, self.dt)
            check(
                self.reward < longest_stimulus,
                "reward",
                "be shorter than the stimulus",
                f"{self.reward:g} ms",
                f"The stimulus lasts {longest_stimulus:g} ms.",
            )
            longest_trial = self.fixation + longest_stimulus
        else:
            check_unused("reward", reward, 'the kind is "reaction_time"')
            decision = 300.0 if decision is None else decision
            self.decision = check_duration("decision", decision, self.dt)
            longest_trial = self.fixation + longest_stimulus + self.decision
        check_catch(self.catch, longest_trial)

        self.coherences = check_coherences(coherences)
        if catch_probability is None:
            catch_probability = 5 / 11 if is_timed else 1 / 11
        if high is None:
            high = 1.2 if is_timed else 1.0
        choice_options = check_choice_options(catch_probability, low, high)
        self.catch_probability, self.low, self.high = choice_options
        noise_options = check_noise(baseline, sigma_in, tau_in)
        self.baseline, self.sigma_in, self.tau_in = noise_options

    @property
    def input_names(self) -> tuple[str, ...]:
        """Evidence for each choice, and the cue unless the kind is fixed."""
        cue = () if self.kind == "fixed" else ("start cue",)
        return ("evidence for 1", "evidence for 2", *cue)

    @property
    def n_steps(self) -> int:
        """Number of steps of a catch trial, the longest."""
        return count(self.catch, self.dt)

    @property
    def n_conditions(self) -> int:
        """Number of kinds of trial: catch, and each coherence for each choice."""
        return 1 + 2 * self.coherences.shape[0]

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial. Conditions: catch (0), coherences for output 0, for output 1.

        In training: catch with its probability, else coherence and choice uniform.
        """
        factor_key, time_key, noise_key = jr.split(key, 3)
        levels = self.coherences.shape[0]
        is_catch, (level, choice) = self._draw(condition, factor_key, levels, 2)
        coherence = self.coherences[level]
        channel = jnp.arange(self.n_in)
        sign = jnp.where(channel == choice, 1.0, -1.0).astype(coherence.dtype)
        evidence = (1.0 + sign * coherence / 100.0) / 2.0
        pattern = jnp.where(channel < 2, evidence, 1.0)  # input 2 is the start cue
        epochs = self._epochs(time_key)
        return self._trial(
            [(epochs["stimulus"], pattern)],
            epochs,
            choice=choice,
            is_catch=is_catch,
            key=noise_key,
            conditions={"coherence": coherence, "evidence": sign[0] * coherence},
        )

    def _epochs(self, key: KeyArray) -> dict[str, Array]:
        """Return fixation, stimulus and decision; `key` is for a drawn duration."""
        fixation = count(self.fixation, self.dt)
        if self.mean is not None and self.bounds is not None:
            stimulus = truncated_exponential_steps(key, self.mean, self.bounds, self.dt)
        else:
            stimulus = count(self.stimulus or 0.0, self.dt)
        decision = count(self.decision or 0.0, self.dt)
        epochs = in_a_row(
            {"fixation": fixation, "stimulus": stimulus, "decision": decision}
        )
        if self.reward is not None:
            # In reaction time the decision is the later part of the stimulus.
            start, stop = epochs["stimulus"]
            epochs["decision"] = jnp.stack([start + count(self.reward, self.dt), stop])
        return epochs
