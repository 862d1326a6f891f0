"""The training loop: many updates per compiled call, validation in between."""

from collections.abc import Callable, Sequence
import dataclasses

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
from jax.sharding import Mesh
import numpy as np
import optax

from .._checks import check_count, describe, refusal
from .._tree import same_structure, with_fields
from .._types import KeyArray
from ..network import AbstractNetwork
from ..simulation import Record, rollout
from ..tasks import AbstractTask
from ._step import in_dtype, init_optimiser, Loss, loss_of, train_step
from .sharding import replicate


class History(eqx.Module):
    """What training did, as NumPy arrays.

    **Attributes:**

    - `loss`: of every update, `(updates,)`.
    - `validation_step`: after how many updates each validation came, `(validations,)`.
    - `performance`: the task's figure at each validation, such as the fraction correct.
    - `validation_loss`: loss at each validation.
    """

    loss: np.ndarray
    validation_step: np.ndarray
    performance: np.ndarray
    validation_loss: np.ndarray


class FitState(eqx.Module):
    """Everything that training goes on from: give it to `fit(..., state=...)`.

    **Attributes:** `network`, `opt_state`, `key`, `step` (updates so far), `history`.
    """

    network: AbstractNetwork
    opt_state: optax.OptState
    key: KeyArray
    step: int
    history: History


class FitResult(eqx.Module):
    """What `fit` returns.

    **Attributes:**

    - `network`: the trained network.
    - `history`: see `History`; of the earlier fits too, if this one went on from them.
    - `state`: to go on from.
    - `stopped`: "criterion" if `stop_when` held, "steps" if the steps were used up,
      "diverged" if the loss was not finite (`network` is then the last good one).
    """

    network: AbstractNetwork
    history: History
    state: FitState
    stopped: str


@dataclasses.dataclass(frozen=True)
class Report:
    """What a callback of `fit` gets after each compiled call.

    **Attributes:** `state` (a `FitState`), `losses` of the updates since the last
    report, `performance` and `validation_loss` if there was a validation, else `None`.
    """

    state: FitState
    losses: np.ndarray
    performance: float | None
    validation_loss: float | None


def fit(
    net: AbstractNetwork,
    task: AbstractTask,
    optimiser: optax.GradientTransformation,
    *,
    steps: int,
    batch_size: int,
    stop_when: Callable[[Sequence[float]], bool] | None = None,
    loss: Loss | None = None,
    validate_every: int = 50,
    validation_size: int | None = None,
    callback: Callable[[Report], None] | None = None,
    state: FitState | None = None,
    mesh: Mesh | None = None,
    key: KeyArray | None = None,
) -> FitResult:
    """Train a network on a task.

    Trials are drawn on the device inside the compiled step, and the updates between
    two validations are one compiled call. Update i draws with `fold_in(key, i)`, so
    training in two parts gives the same bits as in one.

    **Main arguments:**

    - `net`: where to start. With `state` it only says what is trained; its weights are
      those of the state.
    - `task`: of the network's dt and sizes.
    - `optimiser`: any optax optimiser. It is given what `cj.trainable(net)` selects.

    **Other arguments:**

    - `steps`: how many updates to do (more of them, with `state`).
    - `batch_size`: trials per update.
    - `stop_when`: of the performances at all validations so far; see `MeanAbove`.
    - `loss`: of (outputs, targets, mask); by default the cost of the task.
    - `validate_every`: updates between validations, which come at its multiples.
    - `validation_size`: trials per validation, a multiple of the task's conditions; by
      default as the task says.
    - `callback`: called with a `Report` after each compiled call.
    - `state`: of an earlier `fit`, to go on.
    - `mesh`: of `cj.sharding.mesh`, to divide the trials over its axis `trials`.
    - `key`: for trials and noise. Left out with `state`, which has its own.

    **Returns:** a `FitResult`.

    **Raises:** `ValueError` if network and task differ in dt or sizes, or if an
    argument is out of range.
    """
    _check_match(net, task)
    check_count("steps", steps, at_least=0)
    check_count("batch_size", batch_size, at_least=1)
    check_count("validate_every", validate_every, at_least=1)
    if validation_size is None:
        validation_size = task.validation_size
    state = _first_state(net, optimiser, state, key)
    if mesh is not None:
        names = ("network", "opt_state", "key")
        arrays = {name: getattr(state, name) for name in names}
        state = with_fields(state, **replicate(arrays, mesh))
    train_key, validation_key = jax.random.split(state.key)
    end, stopped = state.step + steps, "steps"
    while state.step < end:
        here = state.step
        ahead = min(validate_every - here % validate_every, end - here)
        network, opt_state, losses = _updates(
            state.network,
            state.opt_state,
            train_key,
            jnp.asarray(here, jnp.int32),
            jnp.asarray(ahead, jnp.int32),
            task,
            optimiser,
            batch_size,
            loss,
            validate_every,
            mesh,
        )
        losses = np.asarray(losses)[:ahead]
        if not np.all(np.isfinite(losses)):
            stopped = "diverged"
            break
        now = here + ahead
        history = _with_losses(state.history, losses)
        measured: tuple[float, float] | tuple[None, None] = (None, None)
        if now % validate_every == 0:
            key_now = jax.random.fold_in(validation_key, now)
            result = _validate(network, task, key_now, validation_size, loss)
            measured = (float(result[0]), float(result[1]))
            history = _with_validation(history, now, *measured)
        state = FitState(network, opt_state, state.key, now, history)
        if callback is not None:
            callback(Report(state, losses, *measured))
        past = [float(p) for p in history.performance]
        if measured[0] is not None and stop_when is not None and stop_when(past):
            stopped = "criterion"
            break
    return FitResult(state.network, state.history, state, stopped)


