"""Files of networks: round trips, equal bytes, and an error for each wrong file."""

import json
import os

import canonical
import equinox as eqx
from helpers import identical
import jax
import jax.numpy as jnp
from network.full_network import full
import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import ctrnn_jax as cj


KEY = jax.random.key(0)
NETWORKS = {
    "ctrnn": canonical.ctrnn,
    "ei": lambda: canonical.eirnn(noise=cj.StepNoise(pre=0.1)),
    "relu": lambda: canonical.eirnn(sign_map=cj.constraints.Relu()),
    "softplus": lambda: canonical.eirnn(
        sign_map=cj.constraints.Softplus(),
        method=cj.ExponentialEuler(),
        use_bias_hid=False,
        train_v0=True,
    ),
    "per unit": lambda: cj.CTRNN(
        1,
        4,
        0,
        dt=1.0,
        tau=np.arange(2.0, 6.0),
        key=KEY,
        dtype=jnp.float32,
        noise=cj.DiffusionNoise(np.ones(4)),
        activation=cj.dynamics.PowerLaw(3.0, 0.1),
        constraints={
            "w_in": cj.constraints.NonNegative(),
            "b_hid": cj.constraints.Masked(np.ones(4, bool)),
        },
    ),
    "half": lambda: canonical.ctrnn(dtype=jnp.bfloat16),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_loaded_network_is_the_saved_one(name, tmp_path):
    net = NETWORKS[name]()
    path = cj.save(tmp_path / "net.safetensors", net)
    back = cj.load(path)
    assert identical(back, net)
    assert type(back) is type(net)
    assert back.activation == net.activation


def test_equal_networks_give_equal_bytes(tmp_path):
    for i in range(3):
        cj.save(tmp_path / f"{i}", NETWORKS["ei"]())
    assert len({(tmp_path / f"{i}").read_bytes() for i in range(3)}) == 1


def test_a_custom_activation_is_an_argument_of_load(tmp_path):
    path = tmp_path / "net"
    net = cj.save(path, cj.replace(NETWORKS["ctrnn"](), activation=jnp.sin))
    with pytest.raises(cj.network.NetworkFileError, match="Pass it as `activation=`"):
        cj.load(net)
    assert cj.load(path, activation=jnp.sin).activation is jnp.sin


def edited(path, change):
    """Change the header of the file, and remove the checksum."""
    with safe_open(path, "numpy") as file:
        header = json.loads(file.metadata()["ctrnn_jax"])
    del header["sha256"]
    change(header)
    save_file(load_file(path), path, {"ctrnn_jax": json.dumps(header)})


def test_each_wrong_file_has_a_specific_error(tmp_path):
    path = cj.save(tmp_path / "net", NETWORKS["ei"]())
    whole = path.read_bytes()

    def raises(message):
        return pytest.raises(cj.network.NetworkFileError, match=message)

    for cut in (0, 5, 100, len(whole) - 1):
        path.write_bytes(whole[:cut])
        with raises("not a whole safetensors file"):
            cj.load(path)
    path.write_bytes(np.random.default_rng(0).bytes(1000))
    with raises("not a whole safetensors file"):
        cj.load(path)
    save_file({"x": np.zeros(3)}, path)
    with raises("no network of ctrnn_jax"):
        cj.load(path)

    def fields(h):
        return h["network"]["fields"]

    changes = {
        "has format 3; this version reads format 2": lambda h: h.update(format=3),
        "unknown class 'os.system'": lambda h: fields(h)["noise"].update(
            {"class": "os.system"}
        ),
        "has other fields": lambda h: fields(h).pop("dt"),
        "holds no network": lambda h: h.update(network=fields(h)["noise"]),
        "does not describe a network": lambda h: h.pop("network"),
        "Did you mean 'relu'": lambda h: fields(h).update(activation="reluu"),
        "unknown weights": lambda h: fields(h).update(fixed={"tuple": ["w"]}),
        "`w_in` must be a matrix": lambda h: fields(h)["raw"]["fields"].update(
            w_in={"tensor": "dt"}
        ),
        "`w_in` must be float64 of shape": lambda h: fields(h)["raw"]["fields"].update(
            w_hid={"tensor": "raw.w_in"}
        ),
    }
    for message, change in changes.items():
        path.write_bytes(whole)
        edited(path, change)
        with raises(message):
            cj.load(path)
    with pytest.raises(FileNotFoundError):
        cj.load(tmp_path / "nowhere")


def test_a_failed_save_leaves_the_old_file_alone(tmp_path, monkeypatch):
    path = cj.save(tmp_path / "net", NETWORKS["ei"]())
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        cj.save(path, NETWORKS["relu"]())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(FileNotFoundError):
        cj.save(tmp_path / "no" / "folder", NETWORKS["ei"]())


def test_saving_a_stack_raises(tmp_path):
    net = canonical.ctrnn()
    with pytest.raises(ValueError, match=r"`net` must be one network; got a stack"):
        cj.save(tmp_path / "x.safetensors", cj.stack([net, net]))
    assert not list(tmp_path.iterdir())


def test_every_part_is_saved(tmp_path):
    net = full()
    back = cj.load(cj.save(tmp_path / "net", net))
    assert identical(back, net)
    assert back.layout == net.layout


@pytest.mark.parametrize(
    "constraint",
    [
        cj.constraints.SignMask(np.ones((5, 5)), free=np.zeros((5, 5), bool)),
        cj.constraints.LowRank(2, background=np.eye(5)),
        *(
            pytest.param(constraint, marks=pytest.mark.slow)
            for constraint in (
                cj.constraints.Fixed(np.eye(5)),
                cj.constraints.Symmetric(),
                cj.constraints.Skew(),
                cj.constraints.chain(
                    cj.constraints.NoAutapses(), cj.constraints.Bounded(-1.0, 1.0)
                ),
            )
        ),
    ],
)
def test_every_constraint_is_saved(constraint, tmp_path):
    form = cj.dynamics.RectifiedLeakForm()
    net = canonical.ctrnn(form=form, constraints={"w_hid": constraint})
    assert identical(cj.load(cj.save(tmp_path / "net", net)), net)


@pytest.mark.parametrize("other", [1, 3])
def test_a_file_of_another_format_names_the_version_that_reads_it(other, tmp_path):
    path = cj.save(tmp_path / "net", NETWORKS["ctrnn"]())
    edited(path, lambda header: header.update(format=other, version="0.1.0"))
    message = f"has format {other}; this version reads format 2. .*wrote it, 0.1.0"
    with pytest.raises(cj.network.NetworkFileError, match=message):
        cj.load(path)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_no_changed_bit_gives_another_network(dtype, tmp_path):
    net = canonical.ctrnn(dtype=dtype)
    path = cj.save(tmp_path / "net.safetensors", net)
    data = path.read_bytes()
    rng = np.random.default_rng(0)
    size = int.from_bytes(data[:8], "little")
    places = [*rng.integers(8, 8 + size, 40), *rng.integers(8 + size, len(data), 40)]
    num_errors = 0
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(changed)
        try:
            loaded = cj.load(path)
        except ValueError:
            num_errors += 1
        else:  # the version in the header, or padding
            assert identical(loaded, net)
    assert num_errors >= 70


def test_a_file_without_a_checksum_is_read(tmp_path):
    net = canonical.ctrnn(dtype="float32")
    path = cj.save(tmp_path / "net.safetensors", net)
    data = path.read_bytes()
    # the name of the key, of the same length
    path.write_bytes(data.replace(b"sha256", b"sha-no"))
    assert identical(cj.load(path), net)


def test_float64_is_not_made_float32(tmp_path):
    net = canonical.ctrnn()
    path = cj.save(tmp_path / "net.safetensors", net)
    with jax.enable_x64(False), pytest.raises(ValueError, match="holds float64, which"):
        cj.load(path)
    assert cj.astype(cj.load(path), "float32").dtype == jnp.float32


def test_weights_that_are_not_finite_are_read_on_request_only(tmp_path):
    net = cj.CTRNN(1, 3, 1, dt=10.0, tau=100.0, key=jax.random.key(0))
    diverged = eqx.tree_at(lambda n: n.raw.b_hid, net, jnp.full(3, jnp.inf))
    path = cj.save(tmp_path / "network.safetensors", diverged)
    message = "3 NaN or infinite entries of `b_hid`"
    with pytest.raises(cj.network.NetworkFileError, match=message):
        cj.load(path)
    assert bool(eqx.tree_equal(cj.load(path, allow_nan=True), diverged))
