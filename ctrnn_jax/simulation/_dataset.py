"""Recorded values and trials with named axes, as a dataset of xarray."""

from collections.abc import Mapping, Sequence
import dataclasses
import importlib.metadata
from typing import TypeAlias

import numpy as np

from .._checks import check, check_shape
from .._tables import optional_library
from .._types import Dataset, Numbers
from ..connectivity import Groups, Layout
from ..tasks import AbstractTask, Trial


Variable: TypeAlias = tuple[tuple[str, ...], np.ndarray, dict[str, str]]
"""The names of the axes, the values and the attributes, as xarray takes them."""

_CLASSES = ("excitatory", "inhibitory")


@dataclasses.dataclass(frozen=True)
class Axes:
    """The axes of recorded values: `shape` is (*batch, time), times are in ms."""

    shape: tuple[int, ...]
    dt: float
    stride: int

    @property
    def batch(self) -> tuple[str, ...]:
        """The names of the axes before time: the last is "trial"."""
        outer = len(self.shape) - 2
        return (*(f"batch_{i}" for i in range(outer)), "trial")[: len(self.shape) - 1]

    @property
    def coordinates(self) -> dict[str, Variable]:
        """The coordinates of these axes."""
        sizes = zip(self.batch, self.shape, strict=False)
        counts = {name: ((name,), np.arange(size), {}) for name, size in sizes}
        times = self.dt * self.stride * (1.0 + np.arange(self.shape[-1]))
        return counts | {"time": (("time",), times, {"units": "ms"})}

    def over_time(self, values: Numbers, last: str) -> Variable:
        """Return an array `(*batch, time, last)` as a variable without a unit."""
        return (*self.batch, "time", last), plain(values), {"units": "1"}


def dataset(
    recorded: Mapping[str, np.ndarray],
    axes: Axes,
    layout: Layout,
    trials: Trial | None,
    task: AbstractTask | None,
) -> Dataset:
    """Return recorded values, and the trials that were simulated, as a Dataset.

    `recorded` are arrays `(*batch, time, units)`, or outputs, by name.
    """
    arrays: dict[str, tuple[Numbers, str]]
    arrays = {name: (x, _LAST.get(name, "unit")) for name, x in recorded.items()}
    coordinates = axes.coordinates
    if trials is not None:
        arrays |= _arrays_of_trials(trials, axes)
    variables = {name: axes.over_time(x, last) for name, (x, last) in arrays.items()}
    names: dict[str, Sequence[str]] = {}
    if task is not None:
        names = {"input": task.input_names, "output": task.output_names}
    groups = {"input": layout.inputs, "output": layout.outputs}
    for x, last in arrays.values():
        if last == "unit":
            coordinates |= _of_units(layout.units)
        else:
            labels = _labels(groups[last], names.get(last), x.shape[-1])
            coordinates[last] = ((last,), labels, {})
    if trials is not None:
        coordinates |= _of_trials(trials, axes, taken={*variables, *coordinates})
    version = importlib.metadata.version("ctrnn-jax")
    attributes = {
        "dt": axes.dt,
        "stride": axes.stride,
        "source": f"ctrnn-jax {version}",
    }
    library = optional_library("xarray", "to_xarray()")
    return library.Dataset(variables, coordinates, attributes)


_LAST = {
    "outputs": "output", "targets": "output", "mask": "output", "inputs": "input",
}  # fmt: skip
"""The last axis of arrays that do not have one entry for each unit."""


def plain(values: Numbers) -> np.ndarray:
    """Return a NumPy array; numbers of 16 bits, which files lack, become float32."""
    array = np.asarray(values)
    is_half = array.dtype.itemsize == 2 and array.dtype.kind not in "iu"
    return array.astype(np.float32) if is_half else array


def _arrays_of_trials(trials: Trial, axes: Axes) -> dict[str, tuple[Numbers, str]]:
    """Return inputs, targets and mask at the recorded steps, with their last axis."""
    *batch, num_times = axes.shape
    *of_trials, num_steps, _ = trials.inputs.shape
    check(
        of_trials == batch and num_steps // axes.stride == num_times,
        "trials",
        f"be those of the trajectory, {tuple(batch)} with {num_times} recorded steps",
        f"{tuple(of_trials)} with {num_steps // axes.stride}",
        "Pass the trials whose inputs were simulated.",
    )
    arrays = {"inputs": trials.inputs, "targets": trials.targets, "mask": trials.mask}
    every = slice(axes.stride - 1, None, axes.stride)
    return {name: (x[..., every, :], _LAST[name]) for name, x in arrays.items()}


def _of_units(units: Groups) -> dict[str, Variable]:
    """Return the coordinates of units: index, class and area, if they have them."""
    coordinates: dict[str, Variable] = {
        "unit": (("unit",), np.arange(units.size), {}),
    }
    kinds = {
        "class": [name for name in units.names if name in _CLASSES],
        "area": [name for name in units.names if name not in _CLASSES],
    }
    for kind, names in kinds.items():
        if names:
            labels = np.full(units.size, "", object)
            for name in names:
                for i in units.indices(name):
                    labels[i] = f"{labels[i]} {name}".strip()
            coordinates[kind] = (("unit",), labels.astype(str), {})
    return coordinates


def _labels(
    groups: Groups | None, names: Sequence[str] | None, size: int
) -> np.ndarray:
    """Return the labels of channels: names of the task, or of the groups, or counts."""
    if names is not None:
        check_shape("task", names, (size,), "Pass the task of these trials.")
        return np.asarray(names)
    if groups is None or not groups.names:
        return np.arange(size)
    labels = [str(i) for i in range(size)]
    for name in reversed(groups.names):  # a channel in two groups has the first name
        indices = groups.indices(name)
        for order, i in enumerate(indices):
            labels[i] = name if len(indices) == 1 else f"{name} {order}"
    return np.asarray(labels)


def _of_trials(trials: Trial, axes: Axes, taken: set[str]) -> dict[str, Variable]:
    """Return conditions, and start and end of epochs in ms, as coordinates."""
    coordinates: dict[str, Variable] = {}
    for name, values in trials.conditions.items():
        label = f"condition_{name}" if name in taken else name
        rest = range(values.ndim - len(axes.batch))
        dims = (*axes.batch, *(f"{name}_{i}" for i in rest))
        coordinates[label] = (dims, plain(values), {})
    for name, edges in trials.epochs.items():
        times = axes.dt * np.asarray(edges)
        for i, end in enumerate(("start", "end")):
            variable = (axes.batch, times[..., i], {"units": "ms"})
            coordinates[f"{name}_{end}"] = variable
    return coordinates
