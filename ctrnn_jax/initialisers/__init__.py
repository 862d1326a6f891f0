"""Initial weights: distributions, scaled targets, and the schemes of other packages."""

from ._base import AbstractInitialiser as AbstractInitialiser, draw as draw
from ._distributions import (
    Constant as Constant,
    Gamma as Gamma,
    Glorot as Glorot,
    Identity as Identity,
    LogNormal as LogNormal,
    Normal as Normal,
    Orthogonal as Orthogonal,
    Uniform as Uniform,
)
from ._of_other_packages import (
    ClampedUniform as ClampedUniform,
    SignedAfterScaling as SignedAfterScaling,
)
from ._scaled import (
    Balanced as Balanced,
    Gain as Gain,
    spectral_abscissa as spectral_abscissa,
    spectral_radius as spectral_radius,
    SpectralRadius as SpectralRadius,
)
