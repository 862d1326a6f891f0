"""Integrators of white noise, perfect and leaky."""

from functools import partial
from typing import ClassVar, final

import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_not_negative, check_values
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractDeclared,
    AbstractTracking,
    array,
    check_duration,
    DEVIATION,
    in_a_row,
    IN_MS,
    make_trial,
    number,
    static,
    Trial,
    white_noise,
)


def _check_leak(name: str, tau: ArrayLike) -> None:
    """Validate that each time constant is above 0; infinity is."""
    remedy = "It is in ms; infinite for a perfect integrator."
    check_values(name, tau, lambda x: x > 0, "be positive", remedy)


@final
@checks_arguments
class Integrator(AbstractDeclared, AbstractTracking):
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

    **Arguments:**

    - `dt`: step in ms.
    - `duration`: duration of the trial in ms, a multiple of dt.
    - `tau_leak`: time constant of the leak in ms; infinite for a perfect integrator.
    - `bias`: largest mean of the input.
    - `sigma`: standard deviation of the noise at dt = `unit`. The tutorial divides its
        value of 0.025 by the square root of its dt, 1 / 25.
    - `unit`: unit of time of the integral in ms.

    Raises `ValueError` for a duration that is not a multiple of dt or is 0, and for
    values out of range.
    """

    main_condition: ClassVar[str | None] = "bias"
    input_names: ClassVar[tuple[str, ...]] = ("input",)
    output_names: ClassVar[tuple[str, ...]] = ("integral",)

    duration: float = static(500.0, check_duration)
    tau_leak: Array = array(default=np.inf, converter=number, check=_check_leak)
    bias: Array = array(
        default=0.01,
        converter=number,
        check=partial(
            check_not_negative, remedy="It is the largest mean of the input."
        ),
    )
    sigma: Array = array(default=0.125, converter=number, check=DEVIATION)
    unit: Array = array(default=20.0, converter=number, check=IN_MS)

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self._steps(self.duration)

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
        return make_trial(
            inputs=inputs,
            targets=integral,
            mask=jnp.ones_like(integral),
            epochs=in_a_row({"integration": self.n_steps}),
            bias=bias,
        )
