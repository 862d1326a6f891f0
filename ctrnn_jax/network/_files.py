"""Files of networks: safetensors with one JSON header. Reading executes no code.

The header describes the network as a tree of known class names, plain values and
references to tensors. A file with any other class name is invalid, so a file can create
only arrays and objects of the classes listed in this module. Equal networks give equal
bytes: tensors are in the order of their names, and there is a single metadata key
(safetensors does not keep the order of several keys).
"""

from collections.abc import Callable
import dataclasses
import importlib.metadata
import json
import os
from pathlib import Path
from typing import Any, TypeAlias

import jax
from jax import Array
import numpy as np
from safetensors import SafetensorError
import safetensors.flax

from .._checks import check
from .._files import write_atomically
from .._tree import assemble
from ..connectivity import Groups, Layout
from ..constraints import (
    Abs,
    Bounded,
    Chain,
    Dale,
    Factors,
    Fixed,
    Free,
    LowRank,
    Masked,
    NoAutapses,
    NonNegative,
    Relu,
    RowBalanced,
    SignMask,
    Skew,
    Softplus,
    SpectralRadiusBelow,
    Symmetric,
)
from ..dynamics import (
    ACTIVATIONS,
    as_activation,
    CurrentForm,
    DiffusionNoise,
    Euler,
    ExponentialEuler,
    PowerLaw,
    RateForm,
    RectifiedLeakForm,
    ShortTermPlasticity,
    StepNoise,
)
from ._abstract import AbstractNetwork
from ._construction import build_constants, build_dynamics, float_dtype
from ._ctrnn import CTRNN
from ._eirnn import EIRNN
from ._upgrade import upgraded
from ._validation import check_network
from ._weights import NAMES, shapes, Weights


FORMAT = 2
_METADATA_KEY = "ctrnn_jax"
_CLASSES = {
    cls.__name__: cls
    for cls in (
        CTRNN,
        EIRNN,
        Weights,
        Free,
        NonNegative,
        Dale,
        Masked,
        Fixed,
        NoAutapses,
        SignMask,
        Bounded,
        Symmetric,
        Skew,
        RowBalanced,
        LowRank,
        Factors,
        SpectralRadiusBelow,
        Chain,
        Abs,
        Relu,
        Softplus,
        Euler,
        ExponentialEuler,
        CurrentForm,
        RateForm,
        RectifiedLeakForm,
        ShortTermPlasticity,
        StepNoise,
        DiffusionNoise,
        Layout,
        Groups,
    )
}
_CUSTOM = "custom"
"""The saved name of an activation that is a custom function."""

JSON: TypeAlias = dict[str, Any] | list | str | int | float | bool | None
"""A value of the JSON header."""


class NetworkFileError(ValueError):
    """A file that cannot be read as a network; the message names the problem."""


def save(path: str | os.PathLike, net: AbstractNetwork) -> Path:
    """Write a network to one file (by convention `*.safetensors`), atomically.

    An activation that is a custom function is not saved: pass `activation=` to `load`.

    Returns the path. Raises `ValueError` for values that are not a network, for stacks
    of networks and for constraints or noise of classes that the format does not
    contain, and `OSError` if the folder cannot be written.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.save("network.safetensors", net).name
    'network.safetensors'
    """
    net = check_network(net, "Save each: jax.tree.map(...).")
    tensors: dict[str, Array] = {}
    header = {
        "format": FORMAT,
        "version": importlib.metadata.version("ctrnn-jax"),
        "network": _encode(net, "", tensors),
    }
    metadata = {_METADATA_KEY: json.dumps(header, sort_keys=True)}
    return write_atomically(path, safetensors.flax.save(tensors, metadata))


def load(
    path: str | os.PathLike, *, activation: str | Callable[[Array], Array] | None = None
) -> CTRNN | EIRNN:
    """Read a network that `save` wrote.

    **Arguments:**

    - `path`: the file.
    - `activation`: required if the activation was a custom function; otherwise it
        replaces the saved activation.

    Raises `FileNotFoundError`, or `NetworkFileError` (a `ValueError`) for a file that
    is truncated, of another kind, of a newer format, or whose parts do not fit.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> path = cj.save("network.safetensors", net)
    >>> bool(eqx.tree_equal(cj.load(path), net))
    True
    """
    path = Path(path)
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            header_text = (file.metadata() or {}).get(_METADATA_KEY)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise NetworkFileError(
            f"{path} is not a whole safetensors file ({error}). It was cut short or is "
            "of another kind; networks are written by `cj.save`."
        ) from error
    if header_text is None:
        raise NetworkFileError(
            f"{path} holds tensors but no network of ctrnn_jax (no `{_METADATA_KEY}` "
            "metadata)."
        )
    try:
        header = json.loads(header_text)
        file_format = header["format"]
        if file_format not in (1, FORMAT):
            raise NetworkFileError(
                f"{path} has format {file_format}; this version reads formats 1 to "
                f"{FORMAT}. Install a newer ctrnn-jax."
            )
        spec = header["network"]
        if file_format == 1:
            spec = upgraded(spec, tensors)
        return _validated(_decode(spec, tensors, activation))
    except NetworkFileError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        # a header that was edited: decoding or a constructor check failed
        raise NetworkFileError(
            f"{path} does not describe a network: {error}"
        ) from error


