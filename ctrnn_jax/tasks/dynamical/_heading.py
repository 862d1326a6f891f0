"""Integration of angular velocity to heading."""

from typing import ClassVar, final

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from ..._checks import check_count, check_not_negative, check_positive
from ..._types import ArrayLike, KeyArray
from ..contract import (
    AbstractTracking,
    check_dt,
    check_duration,
    count,
    during,
    in_a_row,
    number,
    Trial,
    white_noise,
)


@final
class HeadingIntegration(AbstractTracking):
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
    """

    main_condition: ClassVar[str | None] = "heading"
    input_names: ClassVar[tuple[str, ...]] = (
        "angular velocity",
        "cosine of cue",
        "sine of cue",
    )
    output_names: ClassVar[tuple[str, ...]] = ("cosine of heading", "sine of heading")

    sigma: Array
    tau_velocity: Array
    n_headings: int = eqx.field(static=True)
    dt: float = eqx.field(static=True)
    cue: float = eqx.field(static=True)
    integration: float = eqx.field(static=True)

    def __init__(
        self,
        *,
        dt: float = 20.0,
        cue: float = 200.0,
        integration: float = 4000.0,
        sigma: ArrayLike = 1.0,
        tau_velocity: ArrayLike = 200.0,
        n_headings: int = 8,
    ) -> None:
        """**Arguments:**

        - `dt`: step in ms.
        - `cue`, `integration`: durations in ms, multiples of dt.
        - `sigma`: standard deviation of the angular velocity in rad/s.
        - `tau_velocity`: correlation time of the angular velocity in ms.
        - `n_headings`: number of initial headings in counterbalanced sets, equally
            spaced from 0. In training initial headings are uniform on the circle.

        Raises `ValueError` for durations that are not a multiple of dt or are 0, and
        for values out of range.
        """
        self.dt = check_dt(dt)
        self.cue = check_duration("cue", cue, self.dt)
        self.integration = check_duration("integration", integration, self.dt)
        self.n_headings = check_count("n_headings", n_headings, at_least=1)
        check_not_negative("sigma", sigma, "It is a standard deviation in rad/s.")
        check_positive("tau_velocity", tau_velocity, "It is in ms.")
        self.sigma, self.tau_velocity = number(sigma), number(tau_velocity)

    @property
    def units(self) -> dict[str, str]:
        """Unit of each channel: rad/s for angular velocity, else dimensionless."""
        return super().units | {"angular velocity": "rad/s"}

    @property
    def n_steps(self) -> int:
        """Number of steps of every trial."""
        return count(self.cue, self.dt) + count(self.integration, self.dt)

    @property
    def n_conditions(self) -> int:
        """Number of initial headings in counterbalanced sets."""
        return self.n_headings

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Return a trial with initial heading `2 pi condition / n_headings`."""
        heading_key, noise_key = jr.split(key)
        steps, cue_steps = self.n_steps, count(self.cue, self.dt)
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

        epochs = in_a_row({"cue": cue_steps, "integration": steps - cue_steps})
        is_cue = during(epochs["cue"], steps)[:, None]
        cue = jnp.stack([jnp.cos(initial), jnp.sin(initial)])
        cue_inputs = jnp.where(is_cue, cue[None, :], 0.0)
        velocity_input = after_cue(velocity)[:, None]
        cosine, sine = after_cue(jnp.cos(heading)), after_cue(jnp.sin(heading))
        targets = jnp.stack([cosine, sine], axis=-1)
        return Trial(
            inputs=jnp.concatenate([velocity_input, cue_inputs], axis=-1),
            targets=targets,
            mask=jnp.broadcast_to(~is_cue, targets.shape).astype(noise.dtype),
            conditions={
                "heading": initial,
                "t_end": epochs["integration"][1],
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )
