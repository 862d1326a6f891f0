"""Gradient estimators: backpropagation through time, e-prop, RTRL, evolution.

How is the gradient computed?

    BPTT  Backpropagation through time: exact, or truncated.
    RTRL  Real-time recurrent learning: exact, without a reverse pass.

How is it estimated?

    EProp              e-prop for rate networks, a local rule.
    EvolutionStrategy  The gradient of a smoothed loss, from values of the loss alone.

How is a custom method written?

    AbstractGradient  The base class.
    Problem           The loss on one batch of trials, the argument of a method.
"""

from .._namespaces import set_up_namespace
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

set_up_namespace(__name__)
