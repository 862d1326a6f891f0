"""Every named task has a recipe whose networks and options match it."""

import equinox as eqx
import jax
import pytest

import ctrnn_jax as cj


KEY = jax.random.key(0)
NAMES = cj.tasks.names()
OF_EACH_FAMILY = ["sine_wave", "fdgo", "dms", "flip_flop_discrete", "match_to_category"]
ALL = [
    pytest.param(n, marks=[pytest.mark.slow] * (n not in OF_EACH_FAMILY)) for n in NAMES
]
UPDATED = [
    pytest.param(name, marks=[pytest.mark.slow] * (name not in ("sine_wave", "fdgo")))
    for name in NAMES
    if name not in cj.tasks.YANG2019_RULES[3:]  # all others are alike
]


@pytest.mark.parametrize("name", NAMES)
def test_every_task_has_a_recipe(name):
    usual = cj.recipe(name)
    task = usual.task(name)
    if usual.validation_size is not None:
        assert usual.validation_size % task.n_conditions == 0
    assert 0 < usual.stop_when.threshold < 1
    assert usual.source


def test_no_text_of_a_recipe_or_a_task_has_two_spaces_in_a_row():
    for name in NAMES:
        texts = [cj.recipe(name, published=p).source for p in (False, True)]
        task = cj.tasks.make(name)
        texts += [cj.tasks.describe(name), task.performance_name]
        texts += [*task.input_names, *task.output_names]
        assert not [text for text in texts if "  " in text]


@pytest.mark.parametrize("name", ALL)
def test_networks_have_the_inputs_and_outputs_of_their_task(name):
    """They are only traced, as are their updates below: compiling takes minutes."""
    usual = cj.recipe(name)
    task = usual.task(name)
    for variant in usual.variants:
        net = eqx.filter_eval_shape(
            lambda key, v=variant: usual.network(task, v, n_hidden=30, key=key), KEY
        )
        assert (net.n_in, net.n_hidden, net.n_out) == (task.n_in, 30, task.n_out)


@pytest.mark.usefixtures("optax_promotes")
@pytest.mark.parametrize("name", UPDATED)
def test_every_update_can_be_traced(name):
    usual = cj.recipe(name)
    published = cj.recipe(name, published=True)
    recipes = [usual] if published.source == usual.source else [usual, published]
    for recipe in recipes:
        for variant in recipe.variants:
            _trace(recipe, usual.task(name), variant)


def _trace(recipe, task, variant):
    optimiser = recipe.transform(recipe.learning_rate)

    def update(key):
        net = recipe.network(task, variant, n_hidden=30, key=key)
        state = optimiser.init(eqx.filter(net, cj.trainable(net)))
        return cj.train_step(
            net, state, key=key, task=task, optimiser=optimiser, batch_size=2,
            loss=recipe.loss,
        )[2].loss  # fmt: skip

    assert eqx.filter_eval_shape(update, KEY).shape == ()


@pytest.mark.parametrize("name", OF_EACH_FAMILY)
def test_networks_have_the_dt_of_their_task(name):
    usual = cj.recipe(name)
    task = usual.task(name)
    for each in (task, task.at(task.dt / 2)):

        @jax.jit
        def dt(key, each=each):
            return usual.network(each, n_hidden=10, key=key).dt

        assert float(dt(KEY)) == each.dt


def test_networks_and_sizes_are_published_ones():
    romo = cj.recipe("parametric_working_memory")
    task = romo.task("parametric_working_memory")
    net = eqx.filter_eval_shape(lambda key: romo.network(task, key=key), KEY)
    assert net.n_hidden == 500
    assert romo.stop_when([0.2, 0.85])  # the last one counts, and equality is enough
    assert not cj.recipe("perceptual_decision").stop_when([0.85] * 5)
    assert cj.recipe("perceptual_decision").stop_when([0.8, 0.86, 0.86, 0.87, 0.87])
    dms = cj.recipe("dms")
    assert dms.task_options == {"test_cost_multiplier": 2.0}
    assert float(vars(dms.task("dms"))["test_cost_multiplier"]) == 2.0
    assert dms.batch_size == 1024
    assert cj.recipe("context_integration").validation_size == 50 * 73


def test_published_settings_are_sgd_and_the_regulariser():
    """Song, Yang & Wang 2016: rate 0.01, norm at most 1, 2 Omega, 10,000 trials."""
    usual = cj.recipe("perceptual_decision", published=True)
    assert (usual.learning_rate, usual.batch_size) == (1e-2, 20)
    assert (usual.validate_every, usual.num_updates) == (500, 10_000_000)
    assert usual.loss is not None
    assert list(usual.loss.penalties) == ["omega"]
    assert float(usual.loss.penalties["omega"].weight) == 2.0
    optimiser = usual.transform(usual.learning_rate)
    large = jax.numpy.full(4, 10.0)
    step, _ = optimiser.update(large, optimiser.init(large))
    assert jax.numpy.allclose(step, -0.005)  # norm 20 to 1, times 0.01
    assert cj.recipe("sine_wave", published=True).batch_size == 1
    masse = cj.recipe("dms")
    assert masse.loss is not None
    assert float(masse.loss.penalties["rates"].weight) == 2e-2
    assert cj.recipe("fdgo", published=True).source == cj.recipe("fdgo").source


def test_the_start_cue_can_be_connected():
    usual = cj.recipe("multisensory_integration")
    task = usual.task("multisensory_integration")

    def total_weight(variant):
        net = usual.network(task, variant, key=KEY)
        return float(abs(cj.effective(net).w_in[:, 4]).sum())

    assert total_weight("multisensory") == 0.0
    assert total_weight("multisensory_start") > 0.0


def test_unknown_tasks_and_networks_are_errors():
    with pytest.raises(ValueError, match="Did you mean 'fdgo'"):
        cj.recipe("fdgoo")
    usual = cj.recipe("perceptual_decision")
    task = usual.task("perceptual_decision")
    with pytest.raises(ValueError, match="Did you mean 'rdm_dense'"):
        usual.network(task, "rdm_dens", key=jax.random.key(0))
