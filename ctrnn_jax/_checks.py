"""Validation of arguments, with one wording for every error.

Each error reads "`name` must <rule>; got <value or shape>. <What to do.>"
"""

from collections.abc import Callable, Iterable, Iterator
import contextlib
import difflib
import inspect
import math
import reprlib
from typing import Any, TypeVar

import jax
from jax.core import Tracer
import jax.numpy as jnp
import numpy as np

from ._types import ArrayLike


T = TypeVar("T")

_PLAIN = (type(None), bool, int, float, complex, str, bytes, tuple, list, dict, set)


class _Short(reprlib.Repr):
    """A short `repr`, in which other objects than plain values are described."""

    def repr_instance(self, x: object, level: int) -> str:
        """Return the repr of a number; describe anything else."""
        del level
        return repr(x) if type(x) in _PLAIN else describe(x)


_MANY_OPTIONS = 20
_SHORT = _Short()
_SHORT.maxstring = 80


OTHER_NAMES = {
    "activation_fn": "activation", "alpha": "tau", "batch": "batch_size",
    "device": "mesh", "ei_ratio": "frac_excitatory", "epochs": "num_updates",
    "f": "activation", "hidden_dim": "n_hidden", "hidden_size": "n_hidden",
    "input_dim": "n_in", "input_size": "n_in", "iterations": "num_updates",
    "learning_rate": "optimiser", "key": "seeds", "lr": "learning_rate",
    "N_in": "n_in", "N_rec": "n_hidden", "n_rec": "n_hidden", "noise_std": "noise",
    "nonlinearity": "activation", "num_steps": "num_updates", "optimizer": "optimiser",
    "output_dim": "n_out", "output_size": "n_out", "recurrent_noise": "noise",
    "seed": "key", "sigma_rec": "noise", "steps": "num_updates", "w_rec": "w_hid",
    "W_rec": "w_hid", "b_rec": "b_hid", "bias": "b_hid", "bias_hh_l0": "b_hid",
    "h0": "v0", "J": "w_hid", "N": "n_hidden", "n_inputs": "n_in",
    "n_outputs": "n_out", "n_units": "n_hidden", "recurrent_weight": "w_hid",
    "sigma": "noise", "weight_hh_l0": "w_hid", "weight_ih_l0": "w_in", "W": "w_hid",
    "W_hh": "w_hid", "W_ih": "w_in",
}  # fmt: skip
"""Names of other packages, and ours for the same thing; or another name to look up."""


OF_PERTURBED = (
    " Perturb last, as in cj.perturb(cj.noiseless(net), ...). Its `network` is the "
    "intact one; cj.replace changes weights lastingly."
)
"""What to do with a `Perturbed` where a network is expected."""


def invalid(name: str, rule: str, got: object, remedy: str) -> ValueError:
    """Return the error "`name` must <rule>; got <got>. <remedy>", to be raised."""
    return ValueError(f"`{name}` must {rule}; got {got}. {remedy}")


def check(
    holds: object, name: str, rule: str, got: object, remedy: str | Callable[[], str]
) -> None:
    """Validate that a condition holds, else raise `invalid(name, rule, got, remedy)`.

    `got` and `remedy` may be functions without arguments, for text that is expensive to
    make or that exists only if the condition is false.
    """
    if not holds:
        text = remedy() if callable(remedy) else remedy
        raise invalid(name, rule, got() if callable(got) else got, text)


def describe(value: Any) -> str:
    """Describe a value briefly: dtype and shape of an array, repr of plain values.

    Anything else is described by its class or name: the repr of a network is a page.
    """
    if isinstance(value, np.generic):
        return repr(value.item())
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{value.dtype} of shape {tuple(value.shape)}"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if type(value) in _PLAIN:
        return _SHORT.repr(value)
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    name = type(value).__name__
    return f"an {name}" if name[0] in "AEIOUaeiou" else f"a {name}"


def is_concrete(tree: object) -> bool:
    """Return whether no leaf is a tracer, so that values can be inspected."""
    return not any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves(tree))


OF_TRACERS = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.NonConcreteBooleanIndexError,
)
"""The errors of JAX about code that needs the values of traced arrays."""


@contextlib.contextmanager
def traced_in_words(name: str) -> Iterator[None]:
    """Raise an error about a function of the user for one of `OF_TRACERS`."""
    try:
        yield
    except jax.errors.TracerArrayConversionError as error:
        rule, got = "use jax.numpy", "a traced array in a function of NumPy"
        raise invalid(name, rule, got, "Use jnp in place of np.") from error
    except OF_TRACERS as error:
        raise invalid(
            name,
            "work with traced values, as inside of jax.jit",
            str(error).splitlines()[0].rstrip("."),
            "Use jnp.where or jax.lax.cond for `if`, jax.lax.fori_loop for loops over "
            "a drawn number, and .astype(float) for float().",
        ) from error


