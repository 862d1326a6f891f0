"""Type aliases that every room uses, and signatures whose text has their names."""

from collections.abc import Callable
import inspect
import re
from typing import final, TYPE_CHECKING, TypeAlias, TypeVar

from jax import Array
from jax.typing import DTypeLike
from jaxtyping import Float, Key, UInt32
import numpy as np


C = TypeVar("C", bound=Callable)

ArrayLike: TypeAlias = Array | np.ndarray | np.number | float | int
"""A number or an array of numbers, as an argument of a public function."""

Numbers: TypeAlias = Array | np.ndarray
"""An array of JAX or NumPy, where a result may come from either."""

Scalar: TypeAlias = Float[Array, ""]
PerUnit: TypeAlias = Float[Array, ""] | Float[Array, " units"]
"""One number for the network, or one for each unit."""

Matrix: TypeAlias = Float[Array, "post pre"]
"""A weight matrix: rows are targets, columns are sources."""

KeyArray: TypeAlias = Key[Array, "..."] | UInt32[Array, "... words"]
"""Keys of `jax.random.key`, or raw keys of `jax.random.PRNGKey`."""

NETWORKS, TRIALS = "networks", "trials"
"""The axes of a mesh of devices."""

Activation: TypeAlias = Callable[[Array], Array]
"""A rate function r = f(v), elementwise."""

# Type checkers see an array: code that requested the quantity need not test for `None`.
if TYPE_CHECKING:
    Recorded: TypeAlias = Array
else:
    Recorded = Array | None
"""An array, or `None` if the quantity was not requested."""

# Libraries that may be missing: only type checkers import them here.
if TYPE_CHECKING:
    from pandas import DataFrame as DataFrame
    from xarray import Dataset as Dataset
else:
    DataFrame = Dataset = object

_ALIASES = {
    "ArrayLike": ArrayLike,
    "Numbers": Numbers,
    "KeyArray": KeyArray,
    "PerUnit": PerUnit,
    "DTypeLike | None": DTypeLike | None,
}
"""By name, in the order in which they replace their members in a signature."""

_WIDTH = 80
"""The longest signature on one line."""


@final
class ReadableSignature(inspect.Signature):
    """A signature with short names in its text, one argument a line if it is long.

    The annotations themselves are those of the function.
    """

    __slots__ = ()

    def __str__(self) -> str:
        return self.format()

    def format(self, *, max_width: int | None = _WIDTH, **_: object) -> str:
        """Return the text, for `help()`, which calls this since Python 3.13.

        The package has no arguments that are positional only, which have a `/` in it.
        """
        parts: list[str] = []
        for argument in self.parameters.values():
            has_star = any(part.startswith("*") for part in parts)
            if argument.kind is argument.KEYWORD_ONLY and not has_star:
                parts.append("*")
            if argument.annotation is not argument.empty:
                argument = argument.replace(annotation=_Shown(argument.annotation))
            parts.append(str(argument))
        returned = ""
        if self.return_annotation is not self.empty:
            returned = f" -> {_Shown(self.return_annotation)!r}"
        text = f"({', '.join(parts)}){returned}"
        if len(text) <= (max_width or _WIDTH):
            return text
        lines = ",\n    ".join(parts)
        return f"(\n    {lines},\n){returned}"


@final
class _Shown:
    """An annotation whose text has the names of `_types`, and no modules."""

    def __init__(self, annotation: object) -> None:
        """Shorten the text of an annotation."""
        self._text = _without_modules(annotation)
        for name, alias in _ALIASES.items():
            self._text = self._text.replace(_without_modules(alias), name)

    def __repr__(self) -> str:
        return self._text


def _without_modules(annotation: object) -> str:
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", inspect.formatannotation(annotation))


def with_readable_signature(function: C) -> C:
    """Give a function a signature that `help()` prints well; return the function."""
    signature = inspect.signature(function)
    vars(function)["__signature__"] = ReadableSignature(
        list(signature.parameters.values()),
        return_annotation=signature.return_annotation,
    )
    return function
