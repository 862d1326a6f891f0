"""Integrators of white noise, perfect and leaky."""

from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_not_negative, check_positive, check_values
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTracking,
    check_dt,
    check_duration,
    count,
    in_a_row,
    number,
    Trial,
    white_noise,
)


def _is_positive(x: np.ndarray) -> np.ndarray:
    """Return whether each number is above 0; infinity is."""
    return np.asarray(x > 0)


@final
class Integrator(AbstractTracking):
    """Report the integral of a noisy input, perfect or leaky.

        u_t = b + sqrt(unit / dt) sigma N(0, 1)        b uniform in (-bias, bias)
        target_t = exp(-dt / tau_leak) target_(t-1) + (dt / unit) u_t        from 0

    This is the integrator of the computation-thru-dynamics tutorial (Google 2019,
    `integrator_rnn_tutorial/integrator.py`); its 25 steps are 20 ms each here. At dt =
    `unit`, the default, the target is the running sum of the inputs, as in the
    tutorial. The distribution of the target at a given time is the same at every dt.
    Without leak, noise gives the target a standard deviation of `sigma sqrt(t / unit)`
    after t ms, 0.625 at the end of a trial. Every step is scored. Trials are random, so
    `n_conditions` is 1.
    """

    main_condition: ClassVar[str | None] = "bias"
    input_names: ClassVar[tuple[str, ...]] = ("input",)
    output_names: ClassVar[tuple[str, ...]] = ("integral",)

    tau_leak: Array
    bias: Array
    sigma: Array
    unit: Array
    dt: float = eqx.field(static=True)
    duration: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 20.0,
        duration: float = 500.0,
        tau_leak: ArrayLike = np.inf,
        bias: ArrayLike = 0.01,
        sigma: ArrayLike = 0.125,
        unit: ArrayLike = 20.0,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `duration`: duration of the trial in ms, a multiple of dt.
        - `tau_leak`: time constant of the leak in ms; infinite for a perfect
            integrator.
        - `bias`: largest mean of the input.
        - `sigma`: standard deviation of the noise at dt = `unit`. The tutorial divides
            its value of 0.025 by the square root of its dt, 1 / 25.
        - `unit`: unit of time of the integral in ms.

        Raises `ValueError` for a duration that is not a multiple of dt or is 0, and for
        values out of range.
        """
        self.dt = check_dt(dt)
        self.duration = check_duration("duration", duration, self.dt)
        remedy = "It is in ms; infinite for a perfect integrator."
        check_values("tau_leak", tau_leak, _is_positive, "be positive", remedy)
        check_not_negative("bias", bias, "It is the largest mean of the input.")
        check_not_negative("sigma", sigma, "It is a standard deviation.")
        check_positive("unit", unit, "It is in ms.")
        self.tau_leak, self.bias = number(tau_leak), number(bias)
        self.sigma, self.unit = number(sigma), number(unit)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """1, as inputs are random."""
        return 1

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial with random input; the condition has no effect."""
        bias_key, noise_key = jr.split(key)
        bias = self.bias * jr.uniform(bias_key, minval=-1.0, maxval=1.0)
        # With noise proportional to 1 / sqrt(dt), its integral has the same standard
        # deviation at any dt.
        deviation = self.sigma * jnp.sqrt(self.unit / self.dt)
        noise = white_noise(noise_key, self.n_steps, 1)
        decay = jnp.exp(-self.dt / self.tau_leak)

        def add(total: Array, normal: Array) -> tuple[Array, tuple[Array, Array]]:
            u = bias + deviation * normal
            total = decay * total + self.dt / self.unit * u
            return total, (u, total)

        # The scan returns the inputs too. If they were computed outside, the compiled
        # program would draw the noise twice.
        _, (inputs, integral) = jax.lax.scan(add, jnp.zeros_like(noise[0]), noise)
        epochs = in_a_row({"integration": self.n_steps})
        return Trial(
            inputs=inputs,
            targets=integral,
            mask=jnp.ones_like(integral),
            conditions={
                "bias": bias,
                "t_end": epochs["integration"][1],
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )
