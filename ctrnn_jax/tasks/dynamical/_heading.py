"""Integration of angular velocity into heading."""

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
    """Heading is followed by integrating angular velocity, as a ring attractor does.

    In the cue epoch two inputs give the cosine and sine of the initial heading, and the
    velocity is 0. Then they are 0 and the first input is the angular velocity in rad/s,
    an Ornstein-Uhlenbeck process, stationary from its first step on:

        w_t = a w_(t-1) + sqrt(1 - a^2) sigma N(0, 1)        a = exp(-dt / tau_velocity)
        heading_t = heading_(t-1) + w_t dt / 1000

    (Uhlenbeck & Ornstein 1930; its variance and correlation in time are exact at any
    dt). The outputs must be the cosine and sine of the heading; only the integration
    epoch is scored. Networks that are trained so form ring attractors (Cueva et al.
    2020, whose velocity is a discrete autoregressive process).

    The condition `heading` is the initial one in rad, in [0, 2 pi).
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
        - `tau_velocity`: its correlation time in ms.
        - `n_headings`: number of initial headings, equally spaced from 0, in
            counterbalanced sets; in training they are uniform on the circle.

        Raises `ValueError` for durations that are no multiple of dt or vanish, and
        values out of range.
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
        """Angular velocity is in rad/s; the others are dimensionless."""
        return super().units | {"angular velocity": "rad/s"}

    @property
    def n_steps(self) -> int:
        """Number of steps; all trials have the same."""
        return count(self.cue, self.dt) + count(self.integration, self.dt)

    @property
    def n_conditions(self) -> int:
        """The initial headings of counterbalanced sets."""
        return self.n_headings

    def render(self, condition: Array | None, key: KeyArray) -> Trial:
        """Condition: the initial heading, `2 pi condition / n_headings`."""
        heading_key, noise_key = jr.split(key)
        steps, cue_steps = self.n_steps, count(self.cue, self.dt)
        noise = white_noise(noise_key, steps - cue_steps, 1)[:, 0]
        if condition is None:
            turn = jr.uniform(heading_key)
        else:
            turn = condition.astype(noise.dtype) / self.n_headings
        initial = 2 * np.pi * turn
        kept = jnp.exp(-self.dt / self.tau_velocity)
        fresh = self.sigma * jnp.sqrt(-jnp.expm1(-2 * self.dt / self.tau_velocity))

        def turn_on(velocity: Array, drawn: Array) -> tuple[Array, Array]:
            velocity = kept * velocity + fresh * drawn
            return velocity, velocity

        # with the spread that it keeps: w_0 = sigma N(0, 1)
        first = self.sigma * noise[0]
        _, later = jax.lax.scan(turn_on, first, noise[1:])
        velocity = jnp.concatenate([first[None], later])
        heading = initial + jnp.cumsum(velocity) * (self.dt / 1000.0)
        epochs = in_a_row({"cue": cue_steps, "integration": steps - cue_steps})
        cued = during(epochs["cue"], steps)[:, None]
        before = lambda x: jnp.pad(x, (cue_steps, 0))
        shown = jnp.stack([jnp.cos(initial), jnp.sin(initial)])
        compass = jnp.stack([before(jnp.cos(heading)), before(jnp.sin(heading))], -1)
        return Trial(
            inputs=jnp.concatenate(
                [before(velocity)[:, None], jnp.where(cued, shown[None, :], 0.0)], -1
            ),
            targets=compass,
            mask=jnp.broadcast_to(~cued, compass.shape).astype(noise.dtype),
            conditions={
                "heading": initial,
                "t_end": epochs["integration"][1],
                "is_catch": jnp.zeros((), bool),
            },
            epochs=epochs,
        )
