"""F5: experiments of other libraries: neurogym's as tasks, gymnasium's to be played."""

from ._gymnasium import play as play, Played as Played
from ._neurogym import (
    from_neurogym as from_neurogym,
    NeurogymTask as NeurogymTask,
    prefetched as prefetched,
)
