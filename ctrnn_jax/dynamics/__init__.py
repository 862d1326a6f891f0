"""F1: rate functions, discretisation, noise and the single step; arrays in and out."""

from ._activation import ACTIVATIONS as ACTIVATIONS
from ._activation import as_activation as as_activation
from ._activation import linear as linear
from ._activation import PowerLaw as PowerLaw
from ._activation import relu as relu
from ._activation import retanh as retanh
from ._activation import sigmoid as sigmoid
from ._activation import softplus as softplus
from ._activation import tanh as tanh
from ._conventions import CONVENTIONS as CONVENTIONS
from ._conventions import noise_from as noise_from
from ._conventions import noise_to as noise_to
from ._discretise import AbstractMethod as AbstractMethod
from ._discretise import Euler as Euler
from ._discretise import ExponentialEuler as ExponentialEuler
from ._noise import AbstractNoise as AbstractNoise
from ._noise import DiffusionNoise as DiffusionNoise
from ._noise import StepNoise as StepNoise
from ._random import standard_normal as standard_normal
from ._random import trial_keys as trial_keys
from ._step import along_units as along_units
from ._step import ctrnn_step as ctrnn_step
