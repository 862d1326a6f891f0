"""Networks on disk: safetensors with one JSON header; reading executes no code.

The header describes the network as a tree of known class names, plain values and
references to tensors. A file with any other name in it is refused, so nothing that a
file says can make anything but arrays and the classes listed here. Equal networks give
equal bytes: tensors are in name order and there is a single metadata key (safetensors
does not keep the order of several).
"""

from collections.abc import Callable
import dataclasses
import importlib.metadata
import json
import os
from pathlib import Path
from typing import Any

import jax
from jax import Array
import numpy as np
from safetensors import SafetensorError
import safetensors.flax

from .._checks import invalid
from .._files import write_whole
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
from ._weights import NAMES, shapes, Weights


FORMAT = 2
_KEY = "ctrnn_jax"
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


class NetworkFileError(ValueError):
    """A file that cannot be read as a network; the message says what is wrong."""


def save(path: str | os.PathLike, net: AbstractNetwork) -> Path:
    """Write a network to one file (by convention `*.safetensors`).

    The file appears whole or not at all. A network whose activation is a function of
    your own is saved without it: pass `activation=` to `load`.

    Returns the path. Raises `ValueError` for what is no network (constraints or noise
    of classes that the format does not know included) and for a stack of them,
    `OSError` where the folder cannot be written.
    """
    if not isinstance(net, AbstractNetwork):
        raise invalid("net", "be a network", repr(type(net)), "Pass a CTRNN or EIRNN.")
    if net.dt.ndim:
        got = f"a stack of {net.dt.shape}"
        raise invalid("net", "be one network", got, "Save each: jax.tree.map(...).")
    tensors: dict[str, Array] = {}
    header = {
        "format": FORMAT,
        "version": importlib.metadata.version("ctrnn-jax"),
        "network": _encode(net, "", tensors),
    }
    data = safetensors.flax.save(tensors, {_KEY: json.dumps(header, sort_keys=True)})
    return write_whole(path, data)


def load(
    path: str | os.PathLike, *, activation: str | Callable[[Array], Array] | None = None
) -> CTRNN | EIRNN:
    """Read a network that `save` wrote.

    **Arguments:**

    - `path`: the file.
    - `activation`: needed if the network had a function of its own; otherwise it
        replaces the one saved.

    Raises `FileNotFoundError`, or `NetworkFileError` (a `ValueError`) for a file that
    is truncated, of another kind, of a newer format, or whose parts do not fit.
    """
    path = Path(path)
    try:
        with safetensors.safe_open(path, framework="numpy") as file:
            header = (file.metadata() or {}).get(_KEY)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except SafetensorError as error:
        raise NetworkFileError(
            f"{path} is not a whole safetensors file ({error}). It was cut short or is "
            "of another kind; networks are written by `cj.save`."
        ) from error
    if header is None:
        raise NetworkFileError(
            f"{path} holds tensors but no network of ctrnn_jax (no `{_KEY}` metadata)."
        )
    try:
        header = json.loads(header)
        found = header["format"]
        if found not in (1, FORMAT):
            raise NetworkFileError(
                f"{path} has format {found}; this version reads formats 1 to {FORMAT}. "
                "Install a newer ctrnn-jax."
            )
        spec = header["network"]
        spec = upgraded(spec, tensors) if found == 1 else spec
        net = _decode(spec, tensors, activation)
        return _checked(net)
    except NetworkFileError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise NetworkFileError(
            f"{path} does not describe a network: {error}"
        ) from error


def _encode(value: Any, place: str, tensors: dict[str, Array]) -> Any:
    if isinstance(value, (jax.Array, np.ndarray)):
        tensors[place] = jax.numpy.asarray(value)
        return {"tensor": place}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tuple):
        parts = [_encode(v, f"{place}.{i}", tensors) for i, v in enumerate(value)]
        return {"tuple": parts}
    if _CLASSES.get(type(value).__name__) is type(value):
        fields = {
            field.name: (
                _encode_activation(getattr(value, "activation"))  # noqa: B009
                if field.name == "activation"
                else _encode(
                    getattr(value, field.name),
                    f"{place}.{field.name}".strip("."),
                    tensors,
                )
            )
            for field in dataclasses.fields(value)
        }
        return {"class": type(value).__name__, "fields": fields}
    raise invalid(
        place, "be of a class that files know", type(value), f"Use {sorted(_CLASSES)}."
    )


def _encode_activation(activation: Callable) -> Any:
    for name, function in ACTIVATIONS.items():
        if activation == function:
            return name
    if isinstance(activation, PowerLaw):
        return {"power_law": dataclasses.asdict(activation)}
    return _CUSTOM


def _decode_activation(spec: Any, given: Any) -> Callable:
    if given is not None:
        return as_activation(given)
    if spec == _CUSTOM:
        raise NetworkFileError(
            "The network was saved with an activation function of its own. "
            "Pass it as `activation=`."
        )
    if isinstance(spec, dict):
        return PowerLaw(**spec["power_law"])
    return as_activation(spec)


def _decode(spec: Any, tensors: dict[str, np.ndarray], activation: Any) -> Any:
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


def _checked(net: Any) -> CTRNN | EIRNN:
    """The network if its parts fit each other; refusals say which does not."""
    if not isinstance(net, (CTRNN, EIRNN)):
        raise NetworkFileError("The file holds no network.")
    for name in ("w_in", "w_hid", "w_out"):
        if getattr(net.raw, name).ndim != 2:
            raise NetworkFileError(f"`{name}` must be a matrix.")
    float_dtype(net.dtype)
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
    layout = (net.layout.inputs, net.layout.units, net.layout.outputs)
    if tuple(getattr(named, "size", None) for named in layout) != sizes:
        raise NetworkFileError(f"The names are not for the sizes {sizes}.")
    if not set(net.fixed) <= set(NAMES):
        raise NetworkFileError(f"`fixed` names unknown weights: {net.fixed}.")
    build_constants(net.n_hidden, net.dt, net.tau, net.noise, net.method, net.dtype)
    build_dynamics(net.n_hidden, net.form, net.synapses, net.dtype)
    return net
