"""A functional simulator of continuous-time recurrent networks, in JAX.

    import ctrnn_jax as cj

    net = cj.EIRNN(2, 100, 2, dt=20.0, tau=100.0, key=jax.random.key(0))
    traj = cj.rollout(net, inputs)

The names used most are here. Every other name is in one namespace, such as
`cj.constraints` or `cj.analysis`. `__init__.pyi` lists both. Names are imported when
they are first used, so that `import ctrnn_jax` is quick.
"""

import importlib
import os
from typing import Any

import lazy_loader


_load, __dir__, _names = lazy_loader.attach_stub(__name__, __file__)
_rooms = {name.removesuffix(".py") for name in os.listdir(__path__[0])}
__all__ = [name for name in _names if name not in _rooms]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("ctrnn-jax")
    if name in _names:
        return _load(name)
    message = f"module {__name__!r} has no attribute {name!r}"
    if not name.startswith("_"):
        message += suggested_place(name)
    raise AttributeError(message)


def suggested_place(name: str) -> str:
    """The closest name at the top or in a namespace that can be imported here."""
    from ._checks import closest  # only errors need it

    places = {name: name for name in __all__}
    for room in sorted(_rooms.intersection(_names)):
        try:
            public = importlib.import_module(f".{room}", __name__).__all__
        except ModuleNotFoundError:  # an extra that is not installed
            continue
        places |= {name: f"{room}.{name}" for name in public}
    meant = closest(name, places)
    return f". Did you mean {__name__}.{places[meant]}?" if meant else ""
