"""Bytes of network files, and networks that are read from them."""

from collections.abc import Callable
import functools
from functools import partial
from pathlib import Path
import tempfile
from typing import Any

import ctrnn_jax as cj

from ._connectivity import CONNECTIVITY
from ._digest import Cases
from ._network_functions import observed
from ._networks import (
    inputs,
    key,
    Make,
    N_IN,
    N_OUT,
    network,
    noisy,
    of_form,
    plastic,
    rolled,
    UNITS,
    weights,
)


def with_areas() -> cj.EIRNN:
    """Return a network with areas and bounds."""
    return cj.EIRNN(
        N_IN, UNITS, N_OUT, dt=20.0, tau=100.0, key=key(5),
        connectivity=CONNECTIVITY["multi_area_ei"](),
        constraints={"w_hid": cj.constraints.Bounded(-0.4, 0.4)},
    )  # fmt: skip


NETWORKS: dict[str, Callable[[], cj.AbstractNetwork]] = {
    "eirnn": lambda: noisy(cj.EIRNN, "all", cj.ExponentialEuler),
    "ctrnn": lambda: of_form(cj.CTRNN, cj.dynamics.RateForm, "power_law", "diffusion"),
    "plastic": lambda: plastic(form=cj.dynamics.RectifiedLeakForm()),
    "low_rank": lambda: network(constraints={"w_hid": cj.constraints.LowRank(2)}),
    "areas": with_areas,
    "observed": observed,
    "song2016": lambda: cj.presets.song2016("rdm_fixed", key=key(1)),
}


@functools.cache
def saved_and_loaded(make: Make) -> tuple[bytes, cj.AbstractNetwork]:
    """Return the bytes of a network's file and the network that is read from it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.safetensors"
        cj.save(path, make())
        return path.read_bytes(), cj.load(path)


def file_bytes(make: Make) -> bytes:
    return saved_and_loaded(make)[0]


def loaded(make: Make) -> cj.AbstractNetwork:
    return saved_and_loaded(make)[1]


def loaded_rollout(make: Make) -> Any:
    net = loaded(make)
    return weights(net), rolled(net, inputs(net.n_in))


def file_cases() -> Cases:
    for name, make in NETWORKS.items():
        yield f"bytes.{name}", partial(file_bytes, make)
        yield f"read.{name}", partial(loaded_rollout, make)
