"""Validation of the kinds of arguments, from the annotations of public functions.

It validates that a network is a network, an array an array and a flag True or False,
before anything else happens. Values are validated where they are used.
"""

import collections.abc
from collections.abc import Iterable, Mapping, Sequence
import dataclasses
import functools
import inspect
import types
import typing
from typing import Any, cast, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import jaxtyping
import numpy as np

from ._checks import closest, describe, invalid, OF_PERTURBED
from ._types import C, with_readable_signature


_KINDS: dict[str, tuple[str, str]] = {
    "AbstractAdjoint": ("an adjoint", "Use cj.HoistedAdjoint()."),
    "AbstractConnectivity": (
        "a connectivity",
        "See cj.connectivity; a boolean array is cj.constraints.Masked(array).",
    ),
    "AbstractConstraint": ("a constraint", "See cj.constraints."),
    "AbstractDecoder": ("a decoder", "Use cj.analysis.LDADecoder()."),
    "AbstractForm": ("a form of the equation", "Use cj.dynamics.CurrentForm()."),
    "AbstractGradient": ("a gradient", "Use cj.gradients.BPTT()."),
    "AbstractInitialiser": ("an initialiser", "See cj.initialisers."),
    "AbstractMagnitudeMap": ("a magnitude map", "Use cj.constraints.Abs()."),
    "AbstractMethod": ("a method of discretisation", "Use cj.Euler()."),
    "AbstractNetwork": ("a network", "Pass a CTRNN or EIRNN."),
    "AbstractNoise": ("a noise", "Use cj.DiffusionNoise(...) or cj.StepNoise(...)."),
    "AbstractPenalty": ("a penalty", "See cj.penalties."),
    "AbstractPerturbation": ("a perturbation", "See cj.perturbations."),
    "AbstractTask": ("a task", "Use cj.tasks.make(name), for example."),
    "AbstractMesh": ("a mesh of devices", "Use cj.sharding.mesh(...)."),
    "ArrayTask": ("a task of arrays", "Use cj.tasks.from_arrays(...)."),
    "Axes": ("Matplotlib axes", "Use fig, ax = plt.subplots()."),
    "Figure": ("a Matplotlib figure", "Use fig = plt.figure()."),
    "GradientTransformation": (
        "an optax optimiser",
        "Use optax.adam(1e-3), for example.",
    ),
    "Batches": ("batches", "Use cj.tasks.from_batches(...)."),
    "Bifurcation": ("a bifurcation diagram", "Use cj.analysis.bifurcation(...)."),
    "Checkpoints": ("checkpoints", "Use cj.Checkpoints(folder)."),
    "ChronometricBootstrap": (
        "a chronometric bootstrap",
        "Use cj.analysis.bootstrap_chronometric(...).",
    ),
    "ChronometricCurve": (
        "a chronometric curve",
        "Use cj.analysis.chronometric_curve(...).",
    ),
    "ChronometricFit": ("a chronometric fit", "Use cj.analysis.fit_chronometric(...)."),
    "ConditionAverages": (
        "averages by condition",
        "Use cj.analysis.condition_averages(...).",
    ),
    "Curriculum": ("a curriculum", "Use cj.training.Curriculum(...)."),
    "Decoding": ("a decoding", "Use cj.analysis.decode(...)."),
    "EnsembleResult": ("the result of an ensemble", "Pass that of cj.fit_ensemble."),
    "EnsembleState": ("the state of an ensemble", "Pass result.state."),
    "FitResult": (
        "the result of a fit",
        "Pass that of cj.fit, or a member of an ensemble: many.member(0).",
    ),
    "FitState": ("the state of a fit", "Pass result.state."),
    "FixedPoints": ("fixed points", "Use cj.analysis.find_fixed_points(...)."),
    "History": ("a history", "Pass result.history."),
    "Layout": ("a layout", "Pass net.layout."),
    "Loss": ("a loss", "Use cj.Loss(...)."),
    "LyapunovSpectrum": ("a Lyapunov spectrum", "Use cj.analysis.lyapunov(...)."),
    "Mesh": ("a mesh of devices", "Use cj.sharding.mesh(...)."),
    "NeurogymTask": ("a neurogym task", "Use cj.interop.from_neurogym(...)."),
    "PCA": ("principal components", "Use cj.analysis.pca(...)."),
    "PerturbationEffects": (
        "effects of perturbations",
        "Use cj.analysis.perturbation_effects(...).",
    ),
    "Perturbed": ("a network", "Use cj.perturb(net, ...)."),
    "PsychometricBootstrap": (
        "a psychometric bootstrap",
        "Use cj.analysis.bootstrap_psychometric(...).",
    ),
    "PsychometricCurve": (
        "a psychometric curve",
        "Use cj.analysis.psychometric_curve(...).",
    ),
    "PsychometricFit": ("a psychometric fit", "Use cj.analysis.fit_psychometric(...)."),
    "Record": ("a Record", "Use cj.Record(rates=True, ...)."),
    "ShortTermPlasticity": (
        "short-term plasticity",
        "Use cj.dynamics.ShortTermPlasticity(...).",
    ),
    "Spectrum": ("a spectrum", "Use cj.analysis.spectrum(net)."),
    "State": ("a State", "Use net.initial_state(), or the state of a trajectory."),
    "SynapticState": ("the state of the synapses", "Use net.initial_state().synapses."),
    "Trajectory": ("a trajectory", "Use cj.rollout(...)."),
    "Trial": ("trials", "Use task.batch(key, size)."),
    "TuningCurve": ("a tuning curve", "Use cj.analysis.tuning_curve(...)."),
    "Weights": ("a Weights", "Use cj.effective(net), edited."),
    "ArrayLike": ("numbers", "Give a number or an array of numbers."),
    "Callable": ("a function", "Pass the function itself."),
    "Groups": ("groups", "Use cj.connectivity.Groups(size)."),
    "Iterable": ("a list", "Give a tuple."),
    "KeyArray": ("a JAX random key", "Use jax.random.key(0)."),
    "Mapping": ("a dictionary", "Give a dict."),
    "PathLike": ("a path", "Give text or a pathlib.Path."),
    "make": (
        "a function of a key that returns a network",
        "Such as make=lambda key: cj.CTRNN(..., key=key).",
    ),
    "perturbations": ("a dictionary or a list", "Use [cj.perturbations.Lesion(0)]."),
    "seeds": ("a list of whole numbers", "Such as seeds=range(4)."),
    "stop_when": ("a stop rule", "Use cj.MeanAbove(0.9), for example."),
    "bool": ("True or False", "Give a boolean."),
    "str": ("text", "Give text."),
}
"""By class, or by argument: what it must be, and where users get one."""

