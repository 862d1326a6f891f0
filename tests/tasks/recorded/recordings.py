"""A random recording, and the two tasks made from it."""

import numpy as np

from ctrnn_jax.tasks import RecordedActivity, RecordedChoices


RNG = np.random.default_rng(0)
TRIALS, STEPS, UNITS = 10, 7, 4
U = RNG.normal(size=(TRIALS, STEPS, 2))
RATES = RNG.normal(size=(TRIALS, STEPS, UNITS))
RATES[2, 3, 1] = RATES[4, 5:, :] = RATES[5, 0, 2] = np.nan
MASK = RNG.random(RATES.shape) + 0.1
ACTIVITY = RecordedActivity(
    U, RATES, dt=20.0, units=(5, 0, 3, 2), held_out=(2,), validation=(1, 2, 5),
    mask=MASK,
)  # fmt: skip
CHOICES = RNG.integers(0, 3, TRIALS)
BEHAVIOUR = RecordedChoices(
    U, CHOICES, dt=20.0, response=(80.0, 120.0), lapse=0.1, validation=(0, 7, 9)
)
