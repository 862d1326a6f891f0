"""Integration of angular velocity to heading."""

from functools import partial
from typing import ClassVar, final

import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._arguments import checks_arguments
from ..._checks import check_not_negative
from ..._types import KeyArray
from ..contract import (
    AbstractDeclared,
    AbstractTracking,
    array,
    at_least,
    check_duration,
    during,
    IN_MS,
    make_trial,
    number,
    static,
    Trial,
    white_noise,
)


@final
@checks_arguments
class HeadingIntegration(AbstractDeclared, AbstractTracking):
    """Report heading by integrating angular velocity, as a ring attractor does.

    In the cue epoch two inputs are the cosine and sine of the initial heading, and the
    velocity is 0. In the integration epoch these two inputs are 0, and the first input
    is the angular velocity in rad/s, an Ornstein-Uhlenbeck process that is stationary
    from its first step on:

        w_t = a w_(t-1) + sqrt(1 - a^2) sigma N(0, 1)        a = exp(-dt / tau_velocity)
        heading_t = heading_(t-1) + w_t dt / 1000

    (Uhlenbeck & Ornstein 1930; variance and correlation in time are exact at any dt).
    The outputs must be the cosine and sine of the heading; only the integration epoch
    is scored. Networks that are trained on such tasks form ring attractors (Cueva et
    al. 2020, whose velocity is a discrete autoregressive process).

    The condition `heading` is the initial heading in rad, in [0, 2 pi).

    **Arguments:**

    - `dt`: step in ms.
    - `cue`, `integration`: duration of the epoch in ms, a multiple of dt.
    - `sigma`: standard deviation of the angular velocity in rad/s.
    - `tau_velocity`: correlation time of the angular velocity in ms.
    - `n_headings`: number of initial headings in counterbalanced sets, equally spaced
        from 0. In training initial headings are uniform on the circle.

    Raises `ValueError` for durations that are not a multiple of dt or are 0, and for
    values out of range.
    """

    main_condition: ClassVar[str | None] = "heading"
    input_names: ClassVar[tuple[str, ...]] = (
        "angular velocity",
        "cosine of cue",
        "sine of cue",
    )
    output_names: ClassVar[tuple[str, ...]] = ("cosine of heading", "sine of heading")

    cue: float = static(200.0, check_duration)
    integration: float = static(4000.0, check_duration)
    sigma: Array = array(
        default=1.0,
        converter=number,
        check=partial(
            check_not_negative, remedy="It is a standard deviation in rad/s."
        ),
    )
    tau_velocity: Array = array(default=200.0, converter=number, check=IN_MS)
    n_headings: int = static(8, at_least(1))

    @property
    def units(self) -> dict[str, str]:
        """Unit of each channel: rad/s for angular velocity, else dimensionless."""
        return super().units | {"angular velocity": "rad/s"}

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return self._steps(self.cue, self.integration)

    @property
    def n_conditions(self) -> int:
        """Number of initial headings in counterbalanced sets."""
        return self.n_headings

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial with initial heading `2 pi condition / n_headings`."""
        heading_key, noise_key = jr.split(key)
        steps, cue_steps = self.n_steps, self._steps(self.cue)
        noise = white_noise(noise_key, steps - cue_steps, 1)[:, 0]
        if condition is None:
            turn = jr.uniform(heading_key)
        else:
            turn = condition.astype(noise.dtype) / self.n_headings
        initial = 2 * np.pi * turn

        # The angular velocity in the integration epoch. It starts with its stationary
        # standard deviation, w_0 = sigma N(0, 1).
        decay = jnp.exp(-self.dt / self.tau_velocity)
        deviation = self.sigma * jnp.sqrt(-jnp.expm1(-2 * self.dt / self.tau_velocity))

        def advance(velocity: Array, normal: Array) -> tuple[Array, Array]:
            velocity = decay * velocity + deviation * normal
            return velocity, velocity

        initial_velocity = self.sigma * noise[0]
        _, later_velocity = jax.lax.scan(advance, initial_velocity, noise[1:])
        velocity = jnp.concatenate([initial_velocity[None], later_velocity])
        heading = initial + jnp.cumsum(velocity) * (self.dt / 1000.0)

        # Series of the whole trial, (time, channels).
        def after_cue(series: Array) -> Array:
            return jnp.pad(series, (cue_steps, 0))

        epochs = self._parts("cue", "integration")
        is_cue = during(epochs["cue"], steps)[:, None]
        cue = jnp.stack([jnp.cos(initial), jnp.sin(initial)])
        cue_inputs = jnp.where(is_cue, cue[None, :], 0.0)
        velocity_input = after_cue(velocity)[:, None]
        cosine, sine = after_cue(jnp.cos(heading)), after_cue(jnp.sin(heading))
        return make_trial(
            inputs=jnp.concatenate([velocity_input, cue_inputs], axis=-1),
            targets=jnp.stack([cosine, sine], axis=-1),
            mask=~is_cue,
            epochs=epochs,
            heading=initial,
        )
