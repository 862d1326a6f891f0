"""Linearised dynamics: spectra, transient amplification, stationary statistics."""

from ._lyapunov_equation import (
    continuous_lyapunov as continuous_lyapunov,
    discrete_lyapunov as discrete_lyapunov,
)
from ._non_normality import (
    Amplification as Amplification,
    amplification as amplification,
    henrici as henrici,
    kreiss_bound as kreiss_bound,
    numerical_abscissa as numerical_abscissa,
)
from ._random_matrix import random_matrix as random_matrix, RandomMatrix as RandomMatrix
from ._selection import Selection as Selection, selection as selection
from ._spectrum import Spectrum as Spectrum, spectrum as spectrum
from ._stationary_solution import stationary as stationary
from ._stationary_statistics import Stationary as Stationary
