"""Wrong calls of rollouts and single steps."""

CALLS = {
    "cj.rollout(net, trials)": (
        "ValueError: `inputs` must be numbers or a dictionary; got a Trial. "
        "Pass its `inputs`."
    ),
}
