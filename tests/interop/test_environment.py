"""Seeds of the parts of an environment."""

from interop.environments import Alternating, Dots

from ctrnn_jax.interop._environment import seed_trials


def test_parts_do_not_share_their_random_numbers():
    """neurogym gives one seed to all parts."""
    env = Dots()
    env.seed(1)
    assert env.rng.uniform() == env.timing["delay"].rng.uniform()
    seed_trials(env, 1)
    assert env.rng.uniform() != env.timing["delay"].rng.uniform()
    pair = Alternating([Dots(), Dots()])
    seed_trials(pair, 1)
    assert pair.envs[0].rng.uniform() != pair.envs[1].rng.uniform()
