"""Validation of shapes that several constraints share."""

from jax import Array
import numpy as np

from .._checks import check, describe


_AXES = "Axis 0 is post (targets), axis 1 is pre (sources)."


def off_diagonal(shape: tuple[int, ...]) -> np.ndarray:
    """Return a mask that is False for the synapse of each unit onto itself."""
    return ~np.eye(*shape, dtype=bool)


def check_part(name: str, part: Array, of: str, shape: tuple[int, ...]) -> None:
    """Validate that an array is boolean and has the shape of the argument `of`."""
    is_mask = part.dtype == bool and part.shape == shape
    rule = f"be boolean of the shape {shape} of `{of}`"
    check(is_mask, name, rule, lambda: describe(part), _AXES)


def check_weights_shape(name: str, array: Array, shape: tuple[int, ...]) -> None:
    """Validate that an array has the shape of the weights."""
    is_transposed = array.shape == shape[::-1] and len(shape) == 2
    check(
        array.shape == shape,
        name,
        f"have the shape {shape} of the weights",
        f"shape {array.shape}",
        f"{_AXES} Transpose it." if is_transposed else _AXES,
    )


def check_bound_shape(name: str, bound: Array, shape: tuple[int, ...]) -> None:
    """Validate that a bound is one number or has the shape of the weights."""
    rule = f"be a number, or have the shape {shape} of the weights"
    check(bound.shape in [(), shape], name, rule, f"shape {bound.shape}", _AXES)


def check_square(name: str, shape: tuple[int, ...]) -> None:
    """Validate that weights are a square matrix, which the constraint `name` needs."""
    is_square = len(shape) == 2 and shape[0] == shape[1]
    rule = f"fit the weights: {name} is for square weights"
    check(is_square, "constraints", rule, f"shape {shape}", "Use it for `w_hid`.")


def check_matrix(name: str, shape: tuple[int, ...]) -> None:
    """Validate that weights are a matrix, which the constraint `name` needs."""
    rule = f"fit the weights: {name} is for matrices"
    check(len(shape) == 2, "constraints", rule, f"shape {shape}", "Leave it out.")
