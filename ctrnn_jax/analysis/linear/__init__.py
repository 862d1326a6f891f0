"""Linearised dynamics: spectra, transient amplification, stationary statistics."""

from ._fluctuations import Stationary as Stationary
from ._linearisation import (
    Amplification as Amplification,
    amplification as amplification,
    henrici as henrici,
    numerical_abscissa as numerical_abscissa,
    Selection as Selection,
    selection as selection,
)
from ._lyapunov_equation import (
    continuous_lyapunov as continuous_lyapunov,
    discrete_lyapunov as discrete_lyapunov,
)
from ._spectra import (
    kreiss_bound as kreiss_bound,
    random_matrix as random_matrix,
    RandomMatrix as RandomMatrix,
    Spectrum as Spectrum,
    spectrum as spectrum,
)
from ._stationary import stationary as stationary
