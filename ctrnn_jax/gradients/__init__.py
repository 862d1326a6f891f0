"""Gradient estimators: backpropagation through time, e-prop, RTRL, evolution."""

from .._checks import suggest_names
from ._bptt import BPTT
from ._eprop import EProp
from ._evolution import EvolutionStrategy
from ._problem import AbstractGradient, Problem
from ._rtrl import RTRL


__all__ = [
    "BPTT",
    "RTRL",
    "AbstractGradient",
    "EProp",
    "EvolutionStrategy",
    "Problem",
]

suggest_names(__name__)