_CLASSES = frozenset(name for name in _KINDS if name[0].isupper()) - {
    "ArrayLike", "Callable", "GradientTransformation", "Iterable", "KeyArray",
    "Mapping",
}  # fmt: skip

_MANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)

_ANYTHING = (Any, object, type, jaxtyping.PyTree, inspect.Parameter.empty)

_NUMBERS_IN = {
    "CTRNN": "Pass an array of it, such as cj.effective(net).w_hid.",
    "EIRNN": "Pass an array of it, such as cj.effective(net).w_hid.",
    "FixedPoints": "Pass an array of it, such as points.points[0].",
    **dict.fromkeys(
        ("EnsembleResult", "FitResult", "History"),
        "Pass arrays of a history, such as history.loss, or history.validation_step "
        "and history.performance; cj.plotting.plot_training(result) draws them all.",
    ),
    "LyapunovSpectrum": "Pass an array of it, such as its `exponents`.",
    "PCA": "Pass an array of it, such as pca.components.",
    "Perturbed": "Pass an array of its `network`, the intact one.",
    "ReactionTimes": "Pass its `time`.",
    "Spectrum": "Pass the matrix itself.",
    "State": "Pass its `potentials`.",
    "TaskVariances": "Pass its `normalised`.",
    "Trajectory": "Pass an array of it, such as traj.rates.",
    "Trial": "Pass an array of it, such as trials.inputs, or of trials.conditions.",
    "Weights": "Pass one array of it, such as weights.w_hid.",
}
"""By class of objects that hold numbers: how to get at them."""

_WEIGHTS = ("weights", "matrix", "jacobian", "a", "w_hid", "w_in", "w_out")
_ACTIVITY = (
    "rates", "potentials", "outputs", "activity", "trajectories", "samples", "data",
    "first", "second",
)  # fmt: skip
"""Arguments to which users pass weights, and parts of a trajectory."""


Kinds = Mapping[str, Any]
"""Names of rows of `_KINDS`, each with the class, or a predicate, of its values."""


