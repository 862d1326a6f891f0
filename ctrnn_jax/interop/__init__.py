"""Experiments of other libraries: tasks from neurogym, episodes in gymnasium."""

from .._checks import suggest_names
from ._neurogym import from_neurogym, NeurogymTask, prefetched
from ._play import play, Played


__all__ = [
    "NeurogymTask",
    "Played",
    "from_neurogym",
    "play",
    "prefetched",
]

suggest_names(__name__)