def takes(function: Callable[..., object], number: int) -> bool:
    """Return whether a function can be called with this number of arguments."""
    try:
        inspect.signature(function).bind(*range(number))
    except TypeError:
        return False
    except ValueError:
        pass  # a function in C, whose arguments are unknown
    return True


def check_instance(
    name: str,
    value: object,
    kind: type[T] | tuple[type[T], ...],
    rule: str,
    remedy: str,
) -> T:
    """Validate that a value is an instance of a class; return the value."""
    if not isinstance(value, kind):
        raise invalid(name, rule, describe(value), remedy)
    return value


def check_shape(name: str, array: Any, shape: tuple[int, ...], remedy: str) -> None:
    """Validate that an array has exactly this shape."""
    if np.shape(array) != shape:
        raise invalid(name, f"have shape {shape}", f"shape {np.shape(array)}", remedy)


def check_axes(
    name: str, array: ArrayLike, axes: str, remedy: str = "Add or drop axes."
) -> None:
    """Validate that an array has the given axes, such as "*batch time units".

    "*batch" stands for any number of axes. None may be empty.
    """
    names = axes.split()
    has_batch = names[0].startswith("*")
    count, num_axes = len(names) - has_batch, np.ndim(array)
    fits = num_axes >= count if has_batch else num_axes == count
    rule = f"have axes ({', '.join(names)}), none of them empty"
    got = f"shape {np.shape(array)}"
    check(fits and np.size(array), name, rule, got, remedy)


def check_dtype(name: str, array: jax.Array, dtype: np.dtype) -> None:
    """Validate that an array has the dtype of the network."""
    rule = f"have the network's dtype {dtype}"
    remedy = f"Cast with .astype({dtype}), or the network with cj.astype."
    check(array.dtype == dtype, name, rule, lambda: describe(array), remedy)


def check_over_time(
    name: str, array: jax.Array, channels: int, *, time_major: bool = False
) -> None:
    """Validate that an array is `(*batch, time, channels)`, or has time first."""
    fits = array.ndim >= 2 and array.shape[-1] == channels
    axes = "time, *batch" if time_major else "*batch, time"
    place = "the first one time" if time_major else "the one before it time"
    remedy = f"The last axis is channels, {place}."
    check(
        fits, name, f"have shape ({axes}, {channels})", f"shape {array.shape}", remedy
    )


def check_values(
    name: str,
    value: ArrayLike,
    holds: Callable[[np.ndarray], np.ndarray],
    rule: str,
    remedy: str,
) -> None:
    """Validate every entry of a concrete value; tracers pass unchecked."""
    if not is_concrete(value):
        return
    # so that `holds` returns an array
    entries = np.atleast_1d(numeric_array(name, value))
    is_valid = holds(entries)
    if not np.all(is_valid):
        wrong = np.broadcast_to(entries, is_valid.shape)[~is_valid].flat[0]
        raise invalid(name, rule, f"{float(wrong):g}", remedy)


def check_numeric(name: str, value: object) -> None:
    """Validate that a concrete value is numbers; text and ragged lists are errors."""
    if is_concrete(value):
        numeric_array(name, value)


def numeric_array(name: str, value: object) -> np.ndarray:
    """Return the value as a NumPy array; text, None and ragged lists are errors."""
    remedy = "Give a number or an array of numbers."
    try:
        entries = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise invalid(name, "be numbers", describe(value), remedy) from error
    if entries.dtype.kind in "OSUMm":
        raise invalid(name, "be numbers", describe(value), remedy)
    if entries.dtype.kind == "c" and not hasattr(value, "dtype"):
        raise invalid(name, "be real", describe(value), "Pass its real part.")
    return entries


def check_number(name: str, value: Any) -> float:
    """Validate one number that is known now (no tracer); return it as float."""
    remedy = "Give an int or a float."
    if isinstance(value, (str, bytes, bool, np.bool_)):
        raise invalid(name, "be a number", describe(value), remedy)
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise invalid(name, "be a number", describe(value), remedy) from error


def check_flag(name: str, value: object) -> bool:
    """Validate that a value is True or False; return it as bool."""
    remedy = "Give a boolean."
    is_flag = isinstance(value, (bool, np.bool_))
    check(is_flag, name, "be True or False", describe(value), remedy)
    return bool(value)


def check_list(name: str, values: Any, *, of: str = "numbers") -> tuple[Any, ...]:
    """Validate that a value is iterable and not text; return it as a tuple."""
    try:
        if isinstance(values, (str, bytes)):
            raise TypeError
        return tuple(values)
    except TypeError as error:
        remedy = "Give a tuple."
        raise invalid(name, f"be a list of {of}", describe(values), remedy) from error


def check_scalar(name: str, value: ArrayLike) -> None:
    """Validate that a value is one number, and no array of several."""
    shape = np.shape(value)
    check(shape == (), name, "be one number", f"shape {shape}", "Give a number.")


