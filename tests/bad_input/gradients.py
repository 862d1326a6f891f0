"""Wrong calls of estimators of gradients."""

CALLS = {
    "cj.gradients.BPTT(cj.Truncated)": (
        "ValueError: `adjoint` must be an adjoint; got the class Truncated. Call it: "
        "Truncated(...)."
    ),
    "cj.gradients.BPTT(cj.HoistedAdjoint)": (
        "ValueError: `adjoint` must be an adjoint; got the class HoistedAdjoint. "
        "Call it: HoistedAdjoint(...)."
    ),
    'cj.gradients.BPTT("truncated")': (
        "ValueError: `adjoint` must be an adjoint; got 'truncated'. Use "
        "cj.HoistedAdjoint()."
    ),
    "cj.gradients.BPTT(5)": (
        "ValueError: `adjoint` must be an adjoint; got 5. Use cj.HoistedAdjoint()."
    ),
    "cj.gradients.BPTT(teacher_forcing=2.0)": (
        "ValueError: `teacher_forcing` must lie in [0, 1]; got 2. At 1 the units "
        "send only their targets."
    ),
    'cj.gradients.BPTT(teacher_forcing="yes")': (
        "ValueError: `teacher_forcing` must be numbers; got 'yes'. Give a number or "
        "an array of numbers."
    ),
    "cj.gradients.BPTT(teacher_forcing=nan)": (
        "ValueError: `teacher_forcing` must lie in [0, 1]; got nan. At 1 the units "
        "send only their targets."
    ),
    "cj.gradients.BPTT(0.5)": (
        "ValueError: `adjoint` must be an adjoint; got 0.5. Use cj.HoistedAdjoint()."
    ),
    "cj.gradients.BPTT(forcing=0.5)": (
        "TypeError: BPTT() has no argument `forcing`. Did you mean "
        "`teacher_forcing`? The arguments are `adjoint`, `teacher_forcing`."
    ),
    "cj.gradients.BPTT(None)": (
        "ValueError: `adjoint` must be an adjoint; got None. Use cj.HoistedAdjoint()."
    ),
    "cj.gradients.RTRL(5)": (
        "TypeError: RTRL.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.gradients.RTRL(steps=5)": (
        "TypeError: RTRL() has no argument `steps`. It takes no keywords."
    ),
    "cj.gradients.RTRL(adjoint=cj.HoistedAdjoint())": (
        "TypeError: RTRL() has no argument `adjoint`. It takes no keywords."
    ),
    "cj.gradients.EProp(net)": (
        "ValueError: `feedback` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    'cj.gradients.EProp("random")': (
        "ValueError: `feedback` must be numbers; got 'random'. Give a number or an "
        "array of numbers."
    ),
    "cj.gradients.EProp(nan * matrix)": (
        "ValueError: `feedback` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.gradients.EProp(matrix[0])": (
        "ValueError: `feedback` must be floats of shape (n_hidden, n_out); got "
        "float32 of shape (10,). Rows are the units that learn."
    ),
    "cj.gradients.EProp(1.0)": (
        "ValueError: `feedback` must be floats of shape (n_hidden, n_out); got "
        "float32 of shape (). Rows are the units that learn."
    ),
    "cj.gradients.EProp(np.eye(10, dtype=int))": (
        "ValueError: `feedback` must be floats of shape (n_hidden, n_out); got int32 "
        "of shape (10, 10). Rows are the units that learn."
    ),
    "cj.gradients.EProp(True)": (
        "ValueError: `feedback` must be floats of shape (n_hidden, n_out); got bool "
        "of shape (). Rows are the units that learn."
    ),
    "cj.gradients.EProp(cj.effective(net))": (
        "ValueError: `feedback` must be numbers; got a Weights. Pass one array of "
        "it, such as weights.w_hid."
    ),
    "cj.gradients.EProp.random(net)": (
        "TypeError: EProp.random() missing 1 required keyword-only argument: 'key'"
    ),
    "cj.gradients.EProp.random(net, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.gradients.EProp.random(10, key=key)": (
        "ValueError: `net` must be a network; got 10. Pass a CTRNN or EIRNN."
    ),
    "cj.gradients.EProp.random(key, key=net)": (
        "ValueError: `net` must be a network; got key<fry> of shape (). Exchange it "
        "with `key`."
    ),
    "cj.gradients.EvolutionStrategy(0.1)": (
        "TypeError: EvolutionStrategy.__init__() missing 1 required positional "
        "argument: 'pairs'"
    ),
    "cj.gradients.EvolutionStrategy(0.0, 10)": (
        "ValueError: `sigma` must be positive; got 0. It is the standard deviation "
        "of the perturbations."
    ),
    "cj.gradients.EvolutionStrategy(-0.1, 10)": (
        "ValueError: `sigma` must be positive; got -0.1. It is the standard "
        "deviation of the perturbations."
    ),
    "cj.gradients.EvolutionStrategy(10, 0.1)": (
        "ValueError: `pairs` must be a whole number, at least 1; got 0.1. Give an int."
    ),
    "cj.gradients.EvolutionStrategy(0.1, 0)": (
        "ValueError: `pairs` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.gradients.EvolutionStrategy(0.1, 10.0)": (
        "ValueError: `pairs` must be a whole number, at least 1; got 10.0. Give an int."
    ),
    "cj.gradients.EvolutionStrategy(nan, 10)": (
        "ValueError: `sigma` must be positive; got nan. It is the standard deviation "
        "of the perturbations."
    ),
    'cj.gradients.EvolutionStrategy("small", 10)': (
        "ValueError: `sigma` must be numbers; got 'small'. Give a number or an array "
        "of numbers."
    ),
    "cj.gradients.EvolutionStrategy([0.1, 0.2], 10)": (
        "ValueError: `sigma` must have shape (); got shape (2,). Give one number."
    ),
    'cj.gradients.EvolutionStrategy(0.1, 10, shaping="rank")': (
        "ValueError: `shaping` must be a known name; got 'rank'. Did you mean "
        "'ranks'? The options are 'ranks'."
    ),
    "cj.gradients.EvolutionStrategy(0.1, 10, shaping=True)": (
        "ValueError: `shaping` must be a known name; got True. The options are 'ranks'."
    ),
    "cj.gradients.EvolutionStrategy(0.1, 10, batch_size=0)": (
        "ValueError: `batch_size` must be a whole number, at least 1; got 0. Give an "
        "int."
    ),
    "cj.gradients.EvolutionStrategy(0.1, 10, batch_size=2.0)": (
        "ValueError: `batch_size` must be a whole number, at least 1; got 2.0. Give "
        "an int."
    ),
    "cj.gradients.EvolutionStrategy(0.1, pairs=10, population=5)": (
        "TypeError: EvolutionStrategy() has no argument `population`. The arguments "
        "are `sigma`, `pairs`, `shaping`, `batch_size`."
    ),
    "cj.gradients.Problem(trials, key, task)": (
        "TypeError: Problem.__init__() missing 1 required positional argument: 'loss'"
    ),
    "cj.gradients.Problem(task, key, trials, cj.Loss())": (
        "ValueError: `trials` must be trials; got a PerceptualDecision. Exchange it "
        "with `task`."
    ),
    "cj.gradients.Problem(trials, key, task, cj.losses.masked_mse)": (
        "ValueError: `loss` must be a loss; got the function masked_mse. Use "
        "cj.Loss(...)."
    ),
    "cj.gradients.Problem(trials, 0, task, cj.Loss())": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.gradients.Problem(traj, key, task, cj.Loss())": (
        "ValueError: `trials` must be trials; got a Trajectory. Use task.batch(key, "
        "size)."
    ),
}