def checks_arguments(fn: C) -> C:
    """Validate the kind of every argument of each call, from the annotations.

    Flags (`bool`) must be True or False: any text is true, "no" and "False" too.
    Arguments annotated with classes must be instances of them. Numbers alone (`int`,
    `float`) and names (`str`) pass: the function validates their values. An unknown
    keyword is an error that suggests the argument that was meant. Of a class whose
    `__init__` is generated from its fields, the fields are the arguments.
    """
    if isinstance(fn, type):
        type.__setattr__(fn, "__init__", checks_arguments(fn.__init__))
        return cast(C, fn)
    parameters = inspect.signature(fn).parameters
    takes_any = any(p.kind == p.VAR_KEYWORD for p in parameters.values())
    one = {n: p for n, p in parameters.items() if p.kind not in _MANY}
    positions = [name for name, p in one.items() if p.kind != p.KEYWORD_ONLY]

    @functools.cache
    def kinds() -> dict[str, Kinds]:
        # evaluated at the first call, when all classes exist
        hints = inspect.signature(fn, eval_str=True).parameters
        pairs = {name: _kinds_in(hints[name].annotation) for name in one}
        return {name: kinds for name, kinds in pairs.items() if kinds}

    @functools.wraps(fn)
    def checked(*args: object, **kwargs: object) -> Any:
        given = dict(zip(positions, args, strict=False)) | kwargs
        for name in kwargs:
            if name not in one and not takes_any:
                call = fn.__qualname__.removesuffix(".__init__")
                raise unknown_keyword(call, name, list(one))
        for name, expected in kinds().items():
            if name in given and not _fits(given[name], expected):
                raise _wrong_kind(name, given, kinds())
        return fn(*args, **kwargs)

    return cast(C, with_readable_signature(checked))


def check_fields(instance: object) -> None:
    """Validate the kind of every field of a dataclass, from the annotations.

    This is `checks_arguments` for classes whose `__init__` is generated.
    """
    kinds = _kinds_of_fields(type(instance))
    given = {name: getattr(instance, name) for name in kinds}
    for name, expected in kinds.items():
        if not _fits(given[name], expected):
            raise _wrong_kind(name, given, kinds)


@functools.cache
def _kinds_of_fields(cls: type) -> dict[str, Kinds]:
    # annotations that are text are left out
    types = {f.name: f.type for f in dataclasses.fields(cls) if f.init}
    pairs = {
        name: _kinds_in(annotation)
        for name, annotation in types.items()
        if not isinstance(annotation, str)
    }
    return {name: kinds for name, kinds in pairs.items() if kinds}


def _kinds_in(annotation: object) -> Kinds:
    """Return the kinds that an annotation allows; none if nothing is to be checked.

    `int`, `float` and `str`, alone or with `None`, are left to the function.
    """
    parts = _parts_of(annotation)
    kinds = [_kind_of(part) for part in parts]
    if None in kinds or set(parts) <= {int, float, str, type(None)}:
        return {}
    named = dict(kind for kind in kinds if kind is not None)
    if "ArrayLike" in named:
        named.pop("Iterable", None)  # lists are array-like
    return named


def _parts_of(annotation: object) -> list[Any]:
    """Return the members of a union, in order, or the annotation alone."""
    if isinstance(annotation, TypeVar):
        annotation = annotation.__bound__ or Any
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = typing.get_args(annotation)
        return [part for member in members for part in _parts_of(member)]
    return [annotation]


def _kind_of(part: object) -> tuple[str, Any] | None:
    """Return the kind of a member of a union; `None` if it allows any value."""
    origin = typing.get_origin(part) or part
    if not isinstance(origin, type) or origin in _ANYTHING:
        return None
    if issubclass(origin, jaxtyping.AbstractArray):
        is_key = origin.dtype in (jaxtyping.Key, jaxtyping.UInt32)
        return ("KeyArray", is_key_array) if is_key else ("ArrayLike", _is_array_like)
    if origin is bool:
        return "bool", (bool, np.bool_)
    if issubclass(origin, (jax.Array, np.ndarray, np.number, float, int, complex)):
        return "ArrayLike", _is_array_like
    if origin.__name__ == "GradientTransformation":
        return "GradientTransformation", _is_optimiser
    if origin is collections.abc.Callable:
        return "Callable", is_function
    if issubclass(origin, Mapping):
        return "Mapping", Mapping
    if issubclass(origin, str):
        return "str", str
    is_list = issubclass(origin, Iterable) and origin.__name__ not in _CLASSES
    return ("Iterable", _is_list) if is_list else (origin.__name__, origin)


def is_key_array(value: object) -> bool:
    """Return whether a value is a key of `jax.random.key`, or a raw one, or many."""
    if not isinstance(value, (jax.Array, np.ndarray)):
        return False
    is_typed = jnp.issubdtype(value.dtype, jax.dtypes.prng_key)
    return is_typed or value.dtype == np.uint32


