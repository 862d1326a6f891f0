"""The 20 tasks of Yang et al. (2019)."""

from ._rules import (
    YANG2019_DESCRIPTIONS as YANG2019_DESCRIPTIONS,
    YANG2019_RULES as YANG2019_RULES,
)
from ._task import Yang2019 as Yang2019