@eqx.filter_jit
def _updates(
    net: AbstractNetwork,
    opt_state: optax.OptState,
    key: KeyArray,
    first: Array,
    count: Array,
    task: AbstractTask,
    optimiser: optax.GradientTransformation,
    batch_size: int,
    loss: Loss | None,
    capacity: int,
    mesh: Mesh | None,
) -> tuple[AbstractNetwork, optax.OptState, Array]:
    """`count` updates from update number `first` on; their losses fill an array.

    The count is a value, so that a short last call is no new program.
    """

    def body(i: Array, carry: tuple) -> tuple:
        net, opt_state, losses = carry
        net, opt_state, value = train_step(
            net,
            opt_state,
            jax.random.fold_in(key, first + i),
            task=task,
            optimiser=optimiser,
            batch_size=batch_size,
            loss=loss,
            mesh=mesh,
        )
        return net, opt_state, losses.at[i].set(value)

    losses = jnp.zeros(capacity, net.dtype)
    return jax.lax.fori_loop(0, count, body, (net, opt_state, losses))


@eqx.filter_jit
def _validate(
    net: AbstractNetwork,
    task: AbstractTask,
    key: KeyArray,
    size: int,
    loss: Loss | None,
) -> tuple[Array, Array]:
    """Performance and loss on a counterbalanced set, noise on as in training."""
    trial_key, noise_key = jax.random.split(key)
    trials = in_dtype(task.validation(trial_key, size), net)
    record = Record(potentials=False, rates=False)
    outputs = rollout(net, trials.inputs, key=noise_key, record=record).outputs
    return task.performance(outputs, trials), loss_of(task, loss)(outputs, trials)


def _check_match(net: AbstractNetwork, task: AbstractTask) -> None:
    if not isinstance(net, AbstractNetwork):
        raise refusal("net", "be a network", describe(net), "Pass a CTRNN or EIRNN.")
    if not isinstance(task, AbstractTask):
        raise refusal(
            "task", "be a task", repr(task), "Use cj.tasks.make(name) for one."
        )
    if not np.isclose(float(net.dt), task.dt, rtol=1e-6):
        raise refusal(
            "task",
            f"have the network's dt of {float(net.dt):g} ms",
            f"dt = {task.dt:g} ms",
            "Build both with the same dt, or use cj.replace(net, dt=...).",
        )
    if (net.n_in, net.n_out) != (task.n_in, task.n_out):
        raise refusal(
            "task",
            f"have the network's {net.n_in} inputs and {net.n_out} outputs",
            f"{task.n_in} and {task.n_out}",
            "Build the network with task.n_in and task.n_out.",
        )


def _first_state(
    net: AbstractNetwork,
    optimiser: optax.GradientTransformation,
    state: FitState | None,
    key: KeyArray | None,
) -> FitState:
    if state is None:
        if key is None:
            raise refusal("key", "be given", None, "Pass key=jax.random.key(0), say.")
        none = np.zeros(0)
        history = History(none, np.zeros(0, int), none, none)
        return FitState(net, init_optimiser(net, optimiser), key, 0, history)
    if key is not None:
        raise refusal("key", "be left out with `state`", key, "The state has its key.")
    if not same_structure(net, state.network):
        raise refusal(
            "net",
            "have the structure of `state.network`",
            "another network",
            "Pass result.network along with state=result.state.",
        )
    return state


def _with_losses(history: History, losses: np.ndarray) -> History:
    return with_fields(history, loss=np.append(history.loss, losses))


def _with_validation(
    history: History, step: int, performance: float, loss: float
) -> History:
    return with_fields(
        history,
        validation_step=np.append(history.validation_step, step),
        performance=np.append(history.performance, performance),
        validation_loss=np.append(history.validation_loss, loss),
    )
