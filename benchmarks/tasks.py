"""What drawing trials costs: by itself, and as a share of an update.

`ms` draws 1,000 trials in one compiled call; `ns a value` divides by all entries of
inputs, targets and mask. `share` is drawing a batch of the recipe's size over the whole
update (drawing included) of the recipe's network.
"""

from _timing import arguments, goal, interleaved, table, write
import equinox as eqx
import jax

import ctrnn_jax as cj


TRIALS = 1000
SMOKE = ("perceptual_decision", "fdgo", "dms", "flip_flop", "match_to_category")


def drawing(task: cj.tasks.AbstractTask, size: int, repeats: int) -> tuple[float, int]:
    """Milliseconds, and how many numbers were drawn."""
    draw = jax.jit(lambda key: task.batch(key, size))
    key = jax.random.key(0)
    trials = jax.eval_shape(draw, key)
    values = trials.inputs.size + trials.targets.size + trials.mask.size
    return interleaved({"draw": draw}, (key,), repeats=repeats)["draw"], values


def share(name: str, task: cj.tasks.AbstractTask, repeats: int, smoke: bool) -> dict:
    """Milliseconds of an update, and of drawing its trials."""
    usual = cj.recipe(name)
    size = 2 if smoke else usual.batch_size
    net = usual.network(task, n_hidden=8 if smoke else None, key=jax.random.key(0))
    optimiser = usual.transform(usual.learning_rate)
    state = optimiser.init(eqx.filter(net, cj.trainable(net)))
    draw = jax.jit(lambda net, state, key: task.batch(key, size))
    update = jax.jit(
        lambda net, state, key: cj.train_step(
            net, state, key=key, task=task, optimiser=optimiser, batch_size=size
        )
    )
    args = (net, state, jax.random.key(1))
    return interleaved({"draw": draw, "update": update}, args, repeats=repeats)


def main() -> None:
    options = arguments(__doc__)
    rows, results = [], []
    for name in SMOKE if options.smoke else cj.tasks.names():
        task = cj.recipe(name).task(name)
        ms, values = drawing(task, 10 if options.smoke else TRIALS, options.repeats)
        parts = share(name, task, min(options.repeats, 7), options.smoke)
        found = {
            "task": name,
            "ms": ms,
            "ns a value": 1e6 * ms / values,
            "update ms": parts["update"],
            "share": parts["draw"] / parts["update"],
        }
        results.append(found)
        rows.append(tuple(found.values()))
    print(
        table(
            ("task", f"{TRIALS} trials, ms", "ns a value", "update ms", "share"), rows
        )
    )
    if options.smoke:
        return
    slowest = max(results, key=lambda found: found["ms"])
    most_expensive = max(results, key=lambda found: found["ns a value"])
    largest = max(results, key=lambda found: found["share"])
    quick = sum(found["ms"] < 10 for found in results)
    goals = [
        goal(
            "1,000 trials drawn, slowest task, ms",
            "< 10",
            slowest["ms"],
            slowest["ms"] < 10,
            f"{slowest['task']}; {quick} of {len(results)} tasks are below",
        ),
        goal(
            "trials, ns a value, most expensive task",
            "<= 5",
            most_expensive["ns a value"],
            most_expensive["ns a value"] <= 5,
            most_expensive["task"],
        ),
        goal(
            "drawing / update, largest share",
            "<= 0.1",
            largest["share"],
            largest["share"] <= 0.1,
            largest["task"],
        ),
    ]
    print("written to", write("tasks", results, goals))


if __name__ == "__main__":
    main()
