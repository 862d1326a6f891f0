"""Wrong calls of penalties and losses."""

CALLS = {
    "cj.losses.masked_mse(traj.outputs, trials.targets)": (
        "TypeError: masked_mse() missing 1 required positional argument: 'mask'"
    ),
    "cj.losses.masked_mse(traj, trials.targets, trials.mask)": (
        "ValueError: `outputs` must be numbers; got a Trajectory. Pass its `outputs`."
    ),
    "cj.losses.masked_mse(traj.outputs, trials, trials.mask)": (
        "ValueError: `targets` must be numbers; got a Trial. Pass its `targets`."
    ),
    "cj.losses.masked_mse(traj.outputs, trials.targets, None)": (
        "ValueError: `mask` must be numbers; got None. Give a number or an array of "
        "numbers."
    ),
    "cj.losses.masked_mse(traj.outputs, trials.targets, trials.mask[..., 0])": (
        "ValueError: `mask` must have shape (4, 100, 2); got float32 of shape (4, "
        "100). Give one number for each output and step."
    ),
    "cj.losses.masked_mse(traj.outputs, trials.targets[:, :5], trials.mask)": (
        "ValueError: `targets` must have shape (4, 100, 2); got float32 of shape (4, "
        "5, 2). Give one number for each output and step."
    ),
    'cj.losses.masked_mse("y", trials.targets, trials.mask)': (
        "ValueError: `outputs` must be numbers; got 'y'. Give a number or an array "
        "of numbers."
    ),
    "cj.losses.masked_mse(traj.outputs, trials.targets, mask=True)": (
        "ValueError: `mask` must have shape (4, 100, 2); got bool of shape (). Give "
        "one number for each output and step."
    ),
    'cj.losses.masked_mse([["a"]], [["a"]], [["a"]])': (
        "ValueError: `outputs` must be numbers; got [['a']]. Give a number or an "
        "array of numbers."
    ),
    "cj.losses.masked_mse(net, trials.targets, trials.mask)": (
        "ValueError: `outputs` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    (
        "cj.losses.masked_mse(outputs=traj.outputs, target=trials.targets, "
        "mask=trials.mask)"
    ): (
        "TypeError: masked_mse() has no argument `target`. Did you mean `targets`? "
        "The arguments are `outputs`, `targets`, `mask`."
    ),
    "cj.losses.masked_mse([[1.0], [1.0, 2.0]], [1.0], [1.0])": (
        "ValueError: `outputs` must be numbers; got [[1.0], [1.0, 2.0]]. Give a "
        "number or an array of numbers."
    ),
    (
        "cj.losses.masked_mse_per_trial(traj.outputs[0, 0], trials.targets[0, 0], "
        "trials.mask[0, 0])"
    ): (
        "ValueError: `outputs` must have shape (*batch, time, n_out); got float32 of "
        "shape (2,). The last axis is channels."
    ),
    "cj.losses.masked_mse_per_trial(1.0, 1.0, 1.0)": (
        "ValueError: `outputs` must have shape (*batch, time, n_out); got float32 of "
        "shape (). The last axis is channels."
    ),
    "cj.losses.masked_mse_per_trial(traj.outputs, trials.mask)": (
        "TypeError: masked_mse_per_trial() missing 1 required positional argument: "
        "'mask'"
    ),
    "cj.losses.masked_mse_per_trial(traj.outputs, trials.targets, 1.0)": (
        "ValueError: `mask` must have shape (4, 100, 2); got float32 of shape (). "
        "Give one number for each output and step."
    ),
    "cj.losses.masked_mse_per_trial(traj, trials, 1.0)": (
        "ValueError: `outputs` must be numbers; got a Trajectory. Pass its `outputs`."
    ),
    (
        "cj.losses.masked_cross_entropy(traj.outputs, trials.targets, "
        "trials.mask[..., 0])"
    ): (
        "ValueError: `mask` must have shape (4, 100, 2); got float32 of shape (4, "
        "100). Give one number for each output and step."
    ),
    "cj.losses.masked_cross_entropy(1.0, 1.0, 1.0)": (
        "ValueError: `logits` must have shape (*batch, time, n_out); got float32 of "
        "shape (). The last axis is channels."
    ),
    (
        'cj.losses.masked_cross_entropy(traj.outputs, trials.conditions["choice"], '
        "trials.mask)"
    ): (
        "ValueError: `targets` must have shape (4, 100, 2); got int32 of shape (4,). "
        "Give one number for each output and step."
    ),
    'cj.losses.masked_cross_entropy(traj.outputs, trials.targets, "mask")': (
        "ValueError: `mask` must be numbers; got 'mask'. Give a number or an array "
        "of numbers."
    ),
    'cj.losses.cross_entropy(traj.outputs, trials.conditions["choice"], trials.mask)': (
        "ValueError: `targets` must have shape (4, 100); got int32 of shape (4,). "
        "Give one class for each step."
    ),
    "cj.losses.cross_entropy(1.0, 1.0, 1.0)": (
        "ValueError: `logits` must have shape (*batch, time, n_out); got float32 of "
        "shape (). The last axis is channels."
    ),
    "cj.losses.cross_entropy(traj.outputs, trials.targets[..., 0], trials.mask)": (
        "ValueError: `targets` must have shape (4, 100, 2); got float32 of shape (4, "
        "100). Give one number for each output and step."
    ),
    "cj.losses.cross_entropy(traj.outputs, trials.targets, trials.mask[..., 0, 0])": (
        "ValueError: `mask` must have shape (4, 100) or (4, 100, 2); got float32 of "
        "shape (4,). Give one number for each step."
    ),
    "cj.losses.cross_entropy(traj.outputs, trials.targets, None)": (
        "ValueError: `mask` must be numbers; got None. Give a number or an array of "
        "numbers."
    ),
    "cj.losses.cross_entropy(traj, trials.targets, trials.mask)": (
        "ValueError: `logits` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    (
        "cj.losses.binary_cross_entropy(traj.outputs, trials.targets, "
        "trials.mask[..., 0])"
    ): (
        "ValueError: `mask` must have shape (4, 100, 2); got float32 of shape (4, "
        "100). Give one number for each output and step."
    ),
    "cj.losses.binary_cross_entropy(traj.outputs, 3 * trials.targets, trials.mask)": (
        "ValueError: `targets` must lie in [0, 1]; got 3. They are probabilities."
    ),
    "cj.losses.binary_cross_entropy(1.0, 1.0, 1.0)": (
        "ValueError: `logits` must have shape (*batch, time, n_out); got float32 of "
        "shape (). The last axis is channels."
    ),
    "cj.losses.binary_cross_entropy(traj.rates, trials.targets, trials.mask)": (
        "ValueError: `targets` must have shape (4, 100, 10); got float32 of shape "
        "(4, 100, 2). Give one number for each output and step."
    ),
    (
        "cj.losses.binary_cross_entropy(logits=traj.outputs, labels=trials.targets, "
        "mask=trials.mask)"
    ): (
        "TypeError: binary_cross_entropy() has no argument `labels`. The arguments "
        "are `logits`, `targets`, `mask`."
    ),
    "cj.Loss(cj.penalties.RateL2)": (
        "ValueError: `task` must be a function; got the class RateL2. Call it: "
        "RateL2(...)."
    ),
    "cj.Loss(cj.penalties.RateL2(1.0))": (
        "ValueError: `task` must be a function of (outputs, targets, mask); got a "
        "RateL2. Give it by a name: cj.Loss(rates=cj.penalties.RateL2(1e-3))."
    ),
    "cj.Loss(rates=cj.penalties.RateL2)": (
        "ValueError: `rates` must be a penalty; got the class RateL2. Call it: "
        "RateL2(...)."
    ),
    "cj.Loss(rates=1e-3)": (
        "ValueError: `rates` must be a penalty; got 0.001. Give it by its name: "
        "cj.Loss(rates=cj.penalties.RateL2(1e-3))."
    ),
    "cj.Loss(rates=optax.adam(1e-3))": (
        "ValueError: `rates` must be a penalty; got a "
        "GradientTransformationExtraArgs. Give it by its name: "
        "cj.Loss(rates=cj.penalties.RateL2(1e-3))."
    ),
    'cj.Loss("mse")': (
        "ValueError: `task` must be a function; got 'mse'. Pass the function itself."
    ),
    "cj.Loss(task=task)": (
        "ValueError: `task` must be a function; got a PerceptualDecision. Pass the "
        "function itself."
    ),
    'cj.Loss(penalties={"rates": cj.penalties.RateL2(1.0)})': (
        "ValueError: `penalties` must be a penalty; got {'rates': a RateL2}. Give it "
        "by its name: cj.Loss(rates=cj.penalties.RateL2(1e-3))."
    ),
    "cj.Loss(penalties=[cj.penalties.RateL2(1.0)])": (
        "ValueError: `penalties` must be a penalty; got [a RateL2]. Give it by its "
        "name: cj.Loss(rates=cj.penalties.RateL2(1e-3))."
    ),
    "cj.Loss(cj.Loss())": (
        "ValueError: `task` must be a function of (outputs, targets, mask); got a "
        "Loss. Leave it out to use the output loss of the task."
    ),
    "cj.Loss(cj.losses.masked_mse, cj.penalties.RateL2(1.0))": (
        "TypeError: Loss.__init__() takes from 1 to 2 positional arguments but 3 "
        "were given"
    ),
    "cj.penalties.RateL2()": (
        "TypeError: RateL2.__init__() missing 1 required positional argument: 'weight'"
    ),
    "cj.penalties.RateL2(-1.0)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    "cj.penalties.RateL2(nan)": (
        "ValueError: `weight` must not be negative; got nan. Leave out a penalty "
        "that is not wanted."
    ),
    "cj.penalties.RateL2(inf)": (
        "ValueError: `weight` must not be negative; got inf. Leave out a penalty "
        "that is not wanted."
    ),
    'cj.penalties.RateL2("large")': (
        "ValueError: `weight` must be numbers; got 'large'. Give a number or an "
        "array of numbers."
    ),
    "cj.penalties.RateL2(None)": (
        "ValueError: `weight` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    "cj.penalties.RateL2(net)": (
        "ValueError: `weight` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.penalties.RateL2([1.0, 2.0])": (
        "ValueError: `weight` must have shape (); got shape (2,). Give one number."
    ),
    "cj.penalties.RateL2(matrix)": (
        "ValueError: `weight` must have shape (); got shape (10, 10). Give one number."
    ),
    "cj.penalties.RateL2(weights=1.0)": (
        "TypeError: RateL2() has no argument `weights`. Did you mean `weight`? The "
        "arguments are `weight`."
    ),
    'cj.penalties.RateL2(1.0, "w_hid")': (
        "TypeError: RateL2.__init__() takes 2 positional arguments but 3 were given"
    ),
    "cj.penalties.RateL1(-1e-3)": (
        "ValueError: `weight` must not be negative; got -0.001. Leave out a penalty "
        "that is not wanted."
    ),
    'cj.penalties.RateL1("w_hid")': (
        "ValueError: `weight` must be numbers; got 'w_hid'. Give a number or an "
        "array of numbers."
    ),
    "cj.penalties.RateL1(inf)": (
        "ValueError: `weight` must not be negative; got inf. Leave out a penalty "
        "that is not wanted."
    ),
    "cj.penalties.MeanRate(-0.1)": (
        "ValueError: `weight` must not be negative; got -0.1. Leave out a penalty "
        "that is not wanted."
    ),
    "cj.penalties.MeanRate([])": (
        "ValueError: `weight` must have shape (); got shape (0,). Give one number."
    ),
    'cj.penalties.RateDispersion(1.0, "std")': (
        "ValueError: `kind` must be a known name; got 'std'. Did you mean 'sd'? The "
        "options are 'sd', 'cv', 'mean_absolute', 'max_absolute'."
    ),
    "cj.penalties.RateDispersion(1.0, 2)": (
        "ValueError: `kind` must be a known name; got 2. The options are 'sd', 'cv', "
        "'mean_absolute', 'max_absolute'."
    ),
    'cj.penalties.RateDispersion("sd", 1.0)': (
        "ValueError: `weight` must be numbers; got 'sd'. Give a number or an array "
        "of numbers."
    ),
    'cj.penalties.RateDispersion(-1.0, "sd")': (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    "cj.penalties.RateDispersion(1.0, None)": (
        "ValueError: `kind` must be a known name; got None. The options are 'sd', "
        "'cv', 'mean_absolute', 'max_absolute'."
    ),
    'cj.penalties.RateDispersion(1.0, ["sd"])': (
        "ValueError: `kind` must be a known name; got ['sd']. Did you mean 'sd'? The "
        "options are 'sd', 'cv', 'mean_absolute', 'max_absolute'."
    ),
    "cj.penalties.Smoothness(-1.0)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    "cj.penalties.Smoothness(nan)": (
        "ValueError: `weight` must not be negative; got nan. Leave out a penalty "
        "that is not wanted."
    ),
    "cj.penalties.Smoothness(None)": (
        "ValueError: `weight` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    "cj.penalties.StatePrediction(1.0, 0)": (
        "ValueError: `shift` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.penalties.StatePrediction(1.0, 1.0)": (
        "ValueError: `shift` must be a whole number, at least 1; got 1.0. Give an int."
    ),
    "cj.penalties.StatePrediction(1.0, -1)": (
        "ValueError: `shift` must be a whole number, at least 1; got -1. Give an int."
    ),
    "cj.penalties.StatePrediction(-1.0)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    'cj.penalties.StatePrediction(1.0, "1")': (
        "ValueError: `shift` must be a whole number, at least 1; got '1'. Give an int."
    ),
    'cj.penalties.WeightL1(1.0, "w_rec")': (
        "ValueError: `of` must be a known name; got 'w_rec'. Did you mean 'w_hid'? "
        "The options are 'w_in', 'w_hid', 'w_out', 'b_hid', 'b_out'."
    ),
    'cj.penalties.WeightL1("w_hid", 1.0)': (
        "ValueError: `weight` must be numbers; got 'w_hid'. Give a number or an "
        "array of numbers."
    ),
    "cj.penalties.WeightL1(-1.0)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    'cj.penalties.WeightL1(1.0, ["w_hid", "w_in"])': (
        "ValueError: `of` must be a known name; got ['w_hid', 'w_in']. The options "
        "are 'w_in', 'w_hid', 'w_out', 'b_hid', 'b_out'."
    ),
    "cj.penalties.WeightL1(1.0, net)": (
        "ValueError: `of` must be a known name; got an EIRNN. The options are "
        "'w_in', 'w_hid', 'w_out', 'b_hid', 'b_out'."
    ),
    'cj.penalties.WeightL2(1.0, "tau")': (
        "ValueError: `of` must be a known name; got 'tau'. The options are 'w_in', "
        "'w_hid', 'w_out', 'b_hid', 'b_out'."
    ),
    "cj.penalties.WeightL2(nan)": (
        "ValueError: `weight` must not be negative; got nan. Leave out a penalty "
        "that is not wanted."
    ),
    "cj.penalties.WeightL2(1.0, matrix)": (
        "ValueError: `of` must be a known name; got float64 of shape (10, 10). The "
        "options are 'w_in', 'w_hid', 'w_out', 'b_hid', 'b_out'."
    ),
    "cj.penalties.WeightL2(1.0, None)": (
        "ValueError: `of` must be a known name; got None. The options are 'w_in', "
        "'w_hid', 'w_out', 'b_hid', 'b_out'."
    ),
    'cj.penalties.ConnectivityNorm("w_hid")': (
        "ValueError: `weight` must be numbers; got 'w_hid'. Give a number or an "
        "array of numbers."
    ),
    "cj.penalties.ConnectivityNorm(1.0, nan)": (
        "ValueError: `target` must be finite; got nan. Replace NaN and infinity."
    ),
    'cj.penalties.ConnectivityNorm(1.0, "w_hid")': (
        "ValueError: `target` must be numbers; got 'w_hid'. Give a number or an "
        "array of numbers."
    ),
    "cj.penalties.ConnectivityNorm(1.0, net)": (
        "ValueError: `target` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    'cj.penalties.ConnectivityNorm(1.0, metric="l2")': (
        "ValueError: `metric` must be a known name; got 'l2'. Did you mean 'l1'? The "
        "options are 'fro', 'l1'."
    ),
    "cj.penalties.ConnectivityNorm(1.0, metric=2)": (
        "ValueError: `metric` must be a known name; got 2. The options are 'fro', 'l1'."
    ),
    'cj.penalties.ConnectivityNorm(1.0, of="hid")': (
        "ValueError: `of` must be a known name; got 'hid'. Did you mean 'w_hid'? The "
        "options are 'w_in', 'w_hid', 'w_out', 'b_hid', 'b_out'."
    ),
    "cj.penalties.ConnectivityNorm(-1.0)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    "cj.penalties.ConnectivityNorm(1.0, [[1.0], [1.0, 2.0]])": (
        "ValueError: `target` must be numbers; got [[1.0], [1.0, 2.0]]. Give a "
        "number or an array of numbers."
    ),
    "cj.penalties.DynamicalIsometry(1.0, steps=0)": (
        "ValueError: `steps` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.penalties.DynamicalIsometry(1.0, 4)": (
        "TypeError: DynamicalIsometry.__init__() takes 2 positional arguments but 3 "
        "were given"
    ),
    "cj.penalties.DynamicalIsometry(-1.0)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    "cj.penalties.DynamicalIsometry(1.0, steps=2.5)": (
        "ValueError: `steps` must be a whole number, at least 1; got 2.5. Give an int."
    ),
    'cj.penalties.DynamicalIsometry("1")': (
        "ValueError: `weight` must be numbers; got '1'. Give a number or an array of "
        "numbers."
    ),
    "cj.penalties.Entropy(-1.0)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    "cj.penalties.Entropy(nan)": (
        "ValueError: `weight` must not be negative; got nan. Leave out a penalty "
        "that is not wanted."
    ),
    "cj.penalties.Entropy(traj)": (
        "ValueError: `weight` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.penalties.Hebbian(-1.0)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    "cj.penalties.Hebbian(inf)": (
        "ValueError: `weight` must not be negative; got inf. Leave out a penalty "
        "that is not wanted."
    ),
    "cj.penalties.Hebbian({})": (
        "ValueError: `weight` must be numbers; got {}. Give a number or an array of "
        "numbers."
    ),
    'cj.penalties.PopulationKL(1.0, "excitatory")': (
        "TypeError: PopulationKL.__init__() missing 1 required positional argument: "
        "'second'"
    ),
    'cj.penalties.PopulationKL("excitatory", "inhibitory", 1.0)': (
        "ValueError: `weight` must be numbers; got 'excitatory'. Exchange it with "
        "`second`."
    ),
    "cj.penalties.PopulationKL(1.0, 0, 1)": (
        "ValueError: `first` must be text or a list; got 0. Give text."
    ),
    'cj.penalties.PopulationKL(1.0, "excitatory", "inhibitory", symmetric="no")': (
        "ValueError: `symmetric` must be True or False; got 'no'. Give a boolean."
    ),
    'cj.penalties.PopulationKL(1.0, "excitatory", "inhibitory", floor=0.0)': (
        "ValueError: `floor` must be positive; got 0. A variance of 0 has no logarithm."
    ),
    'cj.penalties.PopulationKL(1.0, "excitatory", "inhibitory", floor=nan)': (
        "ValueError: `floor` must be positive; got nan. A variance of 0 has no "
        "logarithm."
    ),
    'cj.penalties.PopulationKL(-1.0, "excitatory", "inhibitory")': (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    'cj.penalties.PopulationKL(1.0, [], "inhibitory")': (
        "ValueError: `first` must be names of groups of units; got []. Use "
        '"excitatory", say.'
    ),
    'cj.penalties.PopulationKL(1.0, ["excitatory", 3], "inhibitory")': (
        "ValueError: `first` must be names of groups of units; got ['excitatory', "
        '3]. Use "excitatory", say.'
    ),
    "cj.penalties.PopulationKL(1.0, [0, 1], [2, 3])": (
        "ValueError: `first` must be names of groups of units; got [0, 1]. Use "
        '"excitatory", say.'
    ),
    "cj.penalties.VanishingGradient(-1.0)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    'cj.penalties.VanishingGradient(1.0, derivative="all")': (
        "ValueError: `derivative` must be a known name; got 'all'. Did you mean "
        "'full'? The options are 'immediate', 'full'."
    ),
    'cj.penalties.VanishingGradient(1.0, bound="small")': (
        "ValueError: `bound` must be numbers; got 'small'. Give a number or an array "
        "of numbers."
    ),
    'cj.penalties.VanishingGradient(1.0, "immediate")': (
        "TypeError: VanishingGradient.__init__() takes from 1 to 2 positional "
        "arguments but 3 were given"
    ),
    "cj.penalties.VanishingGradient(1.0, derivative=None)": (
        "ValueError: `derivative` must be a known name; got None. The options are "
        "'immediate', 'full'."
    ),
    "cj.penalties.WeightAnchor(1.0)": (
        "TypeError: WeightAnchor.__init__() missing 1 required positional argument: "
        "'anchor'"
    ),
    "cj.penalties.WeightAnchor(net, 1.0)": (
        "ValueError: `weight` must be numbers; got an EIRNN. Exchange it with `anchor`."
    ),
    "cj.penalties.WeightAnchor(1.0, matrix)": (
        "ValueError: `anchor` must be a network or a Weights; got float64 of shape "
        "(10, 10). Pass a CTRNN or EIRNN."
    ),
    'cj.penalties.WeightAnchor(1.0, net, of="w_rec")': (
        "ValueError: `of` must be a known name; got 'w_rec'. Did you mean 'w_hid'? "
        "The options are 'w_in', 'w_hid', 'w_out', 'b_hid', 'b_out'."
    ),
    "cj.penalties.WeightAnchor(1.0, net, of=[])": (
        'ValueError: `of` must name some weights; got none. Use "w_hid", for example.'
    ),
    "cj.penalties.WeightAnchor(1.0, net, of=3)": (
        "ValueError: `of` must be text or a list; got 3. Give text."
    ),
    "cj.penalties.WeightAnchor(1.0, net, importance=matrix)": (
        "ValueError: `importance` must be a Weights; got float64 of shape (10, 10). "
        "Use cj.effective(net), edited."
    ),
    "cj.penalties.WeightAnchor(1.0, net, importance=net)": (
        "ValueError: `importance` must be a Weights; got an EIRNN. Use "
        "cj.effective(net), edited."
    ),
    "cj.penalties.WeightAnchor(1.0, nets)": (
        "ValueError: `net` must be one network; got a stack of shape (2,). Map over "
        "it with jax.vmap."
    ),
    "cj.penalties.WeightAnchor(1.0, cj.CTRNN)": (
        "ValueError: `anchor` must be a network or a Weights; got the class CTRNN. "
        "Call it: CTRNN(...)."
    ),
    "cj.penalties.WeightAnchor(-1.0, net)": (
        "ValueError: `weight` must not be negative; got -1. Leave out a penalty that "
        "is not wanted."
    ),
    "cj.penalties.WeightAnchor(1.0, perturbed)": (
        "ValueError: `anchor` must be a network or a Weights; got a Perturbed. Pass "
        "a CTRNN or EIRNN. Perturb last, as in cj.perturb(cj.noiseless(net), ...). "
        "Its `network` is the intact one; cj.replace changes weights lastingly."
    ),
    "cj.penalties.WeightAnchor(1.0, cj.fit)": (
        "ValueError: `anchor` must be a network or a Weights; got the function fit. "
        "Pass a CTRNN or EIRNN."
    ),
    "cj.penalties.WiringCost(1.0)": (
        "TypeError: WiringCost.__init__() missing 1 required positional argument: "
        "'distances'"
    ),
    "cj.penalties.WiringCost(1.0, -matrix)": (
        "ValueError: `distances` must not be negative; got -1. They are lengths."
    ),
    'cj.penalties.WiringCost(1.0, "distances")': (
        "ValueError: `distances` must be numbers; got 'distances'. Give a number or "
        "an array of numbers."
    ),
    "cj.penalties.WiringCost(1.0, matrix, power=-1.0)": (
        "ValueError: `power` must not be negative; got -1. 1 is the length itself."
    ),
    "cj.penalties.WiringCost(1.0, matrix, power=nan)": (
        "ValueError: `power` must not be negative; got nan. 1 is the length itself."
    ),
    "cj.penalties.WiringCost(matrix, 1.0)": (
        "ValueError: `weight` must have shape (); got shape (10, 10). Give one number."
    ),
    'cj.penalties.WiringCost(1.0, matrix, of="w_rec")': (
        "ValueError: `of` must be a known name; got 'w_rec'. Did you mean 'w_hid'? "
        "The options are 'w_in', 'w_hid', 'w_out', 'b_hid', 'b_out'."
    ),
    "cj.penalties.WiringCost(1.0, nan * matrix)": (
        "ValueError: `distances` must not be negative; got nan. They are lengths."
    ),
    "cj.penalties.WiringCost(1.0, net.layout)": (
        "ValueError: `distances` must be numbers; got a Layout. Give a number or an "
        "array of numbers."
    ),
    "cj.losses.masked_mse(1.0, 1.0, 1.0)": (
        "ValueError: `outputs` must have shape (*batch, time, n_out); got float32 of "
        "shape (). The last axis is channels."
    ),
    "cj.Loss(lambda outputs, targets: 0.0)": (
        "ValueError: `task` must be a function of (outputs, targets, mask); got the "
        "function <lambda>. Leave it out to use the output loss of the task."
    ),
    "cj.penalties.MeanRate(traj)": (
        "ValueError: `weight` must be numbers; got a Trajectory. Pass an array of "
        "it, such as traj.rates."
    ),
    "cj.losses.masked_mse(traj.outputs, [[1.0], [1.0, 2.0]], trials.mask)": (
        "ValueError: `targets` must be numbers; got [[1.0], [1.0, 2.0]]. Give a "
        "number or an array of numbers."
    ),
    "cj.losses.masked_mse(traj.outputs, trials.targets, [[1.0], [1.0, 2.0]])": (
        "ValueError: `mask` must be numbers; got [[1.0], [1.0, 2.0]]. Give a number "
        "or an array of numbers."
    ),
    (
        "cj.penalties.WeightAnchor(1.0, eqx.tree_at(lambda w: w.w_hid, "
        "cj.effective(net), nan * matrix))"
    ): ("ValueError: `anchor` must be finite; got nan. Replace NaN and infinity."),
}
