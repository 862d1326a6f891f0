"""F5: experiments of other libraries: neurogym's as tasks, gymnasium's to be played."""

from ._gymnasium import play, Played
from ._neurogym import from_neurogym, NeurogymTask, prefetched


__all__ = [
    "NeurogymTask",
    "Played",
    "from_neurogym",
    "play",
    "prefetched",
]
