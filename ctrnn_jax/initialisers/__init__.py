"""Initial weights: distributions, scaled draws, and distributions of other packages.

From which distribution are weights drawn?

    Normal     Gaussian with standard deviation `gain / sqrt(fan_in)`.
    Uniform    Uniform on [-bound, bound], or magnitudes on [0, bound].
    Glorot     Variance `2 / (fan_in + fan_out)` (Glorot & Bengio 2010).
    Gamma      Magnitudes from a gamma distribution (Song et al. 2016).
    LogNormal  Magnitudes from a lognormal distribution.

Which matrix do they begin with?

    Orthogonal  A random orthogonal matrix times a gain (Saxe et al. 2014).
    Identity    The identity times a scale.
    Constant    Every existing weight has the same magnitude.

How are drawn weights scaled?

    SpectralRadius     A draw scaled to a spectral radius.
    Gain               A draw scaled to a root mean square row norm.
    Balanced           A draw whose inhibition cancels the excitation in each row.
    spectral_radius    Return the largest modulus of an eigenvalue.
    spectral_abscissa  Return the largest real part of an eigenvalue.

How do other packages draw?

    ClampedUniform      nn4n's distribution.
    SignedAfterScaling  PsychRNN's distribution.

How is a custom one written?

    AbstractInitialiser  The base class.
"""

from .._namespaces import set_up_namespace
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

set_up_namespace(__name__)
