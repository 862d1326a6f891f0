"""Namespaces: their help, and the errors for names that they lack."""

import sys
import types
from typing import final, NoReturn


_CALLS = 8
"""`dir` is called at most this many calls below pydoc's function."""


@final
class Namespace(types.ModuleType):
    """A package whose `help()` is its docstring, which lists every public name.

    For any other package, `help()` lists its files, which are private here, and prints
    the help of every class and function below; names that load lazily it would load.
    """

    @property
    def __path__(self) -> list[str]:
        path = vars(self).get("__path__")
        # help lists the files of what has a path
        if path is None or _is_for_help():
            raise AttributeError(
                f"module {self.__name__!r} has no attribute '__path__'"
            )
        return path

    def __dir__(self) -> list[str]:
        return [] if _is_for_help() else list(super().__dir__())


def _is_for_help() -> bool:
    """Return whether pydoc writes the help of a module, and calls this to do so."""
    frame = sys._getframe(1)
    for _ in range(_CALLS):
        if frame is None or frame.f_code.co_name == "docmodule":
            return frame is not None
        frame = frame.f_back
    return False


def set_up_namespace(room: str) -> None:
    """Give a namespace its help, and errors that suggest the closest name.

    `room` is the `__name__` of the module, whose `__all__` has its public names. The
    closest name elsewhere in the package is suggested if the namespace has none.
    """
    module, package = sys.modules[room], sys.modules[__package__ or ""]

    def unknown(name: str) -> NoReturn:
        from ._checks import closest  # only errors need it

        message = f"module {room!r} has no attribute {name!r}"
        if not name.startswith("_"):
            meant = closest(name, module.__all__)
            here = f". Did you mean {room}.{meant}?"
            message += here if meant else package.suggested_place(name)
        raise AttributeError(message)

    # set here, because type checkers allow any name in a module that defines it
    vars(module)["__getattr__"] = unknown
    module.__class__ = Namespace
