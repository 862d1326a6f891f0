"""The kernel that runs all steps of a small network on a GPU, forwards or backwards."""

from collections.abc import Callable
import functools
import inspect
from typing import Any, NoReturn, TypeAlias

import jax
from jax import Array
from jax.extend.core import Primitive
from jax.interpreters import batching, mlir
import jax.numpy as jnp

from ..._checks import invalid


MAX_UNITS = 128
"""The weights of so many units, and the arrays of a step, fit the shared memory."""

TRIALS = 64
"""Trials of a block: the rows of a product of the tensor cores."""

COLUMNS = 32
"""Units are padded to a multiple: the columns of a tile of float32 in shared memory."""

REMEDY = "Use cj.HoistedAdjoint()."

Step: TypeAlias = Callable[..., tuple[Array, Array]]
"""A step of a block of trials: see `run_kernel`."""


# An identity that compiles for CUDA only: the platform is known when JAX compiles.
_on_cuda = Primitive("ctrnn_jax_on_cuda")
_on_cuda.def_abstract_eval(lambda x: x)
batching.defvectorized(_on_cuda)
mlir.register_lowering(_on_cuda, lambda _, x: [x], platform="cuda")


def _raise_platform(context: mlir.LoweringRuleContext, _: Any) -> NoReturn:
    platforms = " and ".join(context.module_context.platforms)
    got = f"KernelAdjoint, which is for cuda, on {platforms}"
    raise invalid("adjoint", "have a kernel for the platform", got, REMEDY)


mlir.register_lowering(_on_cuda, _raise_platform)


@functools.partial(jax.custom_jvp, nondiff_argnums=(0, 1, 2))
def run_kernel(
    step: Step,
    is_reverse: bool,
    interpret: Any,
    leak: Array,
    weights: Array,
    streams: tuple[Array, ...],
    start: Array,
) -> tuple[Array, Array]:
    """Run a kernel over all steps; return what the steps write, and the last carry.

    **Arguments:**

    - `step(leak, product, carry, *values) -> (written, carry)`, for a block of trials;
        `product(x)` is W x for each trial. In terms of arrays `(trials, units)`.
    - `is_reverse`: whether the steps run backwards.
    - `interpret`: see `KernelAdjoint`.
    - `leak`: `(units,)`; `weights`: W, `(units, units)`.
    - `streams`: the values of all steps, each `(time, trials, units)`.
    - `start`: the first carry, `(trials, units)`.

    Differentiating it is an error: it is inside a function with a derivative.
    """
    if interpret is None:
        start = _on_cuda.bind(start)
    trials, units = start.shape
    rows, columns = -trials % TRIALS, -units % COLUMNS

    # the added units have weights of zero, so the others do not change
    def pad(x: Array, rows: int) -> Array:
        widths = [(0, 0)] * (x.ndim - 2) + [(0, rows), (0, columns)]
        return jnp.pad(x, widths)

    written, last = _call(
        step,
        is_reverse,
        interpret,
        pad(jnp.broadcast_to(leak, (TRIALS, units)), 0),
        pad(weights, columns),
        tuple(pad(x, rows) for x in streams),
        pad(start, rows),
    )
    return written[:, :trials, :units], last[:trials, :units]


@run_kernel.defjvp
def _run_kernel_jvp(*_: Any) -> NoReturn:
    got = "KernelAdjoint, which has first ones in reverse mode only"
    raise invalid("adjoint", "have second derivatives", got, REMEDY)