def is_function(value: object) -> bool:
    """Return whether a value is a function, or an object that is called as one.

    A class is not: its instance was meant. A network has `__call__` for its error.
    """
    is_class = isinstance(value, type)
    return callable(value) and not is_class and not hasattr(value, "initial_state")


def _is_array_like(value: object) -> bool:
    is_plain = isinstance(value, (bool, int, float, complex, list, tuple, range))
    is_array = hasattr(value, "shape") and hasattr(value, "dtype")
    return is_plain or is_array or hasattr(value, "__array__")


def _is_optimiser(value: object) -> bool:
    """Return whether a value has the functions, as also `optax.MultiSteps`."""
    has_functions = hasattr(value, "init") and hasattr(value, "update")
    return has_functions and not isinstance(value, type)


def _is_list(value: object) -> bool:
    # trials and trajectories are iterable, but no lists
    others = (str, bytes, Mapping, eqx.Module)
    return isinstance(value, Iterable) and not isinstance(value, others)


def _fits(value: object, kinds: Kinds) -> bool:
    """Return whether a value is of one of the kinds."""
    return any(
        kind(value) if inspect.isroutine(kind) else isinstance(value, kind)
        for kind in kinds.values()
    )


def _wrong_kind(
    name: str, given: Mapping[str, object], kinds: Mapping[str, Kinds]
) -> ValueError:
    """Return the error for an argument of another kind than the function expects."""
    value, expected = given[name], kinds[name]
    words = [name] if name in _KINDS else list(expected)
    unknown = {word: (f"a {word}", f"Pass a {word}.") for word in words}
    rows = [(unknown | _KINDS)[word] for word in words if word != "NoneType"]
    rule = "be " + " or ".join(dict.fromkeys(phrase for phrase, _ in rows))
    remedy = rows[0][1]
    if words[0] == "ArrayLike" and (name in _WEIGHTS or not _is_network(value)):
        remedy = _NUMBERS_IN.get(type(value).__name__, remedy)
    if name == "jacobian" and _is_network(value):
        remedy = "Use cj.analysis.jacobian(net, potentials), or points.modes(0)."
    if words[0] == "ArrayLike" and value is None and name in _ACTIVITY:
        remedy = "Give an array; a trajectory has None for what was not recorded."
    classes = tuple(kind for word, kind in expected.items() if word in _CLASSES)
    takes_function = "Callable" in expected and name != "make"
    if type(value).__name__ == "Perturbed" and "AbstractNetwork" in words:
        remedy += OF_PERTURBED
    elif isinstance(value, type) and (issubclass(value, classes) or takes_function):
        remedy = f"Call it: {value.__name__}(...)."
    elif value is not None and (keyword := _canvas(value, kinds)):
        remedy = f"Pass it by keyword: {keyword}={keyword}."
    elif part := _part_that_fits(name, value, expected):
        remedy = f"Pass its `{part}`."
    else:
        for other, others in kinds.items():
            if (
                other in given
                and not _fits(given[other], others)
                and _fits(given[other], expected)
                and _fits(value, others)
            ):
                remedy = f"Exchange it with `{other}`."
    return invalid(name, rule, describe(value), remedy)


def _canvas(value: object, kinds: Mapping[str, Kinds]) -> str | None:
    """Return the keyword for axes or a figure that were passed by position."""
    names = ("ax", "figure")
    return next((n for n in names if n in kinds and _fits(value, kinds[n])), None)


def _is_network(value: object) -> bool:
    return type(value).__name__ in ("CTRNN", "EIRNN")


def _part_that_fits(name: str, value: object, kinds: Kinds) -> str | None:
    """Return the field of a value that the user probably meant.

    It has the name of the argument, or is the first of the class that is expected.
    """
    if not dataclasses.is_dataclass(value) or isinstance(value, type):
        return None
    fields = {x.name: getattr(value, x.name, None) for x in dataclasses.fields(value)}
    if name in fields and _fits(fields[name], kinds):
        return name
    # a network has two `Weights`, its raw parameters and its constraints
    kinds = {word: kinds[word] for word in kinds.keys() & (_CLASSES - {"Weights"})}
    return next((field for field, part in fields.items() if _fits(part, kinds)), None)


def unknown_keyword(call: str, word: str, names: Sequence[str]) -> TypeError:
    """Return Python's error for an unknown keyword, with a suggestion."""
    names = [name for name in names if name != "self"]
    meant = closest(word, names)
    hint = f"Did you mean `{meant}`? " if meant else ""
    options = ", ".join(f"`{name}`" for name in names)
    options = f"The arguments are {options}." if options else "It takes no keywords."
    return TypeError(f"{call}() has no argument `{word}`. {hint}{options}")