def check_real(name: str, array: jax.Array) -> None:
    """Validate that the entries of an array are floats or integers."""
    is_real = any(jnp.issubdtype(array.dtype, k) for k in (jnp.floating, jnp.integer))
    check(is_real, name, "be real numbers", describe(array), "Cast with .astype.")


def check_finite(name: str, value: ArrayLike) -> None:
    """Validate that all numbers are finite."""
    check_values(name, value, np.isfinite, "be finite", "Replace NaN and infinity.")


def check_positive(name: str, value: ArrayLike, remedy: str) -> None:
    """Validate that all numbers are finite and above zero."""

    def holds(x: np.ndarray) -> np.ndarray:
        return np.isfinite(x) & (x > 0)

    check_values(name, value, holds, "be positive", remedy)


def check_not_negative(name: str, value: ArrayLike, remedy: str) -> None:
    """Validate that all numbers are finite and at least zero."""

    def holds(x: np.ndarray) -> np.ndarray:
        return np.isfinite(x) & (x >= 0)

    check_values(name, value, holds, "not be negative", remedy)


def check_count(name: str, value: Any, *, at_least: int) -> int:
    """Validate a whole number of at least `at_least`; return it as int."""
    is_whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    rule = f"be a whole number, at least {at_least}"
    is_valid = is_whole and value >= at_least
    check(is_valid, name, rule, lambda: describe(value), "Give an int.")
    return int(value)


def check_range(name: str, value: Any, low: float, high: float, remedy: str) -> float:
    """Validate a number in [low, high]; return it as float."""
    is_number = isinstance(value, (int, float, np.number))
    in_range = is_number and not isinstance(value, bool) and low <= value <= high
    rule = f"lie in [{low:g}, {high:g}]"
    check(in_range, name, rule, lambda: describe(value), remedy)
    return float(value)


def check_fraction(name: str, value: object) -> float:
    """Validate a number in [0, 1]; return it as float."""
    return check_range(name, value, 0.0, 1.0, "Give a fraction.")


def closest(word: object, options: Iterable[str], *, cutoff: float = 0.6) -> str | None:
    """Return the option closest to a word, in any case of letters, if one is close.

    Names of other packages stand for ours.
    """
    options = list(options)
    name = word
    while isinstance(name, str) and (name := OTHER_NAMES.get(name)):
        if name in options:
            return name
    lower = [option.lower() for option in options]
    close = difflib.get_close_matches(str(word).lower(), lower, n=1, cutoff=cutoff)
    # two options may differ in their case alone
    same = [option for option in options if close == [option.lower()]]
    return next(iter(difflib.get_close_matches(str(word), same, 1, 0.0)), None)


def suggestion(word: object, options: Iterable[str]) -> str:
    """Return "Did you mean ...?" with the closest option, and all options.

    Of very many options only the closest is named, if there is one.
    """
    options = list(options)
    meant = closest(word, options, cutoff=0.5)
    hint = f"Did you mean {meant!r}? " if meant else ""
    if meant and len(options) > _MANY_OPTIONS:
        return hint.rstrip()
    return f"{hint}The options are {', '.join(map(repr, options))}."


def check_choice(name: str, value: Any, options: Iterable[str]) -> str:
    """Validate that a word is one of the options; an error suggests the closest."""
    options = list(options)
    if not isinstance(value, str) or value not in options:
        remedy = suggestion(value, options)
        raise invalid(name, "be a known name", describe(value), remedy)
    return value


def steps_in(name: str, duration: float, dt: float) -> int:
    """Return the number of steps of `dt` in a duration, both in ms.

    Raises `ValueError` unless the duration is a whole number of steps, to a relative
    1e-9: a step count never comes from rounding a float division.
    """
    duration = check_number(name, duration)
    remedy = "Give it in ms."
    check(math.isfinite(duration), name, "be a duration in ms", repr(duration), remedy)
    check(duration >= 0, name, "not be negative", f"{duration:g} ms", remedy)
    count = round(duration / dt)
    is_multiple = math.isclose(count * dt, duration, rel_tol=1e-9, abs_tol=1e-9)
    nearest = f"The nearest is {max(count, 1) * dt:g} ms."
    rule = f"be a multiple of dt = {dt:g} ms"
    check(is_multiple, name, rule, f"{duration:g} ms", nearest)
    return count


def as_array(name: str, value: object, dtype: Any, shape: tuple[int, ...]) -> jax.Array:
    """Return the value as an array of this dtype; its shape must be exactly `shape`."""
    try:
        array = jnp.asarray(value)
    except (TypeError, ValueError) as error:
        remedy = "Give an array."
        raise invalid(name, "be numbers", describe(value), remedy) from error
    check_real(name, array)
    is_matrix = len(shape) == 2
    remedy = "Give one number for each unit."
    if is_matrix:
        remedy = "Weights are W[post, pre]: rows are the targets."
    check_shape(name, array, shape, remedy)
    return array.astype(dtype)
