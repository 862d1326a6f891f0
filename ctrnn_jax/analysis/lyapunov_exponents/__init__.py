"""Lyapunov exponents and the stability of gradients."""

from ._exponents import lyapunov as lyapunov, LyapunovSpectrum as LyapunovSpectrum
from ._gradient_stability import (
    gradient_stability as gradient_stability,
    GradientStability as GradientStability,
)
from ._kaplan_yorke import kaplan_yorke as kaplan_yorke
