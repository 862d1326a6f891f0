"""The names that the calls of the catalogue use, made once in a process."""

from collections.abc import Callable
import functools
from pathlib import Path
import types

from bad_input.results import results
import equinox as eqx
import jax
import jax.numpy as jnp
from matplotlib.figure import Figure
import matplotlib.pyplot as plt
import numpy as np
import optax

import ctrnn_jax as cj


class OwnTask(cj.tasks.AbstractTask):
    """A task of a user; `change` spoils its trial, `(5, 1)` numbers."""

    change: Callable[[cj.tasks.Trial], object] = eqx.field(static=True)
    dt: float = eqx.field(static=True, default=20.0)
    input_names, output_names = ("x",), ("y",)

    @property
    def n_steps(self):
        return 5

    def render(self, condition, key):
        x = jax.random.normal(key, (5, 1))
        facts = {"t_end": jnp.asarray(5), "is_catch": jnp.asarray(False)}
        return self.change(cj.tasks.Trial(x, x, jnp.ones_like(x), facts, {}))

    def score(self, outputs, trials):
        return jnp.mean(outputs, axis=(-2, -1))


def written(content: str | cj.AbstractNetwork) -> Path:
    """Write text or a network to a file in the current folder; return its path."""
    path = Path("network.safetensors")
    if isinstance(content, str):
        path.write_text(content)
        return path
    return cj.save(path, content)


def networks(key: jax.Array) -> dict[str, object]:
    """Return more networks: with noise, with names, and of 15 units."""
    sizes = {"dt": 20.0, "tau": 100.0, "key": key}
    areas = cj.connectivity.MultiAreaEI(
        {"sensory": 4, "motor": 4}, inputs={"stimulus": 2}, outputs={"choice": 2},
        frac_excitatory=0.5, key=key,
    )  # fmt: skip
    plain = cj.CTRNN(2, 10, 2, **sizes)
    return {
        "diverged": eqx.tree_at(
            lambda n: n.raw.w_hid, plain, jnp.full((10, 10), np.nan)
        ),
        "areas": areas,
        "named": cj.EIRNN(*areas.sizes, connectivity=areas, **sizes),
        "noisy": cj.CTRNN(2, 10, 2, noise=cj.DiffusionNoise(0.1), **sizes),
        "larger": cj.CTRNN(2, 15, 2, **sizes),
    }


@functools.cache
def names() -> dict[str, object]:
    """Return modules and valid objects by name, of a network of 10 units at 20 ms."""
    key = jax.random.key(0)
    net = cj.EIRNN(2, 10, 2, dt=20.0, tau=100.0, key=key)
    plain = cj.CTRNN(2, 10, 2, dt=20.0, tau=100.0, key=key)
    task = cj.tasks.make("perceptual_decision", dt=20.0)
    trials = task.batch(key, 4)
    traj = cj.rollout(net, trials.inputs, record=cj.Record(rates=True, potentials=True))
    made = {
        "net": net, "plain": plain, "nets": cj.stack([net, net]), "key": key,
        "perturbed": cj.perturb(net, cj.perturbations.Lesion(3)),
        "task": task, "trials": trials, "traj": traj, "adam": optax.adam(1e-3),
        "nan": np.nan, "inf": np.inf, "matrix": np.eye(10),
    } | networks(key)  # fmt: skip
    modules = {"cj": cj, "jax": jax, "jnp": jnp, "np": np, "optax": optax, "eqx": eqx}
    modules |= {"plt": plt, "SimpleNamespace": types.SimpleNamespace}
    return made | modules | {"written": written, "OwnTask": OwnTask} | results(plain)


def fresh() -> dict[str, object]:
    """Return the names, with axes that no other call has drawn on."""
    return names() | {"ax": Figure().add_subplot()}
