"""Errors of attributes that networks do not have: what to write instead."""

import dataclasses
from typing import NoReturn, TYPE_CHECKING

import equinox as eqx

from .._checks import closest
from .._show import AbstractShown
from ._weights import NAMES


_CALLS = {
    "alpha": "{net}.dt / {net}.tau",
    "apply": "cj.rollout(net, inputs)",
    "eval": "cj.noiseless({net})",
    "fit": "cj.fit({net}, task, optimiser, ...)",
    "forward": "cj.rollout(net, inputs)",
    "gamma": "{net}.dt / {net}.tau",
    "load": "cj.load(path)",
    "load_state_dict": "cj.load(path)",
    "named_parameters": "eqx.partition({net}, cj.trainable({net}))",
    "parameters": "eqx.partition({net}, cj.trainable({net}))",
    "perturb": "cj.perturb(net, ...)",
    "predict": "cj.rollout(net, inputs)",
    "rollout": "cj.rollout(net, inputs)",
    "run": "cj.rollout(net, inputs)",
    "save": "cj.save(path, {net})",
    "simulate": "cj.rollout(net, inputs)",
    "state_dict": "cj.save(path, {net})",
    "step": "cj.step(net, state, u)",
    "to": "cj.astype({net}, dtype)",
    "train": "cj.fit({net}, task, optimiser, ...)",
    "weights": "cj.effective({net})",
    "astype": "cj.astype({net}, dtype)",
    "effective": "cj.effective({net})",
    "noiseless": "cj.noiseless({net})",
    "replace": "cj.replace({net}, ...)",
    "summary": "cj.summary({net})",
    "trainable": "cj.trainable({net})",
    "violations": "cj.violations({net})",
}
"""Methods of other packages, and what does the same here."""

REPLACEABLE = (*NAMES, "dt", "noise", "method", "form", "synapses", "activation")
"""What `cj.replace` changes."""


class AbstractHelpfulErrors(AbstractShown, eqx.Module):
    """Errors of unknown attributes, assignments and calls that say what to write.

    `_own` is the network itself, in terms of the user's variable `net`.
    """

    _own: eqx.AbstractClassVar[str]

    # type checkers find unknown names only if they do not see these methods
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            if hasattr(type(self), name):
                # a property failed: raise its own error
                return object.__getattribute__(self, name)
            message = f"{type(self).__name__} has no attribute {name!r}."
            if not name.startswith("_"):
                message += _instead(self, name)
            raise AttributeError(message)

        def __setattr__(self, name: str, value: object) -> None:
            try:
                super().__setattr__(name, value)
            except dataclasses.FrozenInstanceError:
                meant = closest(name, REPLACEABLE, cutoff=0.8) or name
                remedy = "Build another network."
                if meant in REPLACEABLE:
                    remedy = f"Use net = cj.replace({self._own}, {meant}=...)."
                text = f"cannot assign to {name!r}: networks do not change. {remedy}"
                raise dataclasses.FrozenInstanceError(text) from None

        def __call__(self, *_: object, **__: object) -> NoReturn:
            remedy = "Use cj.rollout(net, inputs), or cj.step(net, state, u)."
            raise TypeError(f"{type(self).__name__} is not a function. {remedy}")


def _instead(net: AbstractHelpfulErrors, name: str) -> str:
    """Return the end of an error: what to write instead of `net.<name>`, if known."""
    if name in _CALLS:
        return f" Use {_CALLS[name].format(net=net._own)}."
    # the network of a perturbed one has other attributes
    places = {weight: f"cj.effective({net._own}).{weight}" for weight in NAMES}
    for owner, place in ((vars(net).get("network", net), net._own), (net, "net")):
        fields = (field.name for field in dataclasses.fields(owner))
        public = (key for key in dir(type(owner)) if not key.startswith("_"))
        places |= {key: f"{place}.{key}" for key in (*fields, *public)}
    meant = closest(name, places)
    return f" Use {places[meant]}." if meant else ""
