"""Files of networks. Reading executes no code.

The header describes the network as a tree of class names, plain values and references
to tensors. A file can create only arrays and objects of this package's classes and of
those that the caller of `load` names; any other class name is invalid.
"""

from collections.abc import Callable, Iterable, Mapping
import dataclasses
import os
from pathlib import Path
from typing import Any, NamedTuple

import jax
from jax import Array
import numpy as np

from .. import constraints, dynamics
from .._arguments import checks_arguments, is_function
from .._checks import check
from .._tree import assemble
from ..connectivity import Groups, Layout
from ..dynamics import ACTIVATIONS, as_activation, PowerLaw
from ._abstract import AbstractNetwork
from ._construction import build_constants, build_dynamics, float_dtype
from ._ctrnn import CTRNN
from ._eirnn import EIRNN
from ._file_format import (
    check_precision,
    decoding,
    JSON,
    NetworkFileError,
    read_file,
    write_file,
)
from ._validation import check_network
from ._weights import NAMES, shapes, Weights


_CLASSES: dict[str, Any] = {
    name: value
    for room in (constraints, dynamics)
    for name, value in vars(room).items()
    if isinstance(value, type)
    and dataclasses.is_dataclass(value)
    and not name.startswith("Abstract")
} | {cls.__name__: cls for cls in (CTRNN, EIRNN, Weights, Layout, Groups)}
_CUSTOM = "custom"
"""The saved name of an activation that is a custom function."""


@checks_arguments
def save(path: str | os.PathLike, net: AbstractNetwork) -> Path:
    """Write a network to one file (by convention `*.safetensors`), atomically.

    Forms, discretisations, noises, constraints and activations of yours are saved as
    the name of their class and their fields, if the class is an `eqx.Module` or another
    dataclass; pass `classes=` to `load`. An activation that is a plain function is not
    saved: pass `activation=` to `load`.

    A process that is killed here leaves an earlier file of this name as it was, and
    beside it a hidden file `.NAME.xxxxxxxx.tmp`, which you can delete.

    Returns the path. Raises `ValueError` for values that are not a network, for stacks
    of networks, for parts whose class is no dataclass or has the name of a class of
    this package, and `OSError` if the folder is missing or cannot be written.

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> cj.save("network.safetensors", net).name
    'network.safetensors'
    """
    tensors: dict[str, Array | np.ndarray] = {}
    spec = encode_network(net, "", tensors)
    return write_file(path, "network", spec, tensors)


@checks_arguments
def load(
    path: str | os.PathLike,
    *,
    activation: str | Callable[[Array], Array] | None = None,
    classes: Iterable[Callable] = (),
    allow_nan: bool = False,
) -> AbstractNetwork:
    """Read a network that `save` wrote.

    **Arguments:**

    - `path`: the file.
    - `activation`: required if the activation was a custom function; otherwise it
      replaces the saved activation.
    - `classes`: your classes and functions that the network uses, in any order. The
      file names them; no other code is run, and no constructor is called.
    - `allow_nan`: whether weights may be NaN or infinite, as those of a network whose
      training diverged.

    Raises `FileNotFoundError`, `ValueError` for `classes` with names of this package's
    classes, and `NetworkFileError` (a `ValueError`) for a file that is truncated,
    changed, of another kind, of another format, that holds float64 where JAX would make
    it float32, that names a class which is not in `classes`, whose parts do not fit, or
    whose weights are NaN or infinite (unless `allow_nan=True`).

    **Example:**

    >>> net = cj.CTRNN(2, 8, 1, dt=10.0, tau=50.0, key=jax.random.key(0))
    >>> path = cj.save("network.safetensors", net)
    >>> bool(eqx.tree_equal(cj.load(path), net))
    True
    """
    path = Path(path)
    decode = network_decoder(activation, classes)
    spec, tensors = read_file(path, "network")
    with decoding(path, "network"):
        check_precision(path, tensors)
        net = decode(spec, tensors)
    if not allow_nan:
        check_finite_weights(path, net)
    return net


def network_decoder(
    activation: str | Callable[[Array], Array] | None, classes: Iterable[Callable]
) -> Callable[[JSON, Mapping[str, np.ndarray]], AbstractNetwork]:
    """Return a function of a description and tensors that returns the network.

    The arguments are those of `load`. Raises `ValueError` for `classes` that are no
    dataclasses or functions, or have names of this package's classes.
    """
    replacement = None if activation is None else as_activation(activation)
    known = dict(_CLASSES)
    for part in classes:
        name = getattr(part, "__name__", repr(part))
        is_valid = dataclasses.is_dataclass(part) or is_function(part)
        rule = "hold functions, and classes that are dataclasses"
        check(is_valid, "classes", rule, name, "Make it an eqx.Module.")
        rule = "hold different names, none of them of ctrnn_jax"
        check(known.get(name, part) is part, "classes", rule, name, "Rename it.")
        known[name] = part

    def decode(spec: JSON, tensors: Mapping[str, np.ndarray]) -> AbstractNetwork:
        return _validated(_Reader(tensors, known, replacement).decode(spec))

    return decode


def check_finite_weights(path: Path, net: AbstractNetwork) -> None:
    """Validate that no weight is NaN or infinite."""
    for name, raw in vars(net.raw).items():
        bad = sum(int((~np.isfinite(leaf)).sum()) for leaf in jax.tree.leaves(raw))
        if bad:
            raise NetworkFileError(
                f"{path} holds {bad} NaN or infinite entries of `{name}`: training may "
                "have diverged. Pass allow_nan=True to read it all the same."
            )


