"""Gradient estimators: backpropagation through time, e-prop, RTRL, evolution."""

from ._base import (
    AbstractGradient as AbstractGradient,
    BPTT as BPTT,
    Problem as Problem,
)
from ._eprop import EProp as EProp
from ._evolution import EvolutionStrategy as EvolutionStrategy
from ._rtrl import RTRL as RTRL
