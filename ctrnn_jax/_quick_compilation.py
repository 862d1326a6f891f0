"""Compile programs that run once in less time, at the cost of their speed."""

from collections.abc import Callable
import functools
from typing import Any, ParamSpec, TypeVar

import equinox as eqx
import jax
from jax.core import Tracer
import numpy as np


P = ParamSpec("P")
T = TypeVar("T")

OPTIONS: dict[str, bool | int] = {
    "xla_backend_optimization_level": 0,
    "xla_llvm_disable_expensive_passes": True,
    "xla_cpu_parallel_codegen_split_count": 1,
}
"""XLA's options for a CPU. Results may differ in the last digit."""

if jax.__version_info__ < (0, 12):  # JAX 0.12 knows no other emitters
    OPTIONS["xla_cpu_use_fusion_emitters"] = False


@functools.cache
def known_options() -> dict[str, bool | int]:
    """Return the options, or none where XLA does not know one of them.

    A version of JAX that is newer than this code may have dropped an option.
    """
    try:
        jax.jit(lambda: None, compiler_options=OPTIONS).lower().compile()
    except jax.errors.JaxRuntimeError:
        return {}
    return OPTIONS


def quickly_compiled(fn: Callable[P, T]) -> Callable[P, T]:
    """Compile a function as `eqx.filter_jit` does, but quickly.

    For programs that run once or a few times and take less time to run than to compile.
    A program of many small kernels compiles in a quarter of the time, and runs up to
    six times longer. Within another transformation, or on another device than a CPU,
    this is `eqx.filter_jit`.
    """
    plain = eqx.filter_jit(fn)

    @functools.cache
    def quick() -> Callable[P, T]:
        # Equinox passes the options on to `jax.jit`, but its stubs do not say so
        options: dict[str, Any] = {"compiler_options": known_options()}
        return eqx.filter_jit(fn, **options)

    @functools.wraps(fn)
    def compiled(*args: P.args, **kwargs: P.kwargs) -> T:
        if jax.default_backend() != "cpu" or _is_traced((args, kwargs)):
            return plain(*args, **kwargs)
        return quick()(*args, **kwargs)

    return compiled


def _is_traced(arguments: object) -> bool:
    """Whether a compiled function that is called here is a part of another program.

    Its compiler options would be an error. Inside `jax.jit`, even a constant is put on
    a device as a tracer.
    """
    leaves = [*jax.tree.leaves(arguments), jax.device_put(np.zeros(()))]
    return any(isinstance(leaf, Tracer) for leaf in leaves)
