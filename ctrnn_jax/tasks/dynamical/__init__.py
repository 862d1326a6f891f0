"""Tasks for dynamical systems: memory, integration, pattern generation, timing."""

from ._chaotic_target import ChaoticTarget as ChaoticTarget
from ._delayed_addition import DelayedAddition as DelayedAddition
from ._flip_flop import (
    FlipFlop as FlipFlop,
    FlipFlopDiscrete as FlipFlopDiscrete,
)
from ._heading import HeadingIntegration as HeadingIntegration
from ._integrator import Integrator as Integrator
from ._ready_set_go import ReadySetGo as ReadySetGo
from ._sine_generator import SineGenerator as SineGenerator
from ._sine_wave import SineWave as SineWave
