"""F5: what a network does, as arrays."""

from ._behaviour import (
    psychometric_curve as psychometric_curve,
    PsychometricCurve as PsychometricCurve,
)
