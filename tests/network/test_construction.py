"""Constructors of networks: sizes, defaults, weights as arguments, and errors."""

from canonical import eirnn as ei
from helpers import close, has_float64, identical
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)


TIMES = {"dt": 20.0, "tau": 100.0, "key": KEY}


def test_sizes_shapes_and_defaults():
    net = cj.CTRNN(2, 5, 3, **TIMES)
    assert (net.n_in, net.n_hidden, net.n_out) == (2, 5, 3)
    shapes = {name: w.shape for name, w in vars(cj.effective(net)).items()}
    assert shapes == {
        "w_in": (5, 2), "w_hid": (5, 5), "w_out": (3, 5),
        "b_hid": (5,), "b_out": (3,), "v0": (5,), "tau": (),
    }  # fmt: skip
    lean = cj.CTRNN(2, 5, 3, use_bias_hid=False, use_bias_out=False, **TIMES)
    assert cj.effective(lean).b_hid is None
    assert cj.effective(lean).b_out is None


def test_ei_constraints_hold_on_columns_and_each_can_be_switched_off():
    w = jax.tree.map(np.asarray, cj.effective(ei()))
    assert ei().n_excitatory == 4
    assert (w.w_hid[:, :4] >= 0).all()
    assert (w.w_hid[:, 4:] <= 0).all()
    assert not np.diag(w.w_hid).any()
    assert (w.w_in >= 0).all()
    assert (w.w_out[:, :4] > 0).all()
    assert not w.w_out[:, 4:].any()

    free = jax.tree.map(
        np.asarray,
        cj.effective(
            ei(
                dale=False,
                autapses=True,
                positive_input=False,
                excitatory_readout=False,
            )
        ),
    )
    assert (free.w_hid < 0)[:, :4].any()
    assert np.diag(free.w_hid).all()
    assert (free.w_in < 0).any()
    signed = np.asarray(cj.effective(ei(excitatory_readout=False)).w_out)
    assert (signed[:, 4:] < 0).all()


@pytest.mark.parametrize(
    "sign_map", [cj.constraints.Abs(), cj.constraints.Relu(), cj.constraints.Softplus()]
)
def test_weight_arguments_are_effective_weights(sign_map):
    weights = cj.effective(ei(sign_map=sign_map, key=jax.random.key(9)))
    net = ei(sign_map=sign_map, **{
        name: np.asarray(w) for name, w in vars(weights).items()
    })  # fmt: skip
    close(cj.effective(net), weights)


def test_an_array_for_one_weight_does_not_change_the_draw_of_another():
    drawn, with_w_in = ei(), ei(w_in=np.ones((5, 2)))
    assert identical(drawn.raw.w_hid, with_w_in.raw.w_hid)
    assert identical(drawn.raw.w_out, with_w_in.raw.w_out)


def test_initialisers_of_jax_are_accepted():
    net = ei(
        w_hid=jax.nn.initializers.glorot_normal(), b_hid=cj.initialisers.Constant(0.5)
    )
    assert int(cj.violations(net)) == 0
    close(cj.effective(net).b_hid, np.full(5, 0.5))


def test_networks_are_pytrees_of_strong_arrays():
    net = ei(noise=cj.DiffusionNoise(0.1))
    preset = jax.eval_shape(lambda: cj.presets.song2016(key=KEY))
    assert all(isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(net))
    assert not any(leaf.weak_type for leaf in jax.tree.leaves((net, preset)))
    narrow = jax.eval_shape(
        lambda: ei(dtype=jnp.float32, noise=cj.StepNoise(0.1, np.ones(5)))
    )
    assert not has_float64(narrow)
    assert narrow.dtype == jnp.float32
    assert jax.jit(lambda n: n.dt * 2)(net) == 40.0  # plain jit takes a network


BAD = {
    "no units": (lambda: cj.CTRNN(1, 0, 1, **TIMES), "`n_hidden` must be a whole"),
    "one unit": (lambda: cj.EIRNN(1, 1, 1, **TIMES), "none is inhibitory"),
    "inputs": (lambda: cj.CTRNN(-1, 2, 1, **TIMES), "`n_in` must be a whole number"),
    "outputs": (lambda: cj.CTRNN(1, 2, -1, **TIMES), "`n_out` must be a whole number"),
    "dt shape": (lambda: ei(dt=np.ones(5)), r"`dt` must be one number; got shape"),
    "no inhibition": (lambda: ei(frac_excitatory=1.0), "none is inhibitory"),
    "no excitation": (lambda: ei(frac_excitatory=0.0), "none is excitatory"),
    "fraction": (lambda: ei(frac_excitatory=1.5), r"must lie in \[0, 1\]; got 1.5"),
    "large dt": (lambda: ei(dt=150.0), "`dt` must be at most tau with Euler"),
    "zero dt": (lambda: ei(dt=0.0), "`dt` must be positive; got 0"),
    "negative tau": (lambda: ei(tau=-1.0), "`tau` must be positive; got -1"),
    "nan tau": (lambda: ei(tau=float("nan")), "`tau` must be positive; got nan"),
    "tau shape": (lambda: ei(tau=np.ones(3)), r"got shape \(3,\) for 5 units"),
    "noise shape": (lambda: ei(noise=cj.DiffusionNoise(np.ones(3))), "one per unit"),
    "activation": (lambda: ei(activation="rellu"), "Did you mean 'relu'"),
    "w shape": (
        lambda: ei(w_hid=np.ones((5, 3))),
        r"`w_hid` must have shape \(5, 5\)",
    ),
    "w nan": (
        lambda: ei(b_hid=np.full(5, np.nan)),
        "`b_hid` must be finite; got 5 of 5",
    ),
    "w text": (lambda: ei(b_hid=np.array(["a"] * 5)), "b_hid"),
    "w bool": (lambda: ei(b_hid=np.ones(5, bool)), "`b_hid` must be real numbers"),
    "w complex": (lambda: ei(b_hid=1j * np.ones(5)), "`b_hid` must be real numbers"),
    "dale": (
        lambda: ei(w_hid=_dale_broken()),
        r"`w_hid` must satisfy its constraint, Dale then NoAutapses; got 1 of 25 .* "
        r"\(\[2, 4\] = 0.5\) of the wrong sign: unit 4 is inhibitory, .* come first "
        r"\(dale=False allows them\)",
    ),
    "no loop": (
        lambda: cj.CTRNN(
            1,
            3,
            1,
            w_hid=cj.initialisers.SpectralRadius(1.0, cj.initialisers.Normal()),
            constraints={"w_hid": cj.constraints.Masked(np.tri(3, k=-1, dtype=bool))},
            **TIMES,
        ),
        "a spectral radius of 0, as of a mask that leaves no loop",
    ),
    "autapse": (
        lambda: ei(w_hid=0.1 * np.diag([1.0] * 4 + [-1.0])),
        r"got 5 of 25 .* of units onto themselves \(autapses=True allows them\)",
    ),
    "readout": (
        lambda: ei(w_out=np.ones((2, 5))),
        r"2 of 10 .* from inhibitory units \(excitatory_readout=False allows them\)",
    ),
    "softplus zero": (
        lambda: ei(sign_map=cj.constraints.Softplus(), w_in=np.zeros((5, 2))),
        "`w_in` must be reachable by its map",
    ),
    "no bias": (
        lambda: ei(use_bias_hid=False, b_hid=np.ones(5)),
        "`b_hid` must be left out where its bias is switched off",
    ),
    "constraint name": (
        lambda: ei(constraints={"w_hidden": cj.constraints.Free()}),
        "Did you mean 'w_hid'",
    ),
    "constraint shape": (
        lambda: ei(constraints={"w_in": cj.constraints.Masked(np.ones((2, 5), bool))}),
        "Axis 0 is post",
    ),
    "constraint order": (
        lambda: ei(constraints={"w_hid": cj.constraints.NonNegative()}),
        "NonNegative after Dale",
    ),
    "dtype": (lambda: ei(dtype=int), "`dtype` must be a floating point type"),
    "replace bias": (
        lambda: cj.replace(ei(use_bias_out=False), b_out=np.ones(2)),
        "Build the network with use_bias_out=True",
    ),
    "replace shape": (
        lambda: cj.replace(ei(), w_hid=np.ones((5, 3))),
        r"`w_hid` must have shape \(5, 5\); got shape \(5, 3\)",
    ),
    "replace dt": (lambda: cj.replace(ei(), dt=1000.0), "at most tau"),
    "stack nothing": (lambda: cj.stack([]), "at least one network"),
    "stack others": (
        lambda: cj.stack([ei(), ei(noise=cj.StepNoise(0.1))]),
        "a different network at position 1",
    ),
}


def _dale_broken():
    w = np.zeros((5, 5))
    w[2, 4] = 0.5
    return w


@pytest.mark.parametrize("case", BAD)
def test_invalid_arguments_raise(case):
    make, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        make()


WRONG_CLASSES = {
    "noise": (lambda: ei(noise=0.1), "`noise` must be a noise; got 0.1"),
    "form": (lambda: ei(form="rate"), "`form` must be a form of the equation"),
    "synapses": (lambda: ei(synapses=1.0), "`synapses` must be short-term plasticity"),
    "connectivity": (
        lambda: ei(connectivity=np.ones((5, 5), bool)),
        "`connectivity` must be a connectivity; got bool of shape",
    ),
    "method": (lambda: ei(method="euler"), "must be a method of discretisation"),
    "noise of a copy": (
        lambda: cj.replace(ei(), noise=0.1),
        "bare number would not say",
    ),
    "form of a copy": (
        lambda: cj.replace(ei(), form="rate"),
        r"`form` must be CurrentForm\(\), RateForm\(\)",
    ),
    "synapses of a copy": (
        lambda: cj.replace(ei(), synapses=1.0),
        "`synapses` must be a ShortTermPlasticity",
    ),
    "method of a copy": (
        lambda: cj.replace(ei(), method="euler"),
        r"`method` must be Euler\(\)",
    ),
    "constraint": (
        lambda: ei(constraints={"w_hid": np.ones((5, 5), bool)}),
        r"`constraints\['w_hid'\]` must be a constraint; got bool of shape",
    ),
}


