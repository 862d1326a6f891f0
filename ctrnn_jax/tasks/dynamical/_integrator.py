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


@final
class Integrator(AbstractTracking):
    """The output is the integral of a noisy input, perfect or leaky.

        u_t = b + sqrt(unit / dt) sigma N(0, 1)        b uniform in (-bias, bias)
        target_t = exp(-dt / tau_leak) target_(t-1) + (dt / unit) u_t        from 0

    This is the integrator of the computation-thru-dynamics tutorial (Google 2019,
    `integrator_rnn_tutorial/integrator.py`): its 25 steps are 20 ms each here. At dt =
    `unit`, the default, the target is the plain running sum of the inputs as there; at
    another dt the law of the target at a given time stays what it is. Its standard
    deviation from noise after t ms is `sigma sqrt(t / unit)` without leak, 0.625 at the
    end of a trial. Every step is scored; trials are random, so `n_conditions` is 1.
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
        - `duration`: of the trial in ms, a multiple of dt.
        - `tau_leak`: time constant of the leak in ms; infinite for a perfect one.
        - `bias`: largest mean of the input.
        - `sigma`: standard deviation of the noise at dt = `unit`. The tutorial's 0.025
            is before its division by the square root of its dt, 1 / 25.
        - `unit`: the unit of time of the integral in ms.

        Raises `ValueError` for a duration that is no multiple of dt or vanishes, and
        values out of range.
        """
        self.dt = check_dt(dt)
        self.duration = check_duration("duration", duration, self.dt)
        check_values(
            "tau_leak",
            tau_leak,
            lambda x: x > 0,
            "be positive",
            "It is in ms; infinite for a perfect integrator.",
        )
        check_not_negative("bias", bias, "It is the largest mean of the input.")
        check_not_negative("sigma", sigma, "It is a standard deviation.")
        check_positive("unit", unit, "It is in ms.")
        self.tau_leak, self.bias = number(tau_leak), number(bias)
        self.sigma, self.unit = number(sigma), number(unit)

    @property
    def n_steps(self) -> int:
        """Number of steps; all trials have the same."""
        return count(self.duration, self.dt)

    @property
    def n_conditions(self) -> int:
        """One: inputs are random."""
        return 1

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """A random input, whatever the condition."""
        bias_key, noise_key = jr.split(key)
        bias = self.bias * jr.uniform(bias_key, minval=-1.0, maxval=1.0)
        deviation = self.sigma * jnp.sqrt(self.unit / self.dt)
        noise = white_noise(noise_key, self.n_steps, 1)
        kept = jnp.exp(-self.dt / self.tau_leak)

        def add(total: Array, drawn: Array) -> tuple[Array, tuple[Array, Array]]:
            shown = bias + deviation * drawn
            total = kept * total + self.dt / self.unit * shown
            return total, (shown, total)

        # inputs come out of the scan too, or noise would be drawn for either of them
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
