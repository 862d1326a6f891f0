"""Initial weights: distributions, scaled draws, and distributions of other packages."""

from .._checks import suggest_names
from ._base import AbstractInitialiser, draw as draw
from ._distributions import (
    Constant,
    Gamma,
    Glorot,
    Identity,
    LogNormal,
    Normal,
    Orthogonal,
    Uniform,
)
from ._other_packages import ClampedUniform, SignedAfterScaling
from ._scaled import Balanced, Gain, spectral_abscissa, spectral_radius, SpectralRadius


__all__ = [
    "AbstractInitialiser",
    "Balanced",
    "ClampedUniform",
    "Constant",
    "Gain",
    "Gamma",
    "Glorot",
    "Identity",
    "LogNormal",
    "Normal",
    "Orthogonal",
    "SignedAfterScaling",
    "SpectralRadius",
    "Uniform",
    "spectral_abscissa",
    "spectral_radius",
]

suggest_names(__name__)
