"""`perturb`: a network together with the effects of its perturbations."""

from typing import ClassVar, final

import equinox as eqx
import numpy as np

from .._arguments import checks_arguments
from .._checks import check_instance
from .._show import counted, Table, text, titled
from ..network import AbstractHelpfulErrors, AbstractNetwork, check_network, State
from ._perturbations import AbstractPerturbation
from ._single_effects import (
    AbstractEffect,
    ActivityEffect,
    check_window,
    Effects,
    WeightEffect,
)


_HINT = "cj.rollout simulates it; its `network` is intact, for analyses and cj.save"


@final
class Perturbed(AbstractHelpfulErrors):
    """A network with perturbations; `rollout` and `step` accept it as a network.

    **Attributes:** `network`, unchanged; `effects`, those of the perturbations, and
    `kinds`, the names of their classes (static).
    """

    _own: ClassVar[str] = "net.network"
    network: AbstractNetwork
    effects: Effects
    kinds: tuple[str, ...] = eqx.field(static=True)

    def _table(self) -> Table:
        about = counted(len(self.kinds), "perturbation")
        rows = zip(self.kinds, map(_extent, self.effects), strict=True)
        rows = (("network", text(self.network)), *rows)
        return Table(titled(self, about), rows, notes=(_HINT,))

    def initial_state(self, batch_shape: tuple[int, ...] = ()) -> State:
        """Return the initial state of the network."""
        return self.network.initial_state(batch_shape)


def _extent(effect: AbstractEffect) -> str:
    """Return how many units or weights an effect is on, and when."""
    if isinstance(effect, ActivityEffect):
        maps = (effect.potentials, effect.rates)
        addends = [effect.current, *(x.addend for x in maps)]
        factors = [x.factor for x in maps]
        changed = [np.asarray(x) != 0 for x in addends if x is not None]
        changed += [np.asarray(x) != 1 for x in factors if x is not None]
        what = "units"
    elif isinstance(effect, WeightEffect):
        changed, what = [np.asarray(effect.factors) != 1], f"weights of {effect.weight}"
    else:
        return text(effect)
    is_changed = np.any(np.stack(np.broadcast_arrays(*changed)), axis=0)
    window = "always"
    if effect.window is not None:
        window = "from {} to {} ms".format(*map(text, effect.window))
    return f"{np.sum(is_changed)} of {np.size(is_changed)} {what}, {window}"


@checks_arguments
def perturb(
    net: AbstractNetwork | Perturbed, *perturbations: AbstractPerturbation
) -> Perturbed:
    """Return the network under perturbations, for `rollout` and `step`.

        clamp = cj.perturbations.Clamp(("motor", "inhibitory"), window=(200, 400))
        silenced = cj.perturb(net, clamp)
        traj = cj.rollout(silenced, inputs, key=key)

    To perturb many targets at once, map over them:

        lesions = jax.vmap(lambda unit: cj.rollout(
            cj.perturb(net, cj.perturbations.Lesion(unit)), inputs, key=key).outputs)
        lesions(jnp.arange(n))

    The numbers in a perturbation (rates, currents, factors, windows) do not recompile.
    Several perturbations act in the order of the arguments. Each windowed change of the
    same weights doubles the cost of these changes per step, as windows may overlap.

    Raises `ValueError` for unknown names (with a suggestion), indices out of range,
    masks of another shape, and windows that end before they start or contain no step.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> lesioned = cj.perturb(net, cj.perturbations.Lesion([0, 3]))
    >>> rates = cj.rollout(lesioned, jnp.ones((20, 2))).rates
    >>> bool((rates[:, jnp.array([0, 3])] == 0).all())
    True
    """
    network, effects, kinds = net, (), ()
    if isinstance(net, Perturbed):
        network, effects, kinds = net.network, net.effects, net.kinds
    network = check_network(network, allow_stack=True)
    for index, item in enumerate(perturbations):
        name = f"perturbations[{index}]"
        rule, remedy = "be a perturbation", "Such as cj.perturbations.Clamp('motor')."
        if isinstance(item, type):
            remedy = f"Call it: {item.__name__}(...)."
        check_instance(name, item, AbstractPerturbation, rule, remedy)
    added = tuple(item.on(network) for item in perturbations)
    for effect in added:
        check_window(effect, network.dt)
    return Perturbed(
        network,
        (*effects, *added),
        (*kinds, *(type(item).__name__ for item in perturbations)),
    )
