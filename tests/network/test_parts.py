"""Networks with all optional parts, and the cost of parts that are absent."""

import canonical
from helpers import close
import jax
import jax.numpy as jnp
from network.full_network import full
import numpy as np
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)


def test_replace_inverts_all_constraints():
    net = full()
    weights = cj.effective(net)
    again = cj.replace(net, w_hid=weights.w_hid, w_in=weights.w_in, tau=weights.tau)
    close(cj.effective(again), weights)
    with pytest.raises(ValueError, match="must satisfy its constraint"):
        cj.replace(net, w_hid=3 * weights.w_hid)
    with pytest.raises(ValueError, match="`tau` must satisfy its constraint, Bounded"):
        cj.replace(net, tau=25.0 * np.ones(20))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"synapses": cj.dynamics.ShortTermPlasticity(np.ones(3), 1.0, 0.5)},
            "one per unit",
        ),
        (
            {"constraints": {"tau": cj.constraints.Masked(np.ones(3, bool))}},
            "have the shape",
        ),
    ],
)
def test_parts_of_another_shape_raise(options, message):
    with pytest.raises(ValueError, match=message):
        cj.CTRNN(1, 5, 1, dt=1.0, tau=9.0, key=KEY, **options)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: cj.dynamics.ShortTermPlasticity(-1.0, 1.0, 0.5),
            "`tau_u` must be positive",
        ),
        (
            lambda: cj.dynamics.ShortTermPlasticity(1.0, 1.0, 1.5),
            r"must lie in \(0, 1\]",
        ),
        (
            lambda: cj.dynamics.ShortTermPlasticity.of_kinds(np.ones(3)),
            "be boolean, one per unit",
        ),
        (lambda: cj.StepNoise(), "`pre` must be given"),
        (lambda: cj.StepNoise(rate=-0.1), "`rate` must not be negative"),
    ],
)
def test_invalid_parts_raise(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_the_state_has_only_the_parts_that_the_network_needs():
    """A plain network's state is potentials and a counter; other parts add arrays."""

    def leaves(net):
        return len(jax.tree.leaves(jax.eval_shape(lambda: net.initial_state((3,)))))

    plain = canonical.ctrnn()
    assert leaves(plain) == 2
    assert leaves(cj.replace(plain, noise=cj.StepNoise(pre=0.1))) == 2
    assert leaves(cj.replace(plain, noise=cj.StepNoise(rate=0.1))) == 3
    synapses = cj.dynamics.ShortTermPlasticity(200.0, 1500.0, 0.45)
    assert leaves(cj.replace(plain, synapses=synapses)) == 4
    state = cj.State(np.ones(5), synapses=synapses.rest(jnp.ones(5)))
    with pytest.raises(ValueError, match=r"`state.synapses` must be None"):
        cj.rollout(plain, canonical.inputs(), state=state)


def test_absent_parts_add_nothing_to_the_program():
    """A plain network compiles to the same operations as without the other parts."""

    def count(net):
        return len(
            jax.jit(lambda n, u: cj.rollout(n, u).outputs)
            .lower(net, canonical.inputs(2))
            .as_text()
            .splitlines()
        )

    plain = canonical.ctrnn()
    named = canonical.ctrnn(
        connectivity=cj.connectivity.MultiIO(
            {"a": 1, "b": 4}, inputs=2, outputs=2, key=KEY
        )
    )
    mask_operations = count(named) - count(plain)
    assert 0 <= mask_operations <= 40  # three masks, applied once, outside the scan
    assert count(
        cj.replace(plain, synapses=cj.dynamics.ShortTermPlasticity(1.0, 1.0, 0.5))
    ) > (count(plain) + 20)
