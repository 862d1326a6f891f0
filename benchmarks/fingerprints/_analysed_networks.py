"""The networks that are analysed, each saved and loaded, and trials of one of them."""

import dataclasses
import functools
from functools import partial

import numpy as np

import ctrnn_jax as cj

from ._digest import Cases
from ._network_files import file_bytes, loaded
from ._networks import built, key, network, NOISES, trajectory
from ._small_fit import fit, small_network, small_task


def decision_task() -> cj.tasks.PerceptualDecision:
    """Return the task of `trained`."""
    return small_task(200.0, coherences=(6.4, 25.6, 51.2))


def trained() -> cj.AbstractNetwork:
    """Return a network of excitatory and inhibitory units, trained to decide."""
    net = small_network(noise=cj.DiffusionNoise(0.1))
    return fit(100, net, decision_task(), batch_size=8).network


def wild() -> cj.AbstractNetwork:
    """Return a tanh network with several fixed points."""
    w_hid = cj.initialisers.Normal(1.8)
    return network(n_in=2, w_hid=w_hid, w_in=cj.initialisers.Uniform())


def calm() -> cj.AbstractNetwork:
    """Return a tanh network with one fixed point and noise."""
    w_hid = cj.initialisers.Normal(0.7)
    return network(n_in=2, w_hid=w_hid, noise=NOISES["all"]())


@dataclasses.dataclass(frozen=True)
class Session:
    """40 trials of the trained network.

    - `net`, and `quiet` without noise.
    - `task`, `trials`, `traj`, and its `rates` in NumPy.
    - `evidence`: the mean difference of the inputs of each trial; `choice`: whether it
      is above the median; `level`: its third, 0, 1 or 2.
    """

    net: cj.AbstractNetwork
    quiet: cj.AbstractNetwork
    task: cj.tasks.PerceptualDecision
    trials: cj.tasks.Trial
    traj: cj.Trajectory
    rates: np.ndarray
    evidence: np.ndarray
    choice: np.ndarray
    level: np.ndarray


@functools.cache
def session() -> Session:
    """Return the trials that most analyses read."""
    net, task = loaded(trained), decision_task()
    trials = task.batch(key(1), 40)
    traj = cj.rollout(net, trials.inputs, key=key(2))
    u = np.asarray(trials.inputs)
    evidence = (u[..., 0] - u[..., 1]).mean(axis=1)
    return Session(
        net=net,
        quiet=cj.noiseless(net),
        task=task,
        trials=trials,
        traj=traj,
        rates=np.asarray(traj.rates),
        evidence=evidence,
        choice=(evidence > np.median(evidence)).astype(int),
        level=np.digitize(evidence, np.quantile(evidence, [0.33, 0.67])),
    )


def analysed_network_cases() -> Cases:
    for make in (trained, wild, calm):
        name = f"file.{make.__name__}"
        yield name, partial(file_bytes, make)
        yield f"{name}.read", partial(built, partial(loaded, make))
    yield "trajectory", lambda: trajectory(session().traj)
