"""Experiments of other libraries: tasks from neurogym, episodes in gymnasium.

How does a network train on a task of neurogym?

    from_neurogym  Return a task from a neurogym environment.
    NeurogymTask   Trials of a neurogym environment.
    prefetched     Yield the task with new trials, each bank drawn ahead.

How does it act in an environment?

    play    Run episodes in which outputs act on an environment.
    Played  The result: the record of episodes.
"""

from .._namespaces import set_up_namespace
from ._neurogym import from_neurogym, NeurogymTask, prefetched
from ._play import play, Played


__all__ = [
    "NeurogymTask",
    "Played",
    "from_neurogym",
    "play",
    "prefetched",
]

set_up_namespace(__name__)