@pytest.mark.usefixtures("as_for_a_user")
@pytest.mark.parametrize("case", WRONG_CLASSES)
def test_objects_of_wrong_classes_raise(case):
    make, message = WRONG_CLASSES[case]
    with pytest.raises(ValueError, match=message):
        make()


S = cj.constraints
ONES = np.ones((5, 5))
BROKEN = {
    "Dale": (ei(), ONES),
    "Bounded": (S.chain(S.Bounded(-0.5, 0.5), S.NoAutapses()), ONES),
    "SignMask": (S.SignMask(np.tri(5)), -ONES),
    "Fixed": (S.Fixed(np.eye(5), plastic=np.tri(5, k=-1) > 0), ONES),
    "Symmetric": (S.Symmetric(), np.tri(5)),
    "Skew": (S.Skew(), np.tri(5)),
    "RowBalanced": (S.RowBalanced(), np.tri(5) - 0.5),
    "radius": (S.SpectralRadiusBelow(0.5), np.eye(5)),
    "LowRank": (S.LowRank(1), np.eye(5)),
    "Masked": (S.Masked(np.tri(5) > 0), ONES),
}


@pytest.mark.parametrize("case", BROKEN)
def test_the_error_of_broken_constraints_has_a_remedy_that_works(case):
    net, w_hid = BROKEN[case]
    if not isinstance(net, cj.EIRNN):
        net = cj.CTRNN(2, 5, 1, constraints={"w_hid": net}, **TIMES)
    with pytest.raises(ValueError, match="satisfy its constraint") as caught:
        cj.replace(net, w_hid=w_hid)
    remedy = str(caught.value).partition("weights use ")[2].removesuffix(".")
    repaired = eval(remedy, {"cj": cj, "net": net, "w_hid": jnp.asarray(w_hid)})
    assert int(cj.violations(repaired)) == 0


def test_replace_names_the_argument_that_was_meant():
    with pytest.raises(TypeError, match=r"no argument `w_rec`. Did you mean `w_hid`"):
        cj.replace(ei(), w_rec=ONES)
    with pytest.raises(TypeError, match="cannot change `n_hidden`"):
        cj.replace(ei(), n_hidden=10)


@pytest.mark.usefixtures("as_for_a_user")
def test_zero_is_out_of_reach_of_softplus_in_single_precision():
    with pytest.raises(ValueError, match=r"Softplus\(\) cannot reach 0"):
        ei(sign_map=S.Softplus(), w_in=np.zeros((5, 2)), dtype=jnp.float32)


@pytest.mark.filterwarnings("ignore:Explicitly requested dtype float64")
def test_float64_must_be_enabled():
    with (
        jax.enable_x64(False),
        pytest.raises(ValueError, match="`dtype` must be enabled; got float64"),
    ):
        ei(dtype=np.float64)


def eye(key, shape, dtype):
    """Return the identity, as an initialiser of the user's."""
    return jnp.eye(*shape, dtype=dtype)


@pytest.mark.parametrize(
    ("initialiser", "name"),
    [
        (cj.initialisers.Identity(), "Identity"),
        (cj.initialisers.Balanced(cj.initialisers.Identity()), "Balanced"),
        (eye, "eye"),
    ],
)
def test_an_initialiser_of_which_nothing_is_left_is_an_error(initialiser, name):
    """An identity matrix has no weight left without autapses."""
    message = (
        "`w_hid` must keep a weight of its initialiser under its constraint, Dale then "
        f"NoAutapses; got {name}, all of whose weights it removes. If they connect "
        "units to themselves, pass autapses=True"
    )
    with pytest.raises(ValueError, match=message):
        ei(w_hid=initialiser)
    autapses = ei(w_hid=initialiser, autapses=True)
    np.testing.assert_array_equal(
        cj.effective(autapses).w_hid, np.diag([1.0, 1, 1, 1, -1])
    )


def test_networks_without_recurrent_weights_are_valid():
    """Zeros that are drawn, a mask without a synapse, one unit."""
    nothing = {"w_hid": cj.constraints.Masked(np.zeros((5, 5), bool))}
    no_autapses = {"w_hid": cj.constraints.NoAutapses()}
    normal, identity = cj.initialisers.Normal(), cj.initialisers.Identity()
    for net in (
        ei(w_hid=cj.initialisers.Constant(0.0)),
        ei(w_hid=cj.initialisers.Identity(0.0)),
        ei(w_hid=normal, constraints=nothing),
        cj.CTRNN(2, 1, 1, w_hid=identity, constraints=no_autapses, **TIMES),
    ):
        assert not np.asarray(cj.effective(net).w_hid).any()
