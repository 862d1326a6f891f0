"""Validation of shapes and entries that several constraints share."""

from jax import Array
import numpy as np

from .._checks import check, check_instance, describe, invalid, is_concrete
from ._base import AbstractConstraint, Shape


AXES = "Axis 0 is post (targets), axis 1 is pre (sources)."


def off_diagonal(shape: Shape) -> np.ndarray:
    """Return a mask that is False for the synapse of each unit onto itself."""
    return ~np.eye(*shape, dtype=bool)


def check_constraint(name: str, value: object) -> None:
    """Validate that a value is a constraint."""
    remedy = "Wrap a boolean array as Masked(array)."
    if isinstance(value, type):
        remedy = f"Call it: {value.__name__}(...)."
    elif isinstance(value, (list, tuple)):
        remedy = "Combine several with cj.constraints.chain(...)."
    check_instance(name, value, AbstractConstraint, "be a constraint", remedy)


def check_part(name: str, part: Array, of: str, shape: Shape) -> None:
    """Validate that an array is boolean and has the shape of the argument `of`."""
    is_mask = part.dtype == bool and part.shape == shape
    rule = f"be boolean of the shape {shape} of `{of}`"
    check(is_mask, name, rule, lambda: describe(part), AXES)


def check_weights_shape(name: str, array: Array, shape: Shape) -> None:
    """Validate that an array has the shape of the weights."""
    is_transposed = array.shape == shape[::-1] and len(shape) == 2
    rule = f"have the shape {shape} of the weights"
    remedy = f"{AXES} Transpose it." if is_transposed else AXES
    check(array.shape == shape, name, rule, f"shape {array.shape}", remedy)


def check_square(name: str, shape: Shape) -> None:
    """Validate that weights are a square matrix, which the constraint `name` needs."""
    is_square = len(shape) == 2 and shape[0] == shape[1]
    rule = f"fit the weights: {name} is for square weights"
    check(is_square, "constraints", rule, f"shape {shape}", "Use it for `w_hid`.")


def check_matrix(name: str, shape: Shape) -> None:
    """Validate that weights are a matrix, which the constraint `name` needs."""
    rule = f"fit the weights: {name} is for matrices"
    check(len(shape) == 2, "constraints", rule, f"shape {shape}", "Leave it out.")


def check_entries(
    name: str, rule: str, is_wrong: Array, remedy: str, values: Array | None = None
) -> None:
    """Validate that no entry of an array is wrong; tracers pass unchecked.

    The error counts the wrong entries and shows the first of them.
    """
    if not is_concrete(is_wrong) or not np.any(np.asarray(is_wrong)):
        return
    indices = np.argwhere(np.asarray(is_wrong))
    index = tuple(int(i) for i in indices[0])
    value = "" if values is None else f" = {float(values[index]):g}"
    got = f"{len(indices)} of {is_wrong.size} entries wrong, the first {list(index)}"
    raise invalid(name, rule, got + value, remedy)
