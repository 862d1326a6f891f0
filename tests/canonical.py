"""Small networks and a tiny problem that tests share.

Programs are compiled for structure, shapes and (in `fit`) the optimiser. Tests
that use the networks, inputs and optimiser of this file share their programs.
"""

import jax
import numpy as np
import optax

import ctrnn_jax as cj


N_IN, UNITS, N_OUT = 2, 5, 2  # as many inputs and outputs as TASK
TRIALS, STEPS = 3, 6
DT, TAU = 20.0, 100.0
TASK = cj.tasks.PerceptualDecision(
    dt=DT, fixation=40.0, stimulus=100.0, decision=60.0, catch=200.0
)
SGD = optax.sgd(0.05)  # no power of a float by an int: strict promotion accepts it


def ctrnn(*, seed=0, **options):
    """Return a vanilla network."""
    options = {"dt": DT, "tau": TAU, "key": jax.random.key(seed), **options}
    return cj.CTRNN(N_IN, UNITS, N_OUT, **options)


def eirnn(*, seed=0, **options):
    """Return a network with 4 excitatory units and 1 inhibitory unit."""
    options = {"dt": DT, "tau": TAU, "key": jax.random.key(seed), **options}
    return cj.EIRNN(N_IN, UNITS, N_OUT, **options)


def inputs(*batch, seed=0, steps=STEPS):
    """Return normal inputs, `(*batch, time, n_in)`."""
    return np.random.default_rng(seed).normal(size=(*batch, steps, N_IN))
