"""One update: draw trials, simulate, differentiate, and apply the optimiser."""

import functools
from typing import final, TypeVar

import equinox as eqx
import jax
from jax import Array
from jax.sharding import Mesh
from jaxtyping import PyTree
import optax

from .._arguments import checks_arguments
from .._checks import check, check_count
from .._random import one_key
from .._show import AbstractShown, quantities, Table, text
from .._tree import same_structure
from .._types import KeyArray
from ..gradients import AbstractGradient, BPTT, Problem
from ..network import AbstractNetwork, check_fits, check_network, trainable
from ..penalties import as_loss, Loss, OutputLoss
from ..sharding import check_mesh, divide_trials
from ..tasks import AbstractTask, Trial
from .optimisers import adapted, AdaptedOptimiser


N = TypeVar("N", bound=AbstractNetwork)


@final
class Metrics(AbstractShown, eqx.Module):
    """The metrics of an update, all from before it is applied.

    **Attributes:**

    - `loss`: a scalar.
    - `terms`: by name, weighted: "task" and the penalties of the `Loss`; they add up to
      `loss`.
    - `gradient_norm`: Euclidean, over all trained parameters, before the optimiser
      clips it.
    """

    loss: Array
    terms: dict[str, Array]
    gradient_norm: Array

    def _table(self) -> Table:
        return quantities(self, f"loss {text(self.loss)}")


def in_dtype(trials: Trial, net: AbstractNetwork) -> Trial:
    """Return trials with their numbers in the network's dtype."""
    return jax.tree.map(
        lambda x: x.astype(net.dtype) if eqx.is_inexact_array(x) else x, trials
    )


@checks_arguments
def init_optimiser(
    net: AbstractNetwork, optimiser: optax.GradientTransformation
) -> optax.OptState:
    """Return the optimiser's state for the trained parameters, and no others."""
    check_network(net)
    return adapted(optimiser).init(eqx.filter(net, trainable(net)))


def problem_of(
    net: AbstractNetwork,
    key: KeyArray,
    task: AbstractTask,
    batch_size: int,
    loss: Loss | OutputLoss | None,
    mesh: Mesh | None = None,
) -> Problem:
    """Return the trials, noise and loss of the update with this key."""
    trial_key, noise_key = jax.random.split(key)
    trials = in_dtype(task.batch(trial_key, batch_size), net)
    if mesh is not None:
        trials = divide_trials(trials, mesh)
    return Problem(trials, noise_key, task, as_loss(loss))


@checks_arguments
def train_step(
    net: N,
    opt_state: PyTree,
    *,
    task: AbstractTask,
    optimiser: optax.GradientTransformation,
    batch_size: int,
    loss: Loss | OutputLoss | None = None,
    gradient: AbstractGradient = BPTT(),
    mesh: Mesh | None = None,
    key: KeyArray,
) -> tuple[N, optax.OptState, Metrics]:
    """Make one update on a fresh batch of trials; pure, for custom jitted loops.

    The optimiser gets only the parameters that `cj.trainable(net)` selects, so weight
    decay and momentum change nothing else.

    **Arguments:**

    - `net`, `opt_state`: the current ones. The first `opt_state` is
      `optimiser.init(eqx.filter(net, cj.trainable(net)))`, or for any optimiser
      `cj.training.init_optimiser(net, optimiser)`.
    - `task`: draws the trials.
    - `optimiser`: any optax optimiser.
    - `batch_size`: the number of trials.
    - `loss`: a `Loss`, or a function of (outputs, targets, mask); by default the output
      loss of the task.
    - `gradient`: the method that computes the gradient; `BPTT()` is exact.
    - `mesh`: from `cj.sharding.mesh`, to divide the trials over its axis `trials`.
    - `key`: for the trials and the noise of this update.

    **Returns:** the network, the optimiser's state, and `Metrics` with the loss before
    the update.

    **Raises:** `ValueError` if network and task differ in dt or sizes, for a state of
    another optimiser or network, and as `cj.fit` for the other arguments. Inside `jit`
    dt is not known: differences of dt are errors only outside of it, as in `cj.fit`.

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=100.0)
    >>> net = cj.EIRNN(2, 10, 2, dt=100.0, tau=100.0, key=jax.random.key(0))
    >>> optimiser = optax.adam(1e-2)
    >>> opt_state = optimiser.init(eqx.filter(net, cj.trainable(net)))
    >>> update = eqx.filter_jit(cj.train_step)
    >>> net, opt_state, metrics = update(
    ...     net, opt_state, task=task, optimiser=optimiser, batch_size=8,
    ...     key=jax.random.key(1),
    ... )
    >>> metrics.loss.shape
    ()
    """
    check_network(net)
    check_fits(net, dt=task.dt, n_in=task.n_in, n_out=task.n_out)
    check_count("batch_size", batch_size, at_least=1)
    one_key(key)
    if mesh is not None:
        check_mesh("mesh", mesh)
    if not isinstance(optimiser, AdaptedOptimiser):
        new = jax.eval_shape(
            functools.partial(init_optimiser, optimiser=optimiser), net
        )
        rule = "be a state of this optimiser for this network"
        got = "that of another optimiser or network"
        remedy = "Begin with cj.training.init_optimiser(net, optimiser)."
        check(same_structure(new, opt_state), "opt_state", rule, got, remedy)
    problem = problem_of(net, key, task, batch_size, loss, mesh)
    params, static = eqx.partition(net, trainable(net))
    value, terms, grads = gradient(params, static, problem)
    extra = {"value": value, "value_fn": problem.value_of(static)}
    updates, opt_state = adapted(optimiser).update(grads, opt_state, params, **extra)
    params = eqx.apply_updates(params, updates)
    metrics = Metrics(value, terms, optax.tree.norm(grads))
    return eqx.combine(params, static), opt_state, metrics
