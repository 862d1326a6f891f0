"""Wrong calls of perturbations."""

CALLS = {
    "cj.perturb()": (
        "TypeError: perturb() missing 1 required positional argument: 'net'"
    ),
    "cj.perturb(net, 3)": (
        "ValueError: `perturbations[0]` must be a perturbation; got 3. Such as "
        "cj.perturbations.Clamp('motor')."
    ),
    'cj.perturb(net, "motor")': (
        "ValueError: `perturbations[0]` must be a perturbation; got 'motor'. "
        "Such as cj.perturbations.Clamp('motor')."
    ),
    "cj.perturb(net, cj.perturbations.Lesion)": (
        "ValueError: `perturbations[0]` must be a perturbation; got the class "
        "Lesion. Call it: Lesion(...)."
    ),
    "cj.perturb(net, [cj.perturbations.Lesion(3)])": (
        "ValueError: `perturbations[0]` must be a perturbation; got [a Lesion]. Such "
        "as cj.perturbations.Clamp('motor')."
    ),
    "cj.perturb(cj.perturbations.Lesion(3), net)": (
        "ValueError: `net` must be a network; got a Lesion. Pass a CTRNN or EIRNN."
    ),
    "cj.perturb(traj, cj.perturbations.Lesion(3))": (
        "ValueError: `net` must be a network; got a Trajectory. Pass a CTRNN or EIRNN."
    ),
    'cj.perturb(net, cj.perturbations.Lesion("motor"))': (
        "ValueError: `units` must be a known name; got 'motor'. The options are "
        "'excitatory', 'inhibitory'."
    ),
    'cj.perturb(plain, cj.perturbations.Lesion("excitatory"))': (
        "ValueError: `units` must be a known name; got 'excitatory'. Nothing has "
        "a name here: build the network with connectivity=."
    ),
    "cj.perturb(net, cj.perturbations.Lesion(10))": (
        "ValueError: `units` must be indices below 10; got 10. They start at 0."
    ),
    "cj.perturb(net, cj.perturbations.Lesion(-1))": (
        "ValueError: `units` must be indices below 10; got -1. They start at 0; a "
        "negative index does not count from the end."
    ),
    "cj.perturb(net, cj.perturbations.Lesion(3, window=(0.2, 0.5)))": (
        "ValueError: `window` must contain a step of 20 ms; got (0.2, 0.5). Times are "
        "in ms."
    ),
    "cj.perturb(net, cj.perturbations.Scale(0.5, window=(-300, -100)))": (
        "ValueError: `window` must contain a step of 20 ms; got (-300, -100). Times "
        "are in ms."
    ),
    "cj.perturb(nets, cj.perturbations.Clamp(3, window=(200, 200)))": (
        "ValueError: `window` must contain a step of [20, 20] ms; got (200, 200). "
        "Times are in ms."
    ),
    "cj.perturb(net, cj.perturbations.Lesion(np.ones(9, bool)))": (
        "ValueError: `units` must have shape (10,) as a mask; got shape (9,). "
        "One entry for each unit."
    ),
    "cj.perturb(net, cj.perturbations.Lesion([True, False]))": (
        "ValueError: `units` must have shape (10,) as a mask; got shape (2,). "
        "One entry for each unit."
    ),
    "cj.perturb(net, cj.perturbations.Clamp(0, rate=np.ones(3)))": (
        "ValueError: `rate` must be one number or one per unit of the network; "
        "got shape (3,). It has 10 units."
    ),
    "cj.perturb(net, cj.perturbations.Current(0, np.ones(3)))": (
        "ValueError: `amplitude` must be one number or one per unit of the "
        "network; got shape (3,). It has 10 units."
    ),
    'cj.perturb(net, cj.perturbations.Scale(0.5, pre="excitatry"))': (
        "ValueError: `pre` must be a known name; got 'excitatry'. Did you mean "
        "'excitatory'? The options are 'excitatory', 'inhibitory'."
    ),
    "cj.perturb(net, cj.perturbations.Scale(0.5, post=[99]))": (
        "ValueError: `post` must be indices below 10; got [99]. They start at 0."
    ),
    ('cj.perturb(net, cj.perturbations.Scale(0.5, pre="excitatory", weight="w_in"))'): (
        "ValueError: `pre` must be a known name; got 'excitatory'. Nothing has a "
        "name here: build the network with connectivity=."
    ),
    "cj.perturb(net, cj.perturbations.Ablate(np.ones((9, 9), bool)))": (
        "ValueError: `mask` must have shape (10, 10); got bool of shape (9, 9). "
        "Axis 0 is post (targets), axis 1 is pre (sources)."
    ),
    (
        "cj.perturb(net, cj.perturbations.Ablate(np.ones((2, 10), bool), "
        'weight="w_in"))'
    ): (
        "ValueError: `mask` must have shape (10, 2); got bool of shape (2, 10). "
        "Axis 0 is post (targets), axis 1 is pre (sources)."
    ),
    "cj.perturb(net, cj.perturbations.Forced([0, 1], np.ones((5, 3))))": (
        "ValueError: `rates` must have shape (*batch, time, 2); got shape (5, "
        "3). One rate for each forced unit at each step."
    ),
    "cj.perturb(net, cj.perturbations.Forced([0, 0], np.ones((5, 2))))": (
        "ValueError: `units` must be different units, at least one; got [0, 0]. "
        "Give each of them once."
    ),
    "cj.perturb(net, cj.perturbations.Forced([], np.ones((5, 0))))": (
        "ValueError: `units` must be different units, at least one; got []. Give "
        "each of them once."
    ),
    ("cj.perturb(net, cj.perturbations.Forced([0, 1], np.ones((5, 2)), np.ones(3)))"): (
        "ValueError: `strength` must be one number, 2 of them or of the shape of "
        "`rates`; got float32 of shape (3,). One for each forced unit, or each "
        "sample."
    ),
    "cj.perturb(net, lesion=3)": (
        "TypeError: perturb() has no argument `lesion`. The arguments are `net`."
    ),
    "cj.perturbations.Lesion()": (
        "TypeError: Lesion.__init__() missing 1 required positional argument: 'units'"
    ),
    "cj.perturbations.Lesion(None)": (
        "ValueError: `units` must be numbers or text; got None. Give a number or "
        "an array of numbers."
    ),
    "cj.perturbations.Lesion(net)": (
        "ValueError: `units` must be numbers or text; got an EIRNN. Give a "
        "number or an array of numbers."
    ),
    'cj.perturbations.Lesion({"motor": 1})': (
        "ValueError: `units` must be numbers or text; got {'motor': 1}. Give a "
        "number or an array of numbers."
    ),
    "cj.perturbations.Lesion(3, window=200.0)": (
        "ValueError: `window` must be (start, stop) in ms; got 200.0. Or None "
        "for always."
    ),
    "cj.perturbations.Lesion(3, window=(400, 200))": (
        "ValueError: `window` must not end before it starts; got (400, 200). In ms."
    ),
    "cj.perturbations.Lesion(3, window=(nan, 200))": (
        "ValueError: `window` must be (start, stop) in ms; got nan. Or None for always."
    ),
    'cj.perturbations.Lesion(3, window=("200", "400"))': (
        "ValueError: `window` must be numbers; got '200'. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Lesion(3, window=(200, 300, 400))": (
        "ValueError: `window` must be (start, stop) in ms; got (200, 300, 400). "
        "Or None for always."
    ),
    "cj.perturbations.Lesion(3, window=(None, 400))": (
        "ValueError: `window` must be numbers; got None. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Lesion(3, 200, 400)": (
        "TypeError: Lesion.__init__() takes from 2 to 3 positional arguments but "
        "4 were given"
    ),
    "cj.perturbations.Lesion(unit=3)": (
        "TypeError: Lesion.__init__() got an unexpected keyword argument 'unit'"
    ),
    "cj.perturbations.Clamp(3, rate=nan)": (
        "ValueError: `rate` must be finite; got nan. Replace NaN and infinity."
    ),
    'cj.perturbations.Clamp(3, rate="high")': (
        "ValueError: `rate` must be numbers; got 'high'. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Clamp(3, rate=None)": (
        "ValueError: `rate` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    "cj.perturbations.Clamp(3, 0.0, 200)": (
        "ValueError: `window` must be (start, stop) in ms; got 200. Or None for always."
    ),
    "cj.perturbations.Clamp(None)": (
        "ValueError: `units` must be numbers or text; got None. Give a number or "
        "an array of numbers."
    ),
    "cj.perturbations.Clamp(3, rate=net)": (
        "ValueError: `rate` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Current(3)": (
        "TypeError: Current.__init__() missing 1 required positional argument: "
        "'amplitude'"
    ),
    "cj.perturbations.Current(3, nan)": (
        "ValueError: `amplitude` must be finite; got nan. Replace NaN and infinity."
    ),
    'cj.perturbations.Current(3, "strong")': (
        "ValueError: `amplitude` must be numbers; got 'strong'. Give a number or "
        "an array of numbers."
    ),
    "cj.perturbations.Current(3, inf)": (
        "ValueError: `amplitude` must be finite; got inf. Replace NaN and infinity."
    ),
    "cj.perturbations.Current(3, 1.0, (400, 200))": (
        "ValueError: `window` must not end before it starts; got (400, 200). In ms."
    ),
    "cj.perturbations.Current(net, 1.0)": (
        "ValueError: `units` must be numbers or text; got an EIRNN. Give a "
        "number or an array of numbers."
    ),
    "cj.perturbations.Scale(nan)": (
        "ValueError: `factor` must be finite; got nan. Replace NaN and infinity."
    ),
    'cj.perturbations.Scale("half")': (
        "ValueError: `factor` must be numbers; got 'half'. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Scale(None)": (
        "ValueError: `factor` must be numbers; got None. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Scale([0.5, 0.5])": (
        "ValueError: `factor` must be one number; got shape (2,). Use a Scale for each."
    ),
    'cj.perturbations.Scale("motor", 0.5)': (
        "ValueError: `factor` must be numbers; got 'motor'. Give a number or an "
        "array of numbers."
    ),
    'cj.perturbations.Scale(0.5, weight="w_rec")': (
        "ValueError: `weight` must be a known name; got 'w_rec'. Did you mean "
        "'w_hid'? The options are 'w_hid', 'w_in'."
    ),
    'cj.perturbations.Scale(0.5, weight="w_out")': (
        "ValueError: `weight` must be a known name; got 'w_out'. The options are "
        "'w_hid', 'w_in'."
    ),
    "cj.perturbations.Scale(0.5, weight=3)": (
        "ValueError: `weight` must be a known name; got 3. The options are "
        "'w_hid', 'w_in'."
    ),
    "cj.perturbations.Scale(0.5, window=3)": (
        "ValueError: `window` must be (start, stop) in ms; got 3. Or None for always."
    ),
    "cj.perturbations.Ablate(matrix)": (
        "ValueError: `mask` must be a boolean matrix; got float32 of shape (10, "
        "10). True is where a synapse is removed."
    ),
    'cj.perturbations.Ablate("all")': (
        "ValueError: `mask` must be numbers; got 'all'. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Ablate(None)": (
        "ValueError: `mask` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    'cj.perturbations.Ablate(matrix > 0, "w_out")': (
        "ValueError: `weight` must be a known name; got 'w_out'. The options are "
        "'w_hid', 'w_in'."
    ),
    "cj.perturbations.Ablate(matrix > 0, window=(nan, nan))": (
        "ValueError: `window` must be (start, stop) in ms; got nan. Or None for always."
    ),
    "cj.perturbations.Ablate([0, 1])": (
        "ValueError: `mask` must be a boolean matrix; got int32 of shape (2,). "
        "True is where a synapse is removed."
    ),
    "cj.perturbations.Ablate(True)": (
        "ValueError: `mask` must be a boolean matrix; got bool of shape (). True "
        "is where a synapse is removed."
    ),
    "cj.perturbations.Forced([0, 1])": (
        "TypeError: Forced.__init__() missing 1 required positional argument: 'rates'"
    ),
    "cj.perturbations.Forced([0, 1], nan)": (
        "ValueError: `rates` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.perturbations.Forced([0, 1], np.full((5, 2), nan))": (
        "ValueError: `rates` must be finite; got nan. Replace NaN and infinity."
    ),
    'cj.perturbations.Forced([0, 1], "rates")': (
        "ValueError: `rates` must be numbers; got 'rates'. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Forced([0, 1], traj)": (
        "ValueError: `rates` must be numbers; got a Trajectory. Give a number or "
        "an array of numbers."
    ),
    "cj.perturbations.Forced(np.ones((5, 2)), [0, 1])": (
        "ValueError: `rates` must have shape (*batch, time, n_forced); got shape "
        "(2,). Give a rate for each sample."
    ),
    "cj.perturbations.Forced([0, 1], np.ones((5, 2)), 2.0)": (
        "ValueError: `strength` must lie in [0, 1]; got 2. At 1 units send only "
        "the rates that are given."
    ),
    "cj.perturbations.Forced([0, 1], np.ones((5, 2)), nan)": (
        "ValueError: `strength` must lie in [0, 1]; got nan. At 1 units send "
        "only the rates that are given."
    ),
    'cj.perturbations.Forced([0, 1], np.ones((5, 2)), "strong")': (
        "ValueError: `strength` must be numbers; got 'strong'. Give a number or "
        "an array of numbers."
    ),
    "cj.perturbations.Forced(None, np.ones((5, 2)))": (
        "ValueError: `units` must be numbers or text; got None. Give a number or "
        "an array of numbers."
    ),
    'cj.perturbations.Affine("half")': (
        "ValueError: `factor` must be numbers; got 'half'. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Affine(factor=net)": (
        "ValueError: `factor` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    'cj.perturbations.Affine(jnp.ones(3), addend="one")': (
        "ValueError: `addend` must be numbers; got 'one'. Give a number or an "
        "array of numbers."
    ),
    "cj.perturbations.Affine(scale=0.5)": (
        "TypeError: Affine.__init__() got an unexpected keyword argument 'scale'"
    ),
}
