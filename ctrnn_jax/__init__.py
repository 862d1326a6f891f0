"""A functional simulator of continuous-time recurrent networks, in JAX.

    import ctrnn_jax as cj

    net = cj.EIRNN(2, 100, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    traj = cj.rollout(net, inputs)

The names used most are here, and every other name is in one namespace. `help(cj.fit)`
is the help of one name, `help(cj.analysis)` the list of a namespace.

How is a network built and changed?

    CTRNN             Continuous-time recurrent network.
    EIRNN             Excitatory-inhibitory network (Song, Yang & Wang 2016).
    AbstractNetwork   The base class of both.
    Euler             A step of gain dt / tau.
    ExponentialEuler  A step of gain 1 - exp(-dt / tau).
    DiffusionNoise    White noise; its effect does not depend on dt.
    StepNoise         Noise per step, as in the equation.
    replace           Return a copy with other weights or constants.
    noiseless         Return the network without its noise.
    perturb           Return the network under perturbations, such as lesions.
    astype            Return the network in another float dtype.
    stack             Stack networks, for `vmap` and `map_networks`.

What does a network look like?

    effective   Return the weights in the equation, with every constraint applied.
    summary     Return sizes, classes, densities, spectrum and balance.
    trainable   Return which leaves train.
    violations  Return how many entries of the weights break their constraint.

How is it simulated?

    rollout       Simulate a network over time, in one trial or many.
    step          Simulate one step, for closed loops.
    map_networks  Return `fn(net, *args)` of each network of a stack.
    State         The state of a network between two steps.
    Trajectory    The result of `rollout`.
    Record        The values that a rollout returns.

How is it trained?

    fit           Train a network on a task.
    fit_ensemble  Train many networks on a task in one compiled program.
    train_step    Make one update, for a custom loop.
    recipe        Return the published settings for a task.
    FitState      All that a training needs to continue; `start` hands a loop to `fit`.
    Loss          The loss: the output loss plus penalties.
    MeanAbove     Stop once the mean performance is above a threshold.
    Checkpoints   A folder of checkpoints of a run.

How is the rollout differentiated?

    HoistedAdjoint  Weight gradients as large matrix products; the default.
    Checkpointed    Less memory: segments are computed again.
    Truncated       Gradients are cut every `steps` steps.
    DirectAdjoint   JAX's differentiation, step by step.

How are networks saved?

    save  Write a network to one file.
    load  Read a network that `save` wrote.

Which namespaces are there?

    tasks          Experiments: decisions, memory, timing, recorded data.
    analysis       Fixed points, spectra, chaos, behaviour, decoding, dimensions.
    plotting       Figures of results.
    presets        Networks of other papers and packages.
    training       Results, callbacks, curricula, optimisers, FORCE.
    losses         How far outputs are from targets.
    penalties      What can be added to the loss.
    gradients      Backpropagation, e-prop, RTRL, evolution strategies.
    perturbations  Lesions, clamps, currents, teacher forcing.
    constraints    Dale's law, masks, bounds, low rank.
    connectivity   Masks, areas, names of groups.
    initialisers   Distributions of initial weights.
    dynamics       The equation, activations, noise, synapses.
    network        Weights by name, dead synapses, recordings.
    simulation     Base classes of adjoints.
    sharding       Several devices, several processes.
    interop        neurogym and gymnasium.
"""

import importlib
import os
import sys
from typing import Any

import lazy_loader

from ._namespaces import Namespace as _Namespace


_load, __dir__, _names = lazy_loader.attach_stub(__name__, __file__)
_rooms = {name.removesuffix(".py") for name in os.listdir(__path__[0])}
__all__ = [name for name in _names if name not in _rooms]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("ctrnn-jax")
    if name in _names:
        return _load(name)
    message = f"module {__name__!r} has no attribute {name!r}"
    if not name.startswith("_"):
        message += suggested_place(name)
    raise AttributeError(message)


def suggested_place(name: str) -> str:
    """The closest name at the top or in a namespace that can be imported here."""
    from ._checks import closest  # only errors need it

    places = {name: name for name in __all__}
    for room in sorted(_rooms.intersection(_names)):
        try:
            public = importlib.import_module(f".{room}", __name__).__all__
        except ModuleNotFoundError:  # an extra that is not installed
            continue
        places |= {name: f"{room}.{name}" for name in public}
    meant = closest(name, places)
    return f". Did you mean {__name__}.{places[meant]}?" if meant else ""


sys.modules[__name__].__class__ = _Namespace