def _encode(value: object, place: str, tensors: dict[str, Array]) -> JSON:
    """Return the description of a value; add its arrays to `tensors`.

    `place` is the dotted path of the value within the network. It names its tensor.
    """
    if isinstance(value, (jax.Array, np.ndarray)):
        tensors[place] = jax.numpy.asarray(value)
        return {"tensor": place}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        parts = [_encode(v, f"{place}.{i}", tensors) for i, v in enumerate(value)]
        return {"tuple": parts}
    is_known = _CLASSES.get(type(value).__name__) is type(value)
    remedy = f"Use {sorted(_CLASSES)}."
    check(is_known, place, "be of a class that files know", type(value), remedy)
    fields = {}
    # an object of a known class: a description of each field
    for field in dataclasses.fields(value):  # pyright: ignore[reportArgumentType]
        field_value = getattr(value, field.name)
        if field.name == "activation":
            fields[field.name] = _encode_activation(field_value)
        else:
            field_place = f"{place}.{field.name}".strip(".")
            fields[field.name] = _encode(field_value, field_place, tensors)
    return {"class": type(value).__name__, "fields": fields}


def _encode_activation(activation: Callable[[Array], Array]) -> JSON:
    """Return the name of an activation, the numbers of a power law, or `_CUSTOM`."""
    for name, function in ACTIVATIONS.items():
        if activation == function:
            return name
    if isinstance(activation, PowerLaw):
        return {"power_law": dataclasses.asdict(activation)}
    return _CUSTOM


def _decode_activation(
    spec: Any, argument: str | Callable[[Array], Array] | None
) -> Callable[[Array], Array]:
    """Return the activation that is the argument of `load`, else the saved one."""
    if argument is not None:
        return as_activation(argument)
    if spec == _CUSTOM:
        raise NetworkFileError(
            "The network was saved with a custom activation function. "
            "Pass it as `activation=`."
        )
    if isinstance(spec, dict):
        return PowerLaw(**spec["power_law"])
    return as_activation(spec)


def _decode(
    spec: JSON,
    tensors: dict[str, np.ndarray],
    activation: str | Callable[[Array], Array] | None,
) -> object:
    """Return the value of a description: the inverse of `_encode`."""
    if not isinstance(spec, dict):
        return spec
    if "tensor" in spec:
        return jax.numpy.asarray(tensors[spec["tensor"]])
    if "tuple" in spec:
        return tuple(_decode(part, tensors, activation) for part in spec["tuple"])
    if spec["class"] not in _CLASSES:
        raise NetworkFileError(f"The file names an unknown class {spec['class']!r}.")
    cls = _CLASSES[spec["class"]]
    names = {field.name for field in dataclasses.fields(cls)}
    if names != spec["fields"].keys():
        raise NetworkFileError(f"The file's {cls.__name__} has other fields.")
    fields = {
        name: (
            _decode_activation(part, activation)
            if name == "activation"
            else _decode(part, tensors, activation)
        )
        for name, part in spec["fields"].items()
    }
    return assemble(cls, fields)


def _validated(net: object) -> CTRNN | EIRNN:
    """Validate that the parts of a network fit each other; return the network.

    `_decode` calls no constructor, so these checks stand in for those of constructors.
    """
    if not isinstance(net, (CTRNN, EIRNN)):
        raise NetworkFileError("The file holds no network.")
    for name in ("w_in", "w_hid", "w_out"):
        if getattr(net.raw, name).ndim != 2:
            raise NetworkFileError(f"`{name}` must be a matrix.")
    float_dtype(net.dtype)
    # weights: each with a constraint, of the shape that the sizes require
    sizes = (net.n_in, net.n_hidden, net.n_out)
    for name, shape in shapes(*sizes, net.raw.tau.shape).items():
        raw, constraint = getattr(net.raw, name), getattr(net.constraints, name)
        if (raw is None) != (constraint is None):
            raise NetworkFileError(f"`{name}` has no constraint, or is missing.")
        if raw is None:
            continue
        if raw.shape != shape or raw.dtype != net.dtype:
            raise NetworkFileError(
                f"`{name}` must be {net.dtype} of shape {shape}; "
                f"got {raw.dtype} of shape {raw.shape}."
            )
        constraint.check(shape)
    # names, and constants
    groups = (net.layout.inputs, net.layout.units, net.layout.outputs)
    if tuple(getattr(group, "size", None) for group in groups) != sizes:
        raise NetworkFileError(f"The names are not for the sizes {sizes}.")
    if not set(net.fixed) <= set(NAMES):
        raise NetworkFileError(f"`fixed` names unknown weights: {net.fixed}.")
    build_constants(net.n_hidden, net.dt, net.tau, net.noise, net.method, net.dtype)
    build_dynamics(net.n_hidden, net.form, net.synapses, net.dtype)
    return net
