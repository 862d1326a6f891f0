"""Files of a user: a task and networks, and files that cannot be used."""

OWN = '''
"""A file of a user."""

from pathlib import Path

import ctrnn_jax as cj
import equinox as eqx
import jax
import jax.numpy as jnp

Path(__file__).with_name("has_run").touch()


class Repeat(cj.tasks.AbstractTask):
    """The output must repeat the input.

    - `steps`: number of steps of a trial.
    """

    dt: float = eqx.field(static=True, default=20.0)
    steps: int = eqx.field(static=True, default=5)
    scale: jax.Array = eqx.field(default=1.0, converter=lambda x: jnp.asarray(x, float))
    level: float = 0.5
    input_names, output_names = ("x",), ("y",)

    @property
    def n_steps(self):
        return self.steps

    def render(self, condition, key):
        x = self.scale * jax.random.normal(key, (self.n_steps, 1), self.scale.dtype)
        facts = {"t_end": jnp.asarray(self.steps), "is_catch": jnp.asarray(False)}
        epochs = {"trial": jnp.asarray([0, self.steps])}
        return cj.tasks.Trial(x, x, jnp.ones_like(x), facts, epochs=epochs)

    def score(self, outputs, trials):
        error = jnp.abs(outputs - trials.targets)
        return jnp.mean((error < 0.1).astype(outputs.dtype), axis=(-2, -1))


def small(*, steps=3):
    return Repeat(steps=steps)


def curved(x):
    return jnp.tanh(2 * x)


def network(task, *, key, n_hidden=6):
    sizes = task.n_in, n_hidden, task.n_out
    return cj.CTRNN(*sizes, dt=task.dt, tau=100.0, activation=curved, key=key)


def wrong(*arguments, **options):
    return "text"


class Unfinished(cj.tasks.AbstractTask):
    dt: float = eqx.field(static=True, default=20.0)
    input_names, output_names, n_steps = ("x",), ("y",), 5


class Failing(Repeat):
    def render(self, condition, key):
        raise RuntimeError("this trial cannot be made")


instance, number = Repeat(), 3
'''


def write(folder, text=OWN, name="own.py"):
    """Write a file of a user; return its path."""
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / name
    path.write_text(text)
    return path


def has_run(path):
    """Return whether the code of a file has run since the last call."""
    mark = path.with_name("has_run")
    was = mark.exists()
    mark.unlink(missing_ok=True)
    return was