def _call(
    step: Step,
    is_reverse: bool,
    interpret: Any,
    leak: Array,
    weights: Array,
    streams: tuple[Array, ...],
    start: Array,
) -> tuple[Array, Array]:
    """Call the kernel as in `run_kernel`; trials and units are padded.

    In the kernel, arguments are references to arrays in the memory of the GPU. Copies
    between its memories are asynchronous: barriers and `commit_smem` order them.
    """
    # imported here: it takes long, and JAX needs other packages for it
    from jax.experimental import pallas as pl
    from jax.experimental.pallas import mosaic_gpu as plgpu

    time, trials, units = streams[0].shape
    operands = leak, weights, start, *streams

    def body(*refs: Any) -> None:
        """Run a block of trials: allocate its shared memory."""

        def tile(rows: int = TRIALS) -> Any:
            return plgpu.SMEM((rows, units), start.dtype)

        pl.run_scoped(
            functools.partial(run, *refs),
            constants=(tile(), tile(units), tile()),
            values=tuple(tile() for _ in streams),
            written=tile(),
            have_constants=plgpu.Barrier(num_arrivals=3),
            have_values=plgpu.Barrier(num_arrivals=len(streams)),
        )

    def run(
        *refs: Any,
        constants: tuple[Any, ...],
        values: tuple[Any, ...],
        written: Any,
        have_constants: Any,
        have_values: Any,
    ) -> None:
        """Copy the weights and the start to shared memory, and run the steps."""
        all_leak, all_w, all_start, *inputs = refs[: len(operands)]
        all_written, all_last = refs[len(operands) :]
        leak, w, factor = constants
        block = pl.ds(jax.lax.axis_index("block") * TRIALS, TRIALS)

        def at(i: Array, ref: Any) -> Any:
            """Return the block in step i of the loop."""
            return ref.at[time - 1 - i if is_reverse else i, block]

        def fetch(i: Array) -> None:
            for ref, value in zip(inputs, values, strict=True):
                plgpu.copy_gmem_to_smem(at(i, ref), value, have_values)

        def product(x: Array) -> Array:
            factor[...] = x
            plgpu.commit_smem()
            return times_transposed(factor, w)

        def advance(i: Array, carry: Array) -> Array:
            # the copy of the next values overlaps with this step
            plgpu.barrier_wait(have_values)
            now = [value[...] for value in values]
            plgpu.commit_smem()
            pl.when(i + 1 < time)(lambda: fetch(i + 1))
            result, carry = step(leak[...], product, carry, *now)
            # the copy of the result overlaps with the next step
            plgpu.wait_smem_to_gmem(0, wait_read_only=True)
            written[...] = result
            plgpu.commit_smem()
            plgpu.copy_smem_to_gmem(written, at(i, all_written))
            return carry

        for ref, constant in zip(
            (all_leak, all_w, all_start.at[block]), constants, strict=True
        ):
            plgpu.copy_gmem_to_smem(ref, constant, have_constants)
        fetch(jnp.int32(0))
        plgpu.barrier_wait(have_constants)
        carry = jax.lax.fori_loop(jnp.int32(0), jnp.int32(time), advance, factor[...])
        factor[...] = carry
        plgpu.commit_smem()
        plgpu.copy_smem_to_gmem(factor, all_last.at[block])
        plgpu.wait_smem_to_gmem(0)

    results = tuple(jax.ShapeDtypeStruct(x.shape, x.dtype) for x in (streams[0], start))
    # JAX 0.10.0 has another name for the argument
    has_type = "out_type" in inspect.signature(plgpu.kernel).parameters
    options: dict[str, Any] = {"out_type" if has_type else "out_shape": results}
    kernel = plgpu.kernel(
        body,
        **options,
        grid=(trials // TRIALS,),
        grid_names=("block",),
        interpret=interpret,
        compiler_params=plgpu.CompilerParams(
            lowering_semantics=plgpu.LoweringSemantics.Warpgroup
        ),
    )
    return kernel(*operands)


def times_transposed(x: Any, w: Any) -> Array:
    """Return x W^T by the tensor cores, for references to shared memory.

    In TF32 they require that the pairs of numbers to multiply follow each other in
    memory in both factors, as in x and in W.
    """
    from jax.experimental import pallas as pl
    from jax.experimental.pallas import mosaic_gpu as plgpu

    def multiply(result: Any) -> Array:
        plgpu.wgmma(result, x, w.transpose((1, 0)))
        return result[...]

    return pl.run_scoped(multiply, plgpu.WGMMAAccumulatorRef(x.shape, x.dtype))
