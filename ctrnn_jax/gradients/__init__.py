"""Gradient estimators: backpropagation through time, e-prop, RTRL, evolution."""

from ._base import AbstractGradient, BPTT, Problem
from ._eprop import EProp
from ._evolution import EvolutionStrategy
from ._rtrl import RTRL


__all__ = [
    "BPTT",
    "RTRL",
    "AbstractGradient",
    "EProp",
    "EvolutionStrategy",
    "Problem",
]
