"""Files of networks with classes of a user, in every part of a network."""

import dataclasses

import canonical
import equinox as eqx
from helpers import close, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)


@dataclasses.dataclass(frozen=True)
class Saturating:
    """An activation with a number."""

    half: float = 0.5

    def __call__(self, v):
        r = jax.nn.relu(v)
        return r / (r + self.half)


def doubled(v):
    return 2 * v


class AdaptiveForm(cj.dynamics.AbstractForm):
    """A form with a number, a function and a name."""

    scale: jax.Array
    function: object = eqx.field(static=True)
    label: str = eqx.field(static=True)

    def rates(self, v, activation):
        return self.scale.astype(v.dtype) * activation(self.function(v))

    def advance(self, v, current, *, gain, activation, xi):
        del activation
        change = gain * (-v + current)
        return v + change if xi is None else v + change + xi


class Halved(cj.dynamics.AbstractMethod):
    def gain(self, dt, tau):
        return dt / (2 * tau)

    def diffusion(self, dt, tau):
        return jnp.sqrt(dt / tau)

    def check(self, dt, tau):
        del dt, tau


class Constant(cj.dynamics.AbstractNoise):
    """Noise whose level does not depend on anything."""

    level: jax.Array

    def pre_std(self, method, dt, tau):
        del method, dt, tau

    def post_std(self, method, dt, tau):
        del method, dt, tau
        return self.level

    def rate_std(self):
        return None


class Capped(cj.constraints.AbstractConstraint):
    most: jax.Array
    place = cj.constraints.Place.BOUNDS

    def effective(self, raw):
        most = self.most.astype(raw.dtype)
        return jnp.clip(raw, -most, most)


OWN = [Saturating, doubled, AdaptiveForm, Halved, Constant, Capped]


def network(**options):
    own = {
        "activation": Saturating(0.25),
        "form": AdaptiveForm(jnp.array(1.5), doubled, "a"),
        "method": Halved(),
        "noise": Constant(jnp.array(0.1)),
        "constraints": {
            "w_hid": cj.constraints.chain(
                cj.constraints.NoAutapses(), Capped(jnp.array(0.2))
            )
        },
    }
    return canonical.eirnn(dtype=jnp.float32, **{**own, **options})


def test_every_part_is_read_with_the_classes_of_the_user(tmp_path):
    net = network()
    path = cj.save(tmp_path / "net", net)
    back = cj.load(path, classes=OWN)
    assert identical(back, net)
    assert back.activation == Saturating(0.25)
    assert vars(back.form)["function"] is doubled
    assert vars(back.form)["label"] == "a"
    assert type(back.noise) is Constant
    inputs = jnp.ones((4, 2), jnp.float32)
    trajectories = [cj.rollout(n, inputs, key=KEY).potentials for n in (net, back)]
    assert identical(*trajectories)
    again = cj.save(tmp_path / "again", back)
    assert again.read_bytes() == path.read_bytes()
    other = cj.load(path, activation="relu", classes=OWN[1:])
    assert other.activation is cj.dynamics.relu


def test_the_rollout_is_that_of_a_plain_loop():
    net = network(noise=None)
    w = {name: np.asarray(x, float) for name, x in vars(cj.effective(net)).items()}
    inputs = np.random.default_rng(0).normal(size=(20, 2))

    def rates(v):
        r = np.maximum(2 * v, 0)
        return 1.5 * r / (r + 0.25)

    v, potentials = w["v0"], []
    for u in inputs:
        v = v + 0.1 * (-v + w["w_hid"] @ rates(v) + w["w_in"] @ u + w["b_hid"])
        potentials.append(v)
    traj = cj.rollout(net, jnp.asarray(inputs, jnp.float32))
    close(traj.potentials, np.array(potentials, "float32"), dtype="float32", scale=10)


@pytest.mark.parametrize("missing", OWN, ids=lambda part: part.__name__)
def test_a_missing_class_is_named(missing, tmp_path):
    path = cj.save(tmp_path / "net", network())
    name = missing.__name__
    message = rf"unknown class '{name}'. If it is yours, pass classes=\[{name}\]"
    with pytest.raises(cj.network.NetworkFileError, match=message):
        cj.load(path, classes=[part for part in OWN if part is not missing])


class NotADataclass:
    def __call__(self, v):
        return v

    def __eq__(self, other):
        return isinstance(other, NotADataclass)

    def __hash__(self):
        return 0


def test_parts_that_cannot_be_saved_raise(tmp_path):
    for part in (NotADataclass(), lambda v: v):
        form = AdaptiveForm(jnp.array(1.0), part, "a")
        with pytest.raises(ValueError, match=r"`form.function` must be of a class"):
            cj.save(tmp_path / "net", network(form=form))
    bounded = type("Bounded", (Capped,), {"__doc__": "The name of another class."})
    constraints = {"b_out": bounded(jnp.array(9.0))}
    message = r"`constraints.b_out` must be of a class whose name differs"
    with pytest.raises(ValueError, match=message):
        cj.save(tmp_path / "net", canonical.ctrnn(constraints=constraints))
    assert not list(tmp_path.iterdir())


def test_activations_that_are_no_dataclass_are_arguments_of_load(tmp_path):
    for activation in (doubled, NotADataclass()):
        path = cj.save(tmp_path / "net", network(activation=activation))
        message = "Pass it as `activation=`"
        with pytest.raises(cj.network.NetworkFileError, match=message):
            cj.load(path, classes=OWN)
        back = cj.load(path, activation=activation, classes=OWN)
        assert back.activation == activation


def test_invalid_classes_raise(tmp_path):
    path = cj.save(tmp_path / "net", network())
    bounded = type("Bounded", (Capped,), {"__doc__": "The name of another class."})
    capped = type("Capped", (Capped,), {"__doc__": "The same name again."})
    for classes, message in (
        ([bounded], "none of them of ctrnn_jax; got Bounded"),
        ([Capped, capped], "hold different names, .* got Capped"),
        ([NotADataclass], "classes that are dataclasses; got NotADataclass"),
    ):
        with pytest.raises(ValueError, match=message):
            cj.load(path, classes=classes)


def test_a_class_with_other_fields_is_an_error(tmp_path):
    path = cj.save(tmp_path / "net", network())

    class Halved(cj.dynamics.AbstractMethod):
        factor: float = 2.0

        def gain(self, dt, tau):
            return dt / tau

        diffusion = gain

        def check(self, dt, tau):
            del dt, tau

    parts = [part for part in OWN if part.__name__ != "Halved"]
    with pytest.raises(cj.network.NetworkFileError, match="Halved has other fields"):
        cj.load(path, classes=[*parts, Halved])
