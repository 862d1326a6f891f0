"""Files of results of `fit`: networks, history and numbers. Reading executes no code.

The description in the header has three networks, as `cj.save` describes them, and plain
numbers. A network that equals the trained one is stored once.
"""

from collections.abc import Callable, Iterable, Mapping
import dataclasses
import os
from pathlib import Path
from typing import cast

import equinox as eqx
import jax
from jax import Array
import jax.numpy as jnp
import numpy as np

from .._arguments import checks_arguments
from .._checks import check_choice
from ..network import (
    AbstractNetwork,
    check_finite_weights,
    check_precision,
    decoding,
    encode_network,
    network_decoder,
    read_file,
    write_file,
)
from ._divergence import Divergence
from ._history import flat_history, unflatten_history
from ._state import Best, FitResult, FitState, STOPPED, Stopped


_HISTORY = "history."
"""The prefix of the arrays of the history."""


@checks_arguments
def save_result(path: str | os.PathLike, result: FitResult) -> Path:
    """Write the result of `fit` to a file (by convention `*.safetensors`), atomically.

    The file has `network`, `history`, `best`, `stopped`, `divergence`, and of `state`
    all but the optimiser's state: save `cj.Checkpoints` to continue a training. Of an
    ensemble, save `many.member(i)` for each i.

    **Arguments:**

    - `path`: the file. An earlier file of this name is replaced.
    - `result`: of `fit`, or a member of an ensemble. Its networks are saved as by
      `cj.save`, with the same conditions.

    **Returns:** the path. **Raises:** as `cj.save`.

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=100.0)
    >>> net = cj.EIRNN(2, 10, 2, dt=100.0, tau=100.0, key=jax.random.key(0))
    >>> result = cj.fit(
    ...     net, task, optax.adam(1e-2), num_updates=4, batch_size=8,
    ...     key=jax.random.key(1),
    ... )
    >>> cj.training.save_result("result.safetensors", result).name
    'result.safetensors'
    """
    state, best = result.state, result.best
    tensors: dict[str, Array | np.ndarray] = {}
    network = encode_network(result.network, "network", tensors)
    spec: dict[str, object] = {"network": network}
    for name, net in (("best.network", best.network), ("state.network", state.network)):
        is_same = bool(eqx.tree_equal(net, result.network))
        spec[name] = None if is_same else encode_network(net, name, tensors)
    for name, values in flat_history(result.history).items():
        tensors[_HISTORY + name] = values
    is_typed = jnp.issubdtype(state.key.dtype, jax.dtypes.prng_key)
    tensors["key"] = jax.random.key_data(state.key)
    divergence = result.divergence
    spec |= {
        "best": [best.step, best.performance, best.loss],
        "step": state.step,
        "stage": state.stage,
        "key_impl": str(jax.random.key_impl(state.key)) if is_typed else None,
        "stopped": result.stopped,
        "divergence": None if divergence is None else dataclasses.asdict(divergence),
    }
    return write_file(path, "result", spec, tensors)


@checks_arguments
def load_result(
    path: str | os.PathLike,
    *,
    activation: str | Callable[[Array], Array] | None = None,
    classes: Iterable[Callable] = (),
    allow_nan: bool = False,
) -> FitResult:
    """Read the result of a training that `save_result` wrote.

    It has the bits of the saved one. The optimiser's state is not in the file, so `fit`
    cannot continue from `result.state`: its `opt_state` is `()`.

    **Arguments:** as `cj.load`; no code of the file is run.

    **Raises:** as `cj.load`.

    **Example:**

    >>> task = cj.tasks.PerceptualDecision(dt=100.0)
    >>> net = cj.EIRNN(2, 10, 2, dt=100.0, tau=100.0, key=jax.random.key(0))
    >>> result = cj.fit(
    ...     net, task, optax.adam(1e-2), num_updates=4, batch_size=8,
    ...     key=jax.random.key(1),
    ... )
    >>> path = cj.training.save_result("result.safetensors", result)
    >>> bool(eqx.tree_equal(cj.training.load_result(path).network, result.network))
    True
    """
    path = Path(path)
    decode = network_decoder(activation, classes)
    content, tensors = read_file(path, "result")
    spec = cast(dict, content)
    with decoding(path, "result"):
        of_history = {n: x for n, x in tensors.items() if n.startswith(_HISTORY)}
        of_networks = {n: x for n, x in tensors.items() if n not in of_history}
        check_precision(path, of_networks)
        nets = {
            name: decode(spec[name], of_networks)
            for name in ("network", "best.network", "state.network")
            if spec[name] is not None
        }
        result = _result_of(spec, nets, of_history, tensors["key"])
    if not allow_nan:
        for net in nets.values():
            check_finite_weights(path, net)
    return result


def _result_of(
    spec: dict,
    nets: Mapping[str, AbstractNetwork],
    of_history: Mapping[str, np.ndarray],
    key_data: np.ndarray,
) -> FitResult:
    """Return the result of a description and its arrays."""
    network = nets["network"]
    flat = {name.removeprefix(_HISTORY): x for name, x in of_history.items()}
    history = unflatten_history(flat)
    best = Best(nets.get("best.network", network), *spec["best"])
    key = jnp.asarray(key_data)
    if spec["key_impl"] is not None:
        key = jax.random.wrap_key_data(key, impl=spec["key_impl"])
    state = FitState(
        network=nets.get("state.network", network),
        opt_state=(),
        key=key,
        step=spec["step"],
        history=history,
        best=best,
        stage=spec["stage"],
    )
    divergence = spec["divergence"]
    if divergence is not None:
        terms = tuple(divergence["terms"])
        divergence = Divergence(**(divergence | {"terms": terms}))
    return FitResult(
        network=network,
        history=history,
        best=best,
        state=state,
        stopped=cast(Stopped, check_choice("stopped", spec["stopped"], STOPPED)),
        divergence=divergence,
    )
