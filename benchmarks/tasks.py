"""Measure the time to draw trials, and its share of an update.

`ms` is the time to draw 1,000 trials in one compiled call. `ns a value` is that time
divided by the number of entries of inputs, targets and mask. `share` is the time to
draw a batch of the recipe's size, divided by the time of an update (including the draw)
of the recipe's network.
"""

from _timing import arguments, goal, interleaved, table, write
import equinox as eqx
import jax

import ctrnn_jax as cj


TRIALS = 1000
SMOKE = ("perceptual_decision", "fdgo", "dms", "flip_flop", "match_to_category")


def drawing(task: cj.tasks.AbstractTask, size: int, repeats: int) -> tuple[float, int]:
    """Return the milliseconds, and the number of entries of the trials."""
    draw = jax.jit(lambda key: task.batch(key, size))
    key = jax.random.key(0)
    trials = jax.eval_shape(draw, key)
    num_values = trials.inputs.size + trials.targets.size + trials.mask.size
    return interleaved({"draw": draw}, (key,), repeats=repeats)["draw"], num_values


def share(name: str, task: cj.tasks.AbstractTask, repeats: int, smoke: bool) -> dict:
    """Return the milliseconds of an update, and of drawing its trials."""
    recipe = cj.recipe(name)
    size = 2 if smoke else recipe.batch_size
    net = recipe.network(task, n_hidden=8 if smoke else None, key=jax.random.key(0))
    optimiser = recipe.transform(recipe.learning_rate)
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
        ms, num_values = drawing(task, 10 if options.smoke else TRIALS, options.repeats)
        parts = share(name, task, min(options.repeats, 7), options.smoke)
        measured = {
            "task": name,
            "ms": ms,
            "ns a value": 1e6 * ms / num_values,
            "update ms": parts["update"],
            "share": parts["draw"] / parts["update"],
        }
        results.append(measured)
        rows.append(tuple(measured.values()))
    print(
        table(
            ("task", f"{TRIALS} trials, ms", "ns a value", "update ms", "share"), rows
        )
    )
    if options.smoke:
        return
    slowest = max(results, key=lambda row: row["ms"])
    most_expensive = max(results, key=lambda row: row["ns a value"])
    largest = max(results, key=lambda row: row["share"])
    num_below = sum(row["ms"] < 10 for row in results)
    goals = [
        goal(
            "1,000 trials drawn, slowest task, ms",
            "< 10",
            slowest["ms"],
            slowest["ms"] < 10,
            f"{slowest['task']}; {num_below} of {len(results)} tasks are below",
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