def encode_network(
    net: AbstractNetwork, place: str, tensors: dict[str, Array | np.ndarray]
) -> JSON:
    """Return the description of a network; add its arrays to `tensors`.

    The name of each tensor begins with `place`. Raises `ValueError` for stacks, and for
    parts that cannot be saved.
    """
    hint = "Save each: many.member(i).network of an ensemble, else "
    net = check_network(net, f"{hint}jax.tree.map(lambda x: x[i], nets).")
    return _encode(net, place, tensors)


def _encode(value: object, place: str, tensors: dict[str, Array | np.ndarray]) -> JSON:
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
    remedy = "Make it a dataclass, such as an eqx.Module, and load it with classes=."
    if isinstance(value, type) or not dataclasses.is_dataclass(value):
        name = getattr(value, "__name__", "")
        is_named = callable(value) and name.isidentifier()
        rule = "be of a class that can be saved"
        check(is_named, place, rule, lambda: type(value), remedy)
        return {"function": name}
    name = type(value).__name__
    is_own = _CLASSES.get(name, type(value)) is type(value)
    rule = "be of a class whose name differs from those of ctrnn_jax"
    check(is_own, place, rule, lambda: type(value), "Rename your class.")
    fields = {}
    for field in dataclasses.fields(value):
        part = getattr(value, field.name)
        if field.name == "activation" and isinstance(value, AbstractNetwork):
            fields[field.name] = _encode_activation(part)
        else:
            part_place = f"{place}.{field.name}".strip(".")
            fields[field.name] = _encode(part, part_place, tensors)
    return {"class": name, "fields": fields}


def _encode_activation(activation: Callable[[Array], Array]) -> JSON:
    """Return the name of an activation, its class and numbers, or `_CUSTOM`."""
    for name, function in ACTIVATIONS.items():
        if activation == function:
            return name
    if isinstance(activation, PowerLaw):
        return {"power_law": dataclasses.asdict(activation)}
    if dataclasses.is_dataclass(activation):
        return _encode(activation, "activation", {})
    return _CUSTOM


class _Reader(NamedTuple):
    """The inverse of `_encode` with the tensors of one file.

    - `known`: classes and functions by name.
    - `activation`: the argument of `load`.
    """

    tensors: Mapping[str, np.ndarray]
    known: dict[str, Any]
    activation: Callable[[Array], Array] | None

    def decode(self, spec: Any) -> Any:
        """Return the value of a description."""
        if not isinstance(spec, dict):
            return spec
        if "tensor" in spec:
            return jax.numpy.asarray(self.tensors[spec["tensor"]])
        if "tuple" in spec:
            return tuple(map(self.decode, spec["tuple"]))
        if "function" in spec:
            return self._lookup(spec["function"])
        cls = self._lookup(spec["class"])
        names = {field.name for field in dataclasses.fields(cls)}
        has_them = names == spec["fields"].keys()
        _require(has_them, f"The file's {spec['class']} has other fields.")
        is_network = issubclass(cls, AbstractNetwork)
        fields = {
            name: self._decode_activation(part)
            if is_network and name == "activation"
            else self.decode(part)
            for name, part in spec["fields"].items()
        }
        return assemble(cls, fields)

    def _lookup(self, name: str) -> Any:
        """Return a class or function that the file names."""
        message = f"The file names an unknown class {name!r}. If it is yours, pass "
        _require(name in self.known, f"{message}classes=[{name}].")
        return self.known[name]

    def _decode_activation(self, spec: Any) -> Callable[[Array], Array]:
        """Return the activation that is the argument of `load`, else the saved one."""
        if self.activation is not None:
            return self.activation
        message = "The network was saved with a custom activation function. "
        _require(spec != _CUSTOM, f"{message}Pass it as `activation=`.")
        if isinstance(spec, dict) and "power_law" in spec:
            return PowerLaw(**spec["power_law"])
        return as_activation(self.decode(spec))


def _require(holds: object, message: str) -> None:
    """Raise `NetworkFileError` unless a condition holds."""
    if not holds:
        raise NetworkFileError(message)


def _validated(net: Any) -> AbstractNetwork:
    """Validate that the parts of a network fit each other; return the network.

    `_Reader` calls no constructor, so these checks stand in for those of constructors.
    """
    _require(isinstance(net, AbstractNetwork), "The file holds no network.")
    for name in ("w_in", "w_hid", "w_out"):
        _require(getattr(net.raw, name).ndim == 2, f"`{name}` must be a matrix.")
    float_dtype(net.dtype)
    # weights: each with a constraint, of the shape that the sizes require
    sizes = (net.n_in, net.n_hidden, net.n_out)
    for name, shape in shapes(*sizes, net.raw.tau.shape).items():
        raw, constraint = getattr(net.raw, name), getattr(net.constraints, name)
        has_both = (raw is None) == (constraint is None)
        _require(has_both, f"`{name}` has no constraint, or is missing.")
        if raw is None:
            continue
        got = f"got {raw.dtype} of shape {raw.shape}."
        fits = raw.shape == shape and raw.dtype == net.dtype
        _require(fits, f"`{name}` must be {net.dtype} of shape {shape}; {got}")
        constraint.check(shape)
    # names, and constants
    groups = (net.layout.inputs, net.layout.units, net.layout.outputs)
    named = tuple(getattr(group, "size", None) for group in groups)
    _require(named == sizes, f"The names are not for the sizes {sizes}.")
    is_known = set(net.fixed) <= set(NAMES)
    _require(is_known, f"`fixed` names unknown weights: {net.fixed}.")
    build_constants(net.n_hidden, net.dt, net.tau, net.noise, net.method, net.dtype)
    build_dynamics(net.n_hidden, net.form, net.synapses, net.dtype)
    return net
