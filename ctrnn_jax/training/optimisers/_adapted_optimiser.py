"""One way to call every optimiser: its arguments, its parameters, its errors."""

from collections.abc import Callable, Iterator
import contextlib
import inspect
from typing import Any, final

import equinox as eqx
import jax
from jax import Array
from jaxtyping import PyTree
import optax

from ..._checks import check, invalid, OF_TRACERS, traced_in_words


@final
class AdaptedOptimiser(optax.GradientTransformationExtraArgs):
    """An optimiser that can be called as `adapted` says."""


@final
class LookaheadState(eqx.Module):
    """The state of an optimiser with `optax.lookahead`, and its slow parameters.

    The parameters of the network are the fast ones.
    """

    state: optax.OptState
    slow: PyTree


def adapted(optimiser: optax.GradientTransformation) -> AdaptedOptimiser:
    """Return an optimiser with `update(grads, state, params, value=, value_fn=)`.

    `value` is the loss, and `value_fn` the loss as a function of the parameters, on the
    same trials with the same noise. The optimiser gets those of these that its `update`
    accepts: `value`, `value_fn`, `obj_fn` (the same function), `grad` and `grad_fn`.
    With `optax.lookahead` the state holds the slow parameters.

    `init` and `update` raise `ValueError` if the optimiser raises an error.
    """
    if isinstance(optimiser, AdaptedOptimiser):
        return optimiser
    accepted = inspect.signature(optimiser.update).parameters
    accepts_all = any(p.kind is p.VAR_KEYWORD for p in accepted.values())

    def init(params: PyTree) -> PyTree:
        with _errors_in_words():
            state = optimiser.init(params)
        return LookaheadState(state, params) if _has_lookahead(state) else state

    def update(
        grads: PyTree,
        state: PyTree,
        params: PyTree,
        *,
        value: Array,
        value_fn: Callable[[PyTree], Array],
    ) -> tuple[PyTree, PyTree]:

        def loss(
            params: PyTree, obj_fn: object = None, grad_fn: object = None
        ) -> Array:
            # a line search passes it all arguments that it does not know
            del obj_fn, grad_fn
            return value_fn(params)

        extra: dict[str, Any] = {
            "value": value,
            "value_fn": loss,
            "obj_fn": loss,
            "grad": grads,
            "grad_fn": lambda params, _: jax.grad(loss)(params),
        }
        extra = {k: x for k, x in extra.items() if accepts_all or k in accepted}
        with_slow: PyTree = params
        inner = state
        if isinstance(state, LookaheadState):
            with_slow = optax.LookaheadParams(fast=params, slow=state.slow)
            inner = state.state
        updates: PyTree
        with _errors_in_words():
            updates, inner = optimiser.update(grads, inner, with_slow, **extra)
        is_same = jax.tree.structure(updates) == jax.tree.structure(with_slow)
        rule, got = "return an update of each parameter", "updates of another structure"
        remedy = "A measurement belongs in optax.snapshot."
        check(is_same, "optimiser", rule, got, remedy)
        if not isinstance(state, LookaheadState):
            return updates, inner
        slow = eqx.apply_updates(state.slow, updates.slow)
        return updates.fast, LookaheadState(inner, slow)

    update_fn: Any = update  # optax has no type of a function with these arguments
    return AdaptedOptimiser(init, update_fn)


def _has_lookahead(state: optax.OptState) -> bool:
    def is_lookahead(x: object) -> bool:
        return isinstance(x, optax.LookaheadState)

    return any(map(is_lookahead, jax.tree.leaves(state, is_leaf=is_lookahead)))


@contextlib.contextmanager
def _errors_in_words() -> Iterator[None]:
    """Raise `ValueError` about the optimiser for any error."""
    with traced_in_words("optimiser"):
        try:
            yield
        except OF_TRACERS:
            raise
        except Exception as error:  # those of optax have no class in common
            raise invalid(
                "optimiser",
                "work with the mean gradient over trials of the parameters that "
                "cj.trainable(net) selects",
                f"{type(error).__name__}: {str(error).rstrip('.')}",
                "Use another one, or another order of the chain.",
            ) from error
