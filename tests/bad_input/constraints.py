"""Wrong calls of constraints and initialisers."""

CALLS = {
    "cj.constraints.Abs(1.0)": (
        "TypeError: Abs.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.Abs(x=1.0)": (
        "TypeError: Abs.__init__() got an unexpected keyword argument 'x'"
    ),
    "cj.constraints.Abs(matrix, matrix)": (
        "TypeError: Abs.__init__() takes 1 positional argument but 3 were given"
    ),
    "cj.constraints.Relu(1.0)": (
        "TypeError: Relu.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.Relu(x=1.0)": (
        "TypeError: Relu.__init__() got an unexpected keyword argument 'x'"
    ),
    "cj.constraints.Relu(matrix, matrix)": (
        "TypeError: Relu.__init__() takes 1 positional argument but 3 were given"
    ),
    "cj.constraints.Softplus(1.0)": (
        "TypeError: Softplus.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.Softplus(beta=1.0)": (
        "TypeError: Softplus.__init__() got an unexpected keyword argument 'beta'"
    ),
    "cj.constraints.Softplus(matrix, matrix)": (
        "TypeError: Softplus.__init__() takes 1 positional argument but 3 were given"
    ),
    "cj.constraints.Free(matrix)": (
        "TypeError: Free.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.Free(mask=matrix)": (
        "TypeError: Free.__init__() got an unexpected keyword argument 'mask'"
    ),
    "cj.constraints.Free(2, 3)": (
        "TypeError: Free.__init__() takes 1 positional argument but 3 were given"
    ),
    "cj.constraints.NoAutapses(10)": (
        "TypeError: NoAutapses.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.NoAutapses(n_hidden=10)": (
        "TypeError: NoAutapses.__init__() got an unexpected keyword argument 'n_hidden'"
    ),
    "cj.constraints.NoAutapses(10, 10)": (
        "TypeError: NoAutapses.__init__() takes 1 positional argument but 3 were given"
    ),
    "cj.constraints.RowBalanced(10)": (
        "TypeError: RowBalanced.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.RowBalanced(matrix)": (
        "TypeError: RowBalanced.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.RowBalanced(rows=10)": (
        "TypeError: RowBalanced.__init__() got an unexpected keyword argument 'rows'"
    ),
    "cj.constraints.Symmetric(10)": (
        "TypeError: Symmetric.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.Symmetric(matrix)": (
        "TypeError: Symmetric.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.Symmetric(sign=-1)": (
        "TypeError: Symmetric.__init__() got an unexpected keyword argument 'sign'"
    ),
    "cj.constraints.Skew(10)": (
        "TypeError: Skew.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.Skew(matrix)": (
        "TypeError: Skew.__init__() takes 1 positional argument but 2 were given"
    ),
    "cj.constraints.Skew(sign=1)": (
        "TypeError: Skew.__init__() got an unexpected keyword argument 'sign'"
    ),
    "cj.constraints.Bounded(1.0, -1.0)": (
        "ValueError: `low` must be below `high`; got low = 1.0, high = -1.0. For "
        "weights that never change use Fixed(values)."
    ),
    "cj.constraints.Bounded(1.0, 1.0)": (
        "ValueError: `low` must be below `high`; got low = 1.0, high = 1.0. For "
        "weights that never change use Fixed(values)."
    ),
    "cj.constraints.Bounded(nan, 1.0)": (
        "ValueError: `low` must be below `high`; got low = nan, high = 1.0. For "
        "weights that never change use Fixed(values)."
    ),
    'cj.constraints.Bounded("low", 1.0)': (
        "ValueError: `low` must be numbers; got 'low'. Give a number or an array "
        "of numbers."
    ),
    "cj.constraints.Bounded(-1.0)": (
        "TypeError: Bounded.__init__() missing 1 required positional argument: 'high'"
    ),
    "cj.constraints.Bounded(None, 1.0)": (
        "ValueError: `low` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    "cj.constraints.Bounded(np.zeros(3), np.ones(4))": (
        "ValueError: operands could not be broadcast together with shapes (3,) (4,) "
    ),
    "cj.constraints.Bounded(low=0.0, max=1.0)": (
        "TypeError: Bounded() has no argument `max`. The arguments are `low`, `high`."
    ),
    "cj.constraints.Bounded(net, 1.0)": (
        "ValueError: `low` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.constraints.Bounded(-1.0, inf + nan)": (
        "ValueError: `low` must be below `high`; got low = -1.0, high = nan. For "
        "weights that never change use Fixed(values)."
    ),
    "cj.constraints.Chain(cj.constraints.NoAutapses())": (
        "ValueError: `links` must be a list of constraints; got a NoAutapses. "
        "Give a tuple."
    ),
    "cj.constraints.Chain((3,))": (
        "ValueError: `links[0]` must be a constraint; got 3. Wrap a boolean "
        "array as Masked(array)."
    ),
    'cj.constraints.Chain("masks")': (
        "ValueError: `links` must be a list of constraints; got 'masks'. Give a tuple."
    ),
    (
        "cj.constraints.Chain((cj.constraints.NoAutapses(), "
        "cj.constraints.NonNegative()))"
    ): (
        "ValueError: `links` must hold one constraint of a kind, in the order of "
        "the table; got NonNegative after NoAutapses. chain(...) sorts them; see "
        "help(cj.constraints.Chain)."
    ),
    "cj.constraints.Chain((cj.constraints.NoAutapses,))": (
        "ValueError: `links[0]` must be a constraint; got the class NoAutapses. "
        "Call it: NoAutapses(...)."
    ),
    "cj.constraints.Chain((cj.constraints.Free(),))": (
        "ValueError: `links` must be simple constraints; got Free. Use chain(...)."
    ),
    "cj.constraints.chain(3)": (
        "ValueError: `constraints[0]` must be a constraint; got 3. Wrap a "
        "boolean array as Masked(array)."
    ),
    "cj.constraints.chain([cj.constraints.NoAutapses()])": (
        "ValueError: `constraints[0]` must be a constraint; got [a NoAutapses]. "
        "Combine several with cj.constraints.chain(...)."
    ),
    "cj.constraints.chain(cj.constraints.NoAutapses)": (
        "ValueError: `constraints[0]` must be a constraint; got the class "
        "NoAutapses. Call it: NoAutapses(...)."
    ),
    "cj.constraints.chain(matrix > 0, cj.constraints.NoAutapses())": (
        "ValueError: `constraints[0]` must be a constraint; got bool of shape "
        "(10, 10). Wrap a boolean array as Masked(array)."
    ),
    (
        "cj.constraints.chain(cj.constraints.NonNegative(), "
        "cj.constraints.Dale(np.ones(10)))"
    ): (
        "ValueError: `links` must hold one constraint of a kind, in the order of "
        "the table; got Dale after NonNegative. chain(...) sorts them; see "
        "help(cj.constraints.Chain)."
    ),
    "cj.constraints.chain(cj.constraints.LowRank(2), cj.constraints.NoAutapses())": (
        "ValueError: `links` must not hold LowRank and NoAutapses together; got "
        "both. Signs and masks would change the rank."
    ),
    (
        "cj.constraints.chain(cj.constraints.Bounded(-1.0, 2.0), "
        "cj.constraints.NonNegative())"
    ): (
        "ValueError: `links` must not hold Bounded and NonNegative together; got "
        "both. Give bounds of -b and b where signs are constrained: the sign "
        "constraint uses one half of the interval."
    ),
    (
        "cj.constraints.chain(cj.constraints.Bounded(-1.0, 1.0), "
        "cj.constraints.NonNegative(cj.constraints.Softplus()))"
    ): (
        "ValueError: `links` must not hold Bounded and NonNegative together; got "
        "both. Do not combine Bounded with a sign constraint that uses Softplus, "
        "which can exceed the bounds; use Abs()."
    ),
    'cj.constraints.chain("mask")': (
        "ValueError: `constraints[0]` must be a constraint; got 'mask'. Wrap a "
        "boolean array as Masked(array)."
    ),
    "cj.constraints.chain(mask=matrix > 0)": (
        "TypeError: chain() has no argument `mask`. It takes no keywords."
    ),
    "cj.constraints.Dale()": (
        "TypeError: Dale.__init__() missing 1 required positional argument: 'signs'"
    ),
    "cj.constraints.Dale(0.8)": (
        "ValueError: `signs` must have shape (pre,); got float32 of shape (). "
        "Give one sign per column."
    ),
    "cj.constraints.Dale(np.zeros(10))": (
        "ValueError: `signs` must be +1 or -1; got 0. +1 is excitatory."
    ),
    "cj.constraints.Dale(np.full(10, nan))": (
        "ValueError: `signs` must be +1 or -1; got nan. +1 is excitatory."
    ),
    "cj.constraints.Dale(matrix)": (
        "ValueError: `signs` must have shape (pre,); got float32 of shape (10, "
        "10). Give one sign per column."
    ),
    'cj.constraints.Dale("excitatory")': (
        "ValueError: `signs` must be numbers; got 'excitatory'. Give a number or "
        "an array of numbers."
    ),
    'cj.constraints.Dale(np.ones(10), "abs")': (
        "ValueError: `map` must be a magnitude map; got 'abs'. Use "
        "cj.constraints.Abs()."
    ),
    "cj.constraints.Dale(np.ones(10), cj.constraints.Relu)": (
        "ValueError: `map` must be a magnitude map; got the class Relu. Call it: "
        "Relu(...)."
    ),
    "cj.constraints.Dale(net)": (
        "ValueError: `signs` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.constraints.Dale(signs=np.ones(10), frac_excitatory=0.8)": (
        "TypeError: Dale() has no argument `frac_excitatory`. The arguments are "
        "`signs`, `map`."
    ),
    'cj.constraints.NonNegative("abs")': (
        "ValueError: `map` must be a magnitude map; got 'abs'. Use "
        "cj.constraints.Abs()."
    ),
    "cj.constraints.NonNegative(cj.constraints.Abs)": (
        "ValueError: `map` must be a magnitude map; got the class Abs. Call it: "
        "Abs(...)."
    ),
    "cj.constraints.NonNegative(matrix)": (
        "ValueError: `map` must be a magnitude map; got float64 of shape (10, "
        "10). Use cj.constraints.Abs()."
    ),
    "cj.constraints.NonNegative(sign_map=cj.constraints.Abs())": (
        "TypeError: NonNegative() has no argument `sign_map`. The arguments are `map`."
    ),
    "cj.constraints.SignMask(2 * matrix)": (
        "ValueError: `signs` must be +1, -1 or 0; got 2. 0 is an absent synapse; "
        "see `free`."
    ),
    "cj.constraints.SignMask(np.full((10, 10), nan))": (
        "ValueError: `signs` must be +1, -1 or 0; got nan. 0 is an absent "
        "synapse; see `free`."
    ),
    'cj.constraints.SignMask("+-")': (
        "ValueError: `signs` must be numbers; got '+-'. Give a number or an "
        "array of numbers."
    ),
    'cj.constraints.SignMask(matrix, "abs")': (
        "ValueError: `map` must be a magnitude map; got 'abs'. Use "
        "cj.constraints.Abs()."
    ),
    "cj.constraints.SignMask(matrix, free=matrix)": (
        "ValueError: `free` must be boolean of the shape (10, 10) of `signs`; "
        "got float32 of shape (10, 10). Axis 0 is post (targets), axis 1 is pre "
        "(sources)."
    ),
    "cj.constraints.SignMask(matrix, free=np.ones((9, 9), bool))": (
        "ValueError: `free` must be boolean of the shape (10, 10) of `signs`; "
        "got bool of shape (9, 9). Axis 0 is post (targets), axis 1 is pre "
        "(sources)."
    ),
    "cj.constraints.SignMask(matrix, free=matrix > 0)": (
        "ValueError: `signs` must be 0 where `free` is True; got 10 of 100 "
        "entries wrong, the first [0, 0]. Remove the sign, or set `free` to "
        "False."
    ),
    "cj.constraints.SignMask(matrix, matrix > 0)": (
        "ValueError: `map` must be a magnitude map; got bool of shape (10, 10). "
        "Use cj.constraints.Abs()."
    ),
    "cj.constraints.SignMask(None)": (
        "ValueError: `signs` must be numbers; got None. Give a number or an "
        "array of numbers."
    ),
    "cj.constraints.Fixed(np.full((10, 10), nan))": (
        "ValueError: `values` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.constraints.Fixed(matrix, where=matrix)": (
        "ValueError: `where` must be boolean of the shape (10, 10) of `values`; "
        "got float32 of shape (10, 10). Axis 0 is post (targets), axis 1 is pre "
        "(sources)."
    ),
    "cj.constraints.Fixed(matrix, where=np.ones((9, 9), bool))": (
        "ValueError: `where` must be boolean of the shape (10, 10) of `values`; "
        "got bool of shape (9, 9). Axis 0 is post (targets), axis 1 is pre "
        "(sources)."
    ),
    "cj.constraints.Fixed(matrix, plastic=matrix > 0)": (
        "ValueError: `plastic` must not overlap with the fixed synapses; got 10 "
        "of 100 entries wrong, the first [0, 0]. A synapse is either fixed or "
        "plastic."
    ),
    "cj.constraints.Fixed(matrix, plastic=matrix)": (
        "ValueError: `plastic` must be boolean of the shape (10, 10) of "
        "`values`; got float32 of shape (10, 10). Axis 0 is post (targets), axis "
        "1 is pre (sources)."
    ),
    'cj.constraints.Fixed("zero")': (
        "ValueError: `values` must be numbers; got 'zero'. Give a number or an "
        "array of numbers."
    ),
    "cj.constraints.Fixed(matrix > 0)": (
        "ValueError: `values` must be real numbers; got bool of shape (10, 10). "
        "Cast with .astype."
    ),
    "cj.constraints.Fixed(net)": (
        "ValueError: `values` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.constraints.Fixed()": (
        "TypeError: Fixed.__init__() missing 1 required positional argument: 'values'"
    ),
    "cj.constraints.Fixed(1j * matrix)": (
        "ValueError: `values` must be real numbers; got complex64 of shape (10, "
        "10). Cast with .astype."
    ),
    "cj.constraints.Fixed(matrix, mask=matrix > 0)": (
        "TypeError: Fixed() has no argument `mask`. The arguments are `values`, "
        "`where`, `plastic`."
    ),
    "cj.constraints.LowRank(0)": (
        "ValueError: `rank` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.constraints.LowRank(2.0)": (
        "ValueError: `rank` must be a whole number, at least 1; got 2.0. Give an int."
    ),
    'cj.constraints.LowRank("2")': (
        "ValueError: `rank` must be a whole number, at least 1; got '2'. Give an int."
    ),
    "cj.constraints.LowRank(matrix)": (
        "ValueError: `rank` must be a whole number, at least 1; got float64 of "
        "shape (10, 10). Give an int."
    ),
    "cj.constraints.LowRank(2, matrix * nan)": (
        "ValueError: `background` must be finite; got nan. Replace NaN and infinity."
    ),
    'cj.constraints.LowRank(2, "random")': (
        "ValueError: `background` must be numbers; got 'random'. Give a number "
        "or an array of numbers."
    ),
    "cj.constraints.LowRank(2, background=net)": (
        "ValueError: `background` must be numbers; got an EIRNN. Give a number "
        "or an array of numbers."
    ),
    "cj.constraints.LowRank(matrix, 2)": (
        "ValueError: `rank` must be a whole number, at least 1; got float64 of "
        "shape (10, 10). Give an int."
    ),
    "cj.constraints.LowRank(2, matrix > 0)": (
        "ValueError: `background` must be real numbers; got bool of shape (10, "
        "10). Cast with .astype."
    ),
    "cj.constraints.Masked(matrix)": (
        "ValueError: `mask` must be boolean; got float32 of shape (10, 10). Use "
        "`mask != 0`: True is where a synapse exists."
    ),
    'cj.constraints.Masked("sparse")': (
        "ValueError: `mask` must be numbers; got 'sparse'. Give a number or an "
        "array of numbers."
    ),
    "cj.constraints.Masked(None)": (
        "ValueError: `mask` must be numbers; got None. Give a number or an array "
        "of numbers."
    ),
    "cj.constraints.Masked(0.1)": (
        "ValueError: `mask` must be boolean; got float32 of shape (). Use `mask "
        "!= 0`: True is where a synapse exists."
    ),
    "cj.constraints.Masked(cj.connectivity.no_autapses(10))": (
        "ValueError: `mask` must be numbers; got a Connectivity. Give a number "
        "or an array of numbers."
    ),
    "cj.constraints.Masked()": (
        "TypeError: Masked.__init__() missing 1 required positional argument: 'mask'"
    ),
    "cj.constraints.SpectralRadiusBelow(0.0)": (
        "ValueError: `rho` must be positive; got 0. Use Constant(0.0) for zeros."
    ),
    "cj.constraints.SpectralRadiusBelow(-1.0)": (
        "ValueError: `rho` must be positive; got -1. Use Constant(0.0) for zeros."
    ),
    "cj.constraints.SpectralRadiusBelow(nan)": (
        "ValueError: `rho` must be positive; got nan. Use Constant(0.0) for zeros."
    ),
    "cj.constraints.SpectralRadiusBelow(inf)": (
        "ValueError: `rho` must be positive; got inf. Use Constant(0.0) for zeros."
    ),
    'cj.constraints.SpectralRadiusBelow("1")': (
        "ValueError: `rho` must be numbers; got '1'. Give a number or an array "
        "of numbers."
    ),
    "cj.constraints.SpectralRadiusBelow([1.0, 2.0])": (
        "ValueError: `rho` must be one number; got shape (2,). Give a number."
    ),
    "cj.constraints.SpectralRadiusBelow(matrix)": (
        "ValueError: `rho` must be positive; got 0. Use Constant(0.0) for zeros."
    ),
    "cj.constraints.SpectralRadiusBelow(radius=1.0)": (
        "TypeError: SpectralRadiusBelow() has no argument `radius`. The "
        "arguments are `rho`."
    ),
    "cj.initialisers.Balanced(cj.initialisers.Normal)": (
        "ValueError: `of` must be an initialiser or a function; got the class "
        "Normal. Call it: Normal(...)."
    ),
    "cj.initialisers.Balanced(1.0)": (
        "ValueError: `of` must be an initialiser or a function; got 1.0. See "
        "cj.initialisers."
    ),
    "cj.initialisers.Balanced()": (
        "TypeError: Balanced.__init__() missing 1 required positional argument: 'of'"
    ),
    'cj.initialisers.Balanced("normal")': (
        "ValueError: `of` must be an initialiser or a function; got 'normal'. "
        "See cj.initialisers."
    ),
    "cj.initialisers.Balanced(net)": (
        "ValueError: `of` must be an initialiser or a function; got an EIRNN. "
        "See cj.initialisers."
    ),
    "cj.initialisers.ClampedUniform(1.0)": (
        "TypeError: ClampedUniform.__init__() takes 1 positional argument but 2 "
        "were given"
    ),
    "cj.initialisers.ClampedUniform(bound=1.0)": (
        "TypeError: ClampedUniform.__init__() got an unexpected keyword argument "
        "'bound'"
    ),
    "cj.initialisers.ClampedUniform(-1.0, 1.0)": (
        "TypeError: ClampedUniform.__init__() takes 1 positional argument but 3 "
        "were given"
    ),
    "cj.initialisers.Constant(nan)": (
        "ValueError: `value` must be finite; got nan. Replace NaN and infinity."
    ),
    'cj.initialisers.Constant("0")': (
        "ValueError: `value` must be numbers; got '0'. Give a number or an array "
        "of numbers."
    ),
    "cj.initialisers.Constant(inf)": (
        "ValueError: `value` must be finite; got inf. Replace NaN and infinity."
    ),
    "cj.initialisers.Constant(None)": (
        "ValueError: `value` must be numbers; got None. Give a number or an "
        "array of numbers."
    ),
    "cj.initialisers.Constant(matrix)": (
        "ValueError: `value` must be one number; got shape (10, 10). Give a number."
    ),
    "cj.initialisers.Constant(1j)": (
        "ValueError: `value` must be real; got 1j. Pass its real part."
    ),
    "cj.initialisers.Constant(net)": (
        "ValueError: `value` must be numbers; got an EIRNN. Give a number or an "
        "array of numbers."
    ),
    "cj.initialisers.Gain(-1.0, cj.initialisers.Normal())": (
        "ValueError: `gain` must be positive; got -1. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.Gain(cj.initialisers.Normal(), 1.5)": (
        "ValueError: `gain` must be numbers; got a Normal. Give a number or an "
        "array of numbers."
    ),
    "cj.initialisers.Gain(nan, cj.initialisers.Normal())": (
        "ValueError: `gain` must be positive; got nan. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.Gain(1.5, cj.initialisers.Normal)": (
        "ValueError: `of` must be an initialiser or a function; got the class "
        "Normal. Call it: Normal(...)."
    ),
    "cj.initialisers.Gain(1.5)": (
        "TypeError: Gain.__init__() missing 1 required positional argument: 'of'"
    ),
    'cj.initialisers.Gain("1.5", cj.initialisers.Normal())': (
        "ValueError: `gain` must be numbers; got '1.5'. Give a number or an "
        "array of numbers."
    ),
    'cj.initialisers.Gain(1.5, "normal")': (
        "ValueError: `of` must be an initialiser or a function; got 'normal'. "
        "See cj.initialisers."
    ),
    "cj.initialisers.Gain([1.0, 2.0], cj.initialisers.Normal())": (
        "ValueError: `gain` must be one number; got shape (2,). Give a number."
    ),
    "cj.initialisers.Gamma(-1.0)": (
        "ValueError: `mean` must not be negative; got -1. Signs come from the "
        "constraint."
    ),
    "cj.initialisers.Gamma(nan)": (
        "ValueError: `mean` must not be negative; got nan. Signs come from the "
        "constraint."
    ),
    'cj.initialisers.Gamma("0.1")': (
        "ValueError: `mean` must be numbers; got '0.1'. Give a number or an "
        "array of numbers."
    ),
    "cj.initialisers.Gamma(0.1, 0.0)": (
        "ValueError: `concentration` must be positive; got 0. The paper's is 2."
    ),
    "cj.initialisers.Gamma(0.1, nan)": (
        "ValueError: `concentration` must be positive; got nan. The paper's is 2."
    ),
    'cj.initialisers.Gamma(0.1, "2")': (
        "ValueError: `concentration` must be numbers; got '2'. Give a number or "
        "an array of numbers."
    ),
    "cj.initialisers.Gamma(shape=2.0)": (
        "TypeError: Gamma.__init__() got an unexpected keyword argument 'shape'"
    ),
    'cj.initialisers.Glorot("yes")': (
        "ValueError: `uniform` must be True or False; got 'yes'. Give a boolean."
    ),
    "cj.initialisers.Glorot(1.0)": (
        "ValueError: `uniform` must be True or False; got 1.0. Give a boolean."
    ),
    "cj.initialisers.Glorot(gain=0.0)": (
        "ValueError: `gain` must be positive; got 0. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.Glorot(gain=nan)": (
        "ValueError: `gain` must be positive; got nan. Use Constant(0.0) for zeros."
    ),
    'cj.initialisers.Glorot(gain="1")': (
        "ValueError: `gain` must be numbers; got '1'. Give a number or an array "
        "of numbers."
    ),
    'cj.initialisers.Identity("1")': (
        "ValueError: `scale` must be numbers; got '1'. Give a number or an array "
        "of numbers."
    ),
    "cj.initialisers.Identity(nan)": (
        "ValueError: `scale` must be finite; got nan. Replace NaN and infinity."
    ),
    "cj.initialisers.Identity(None)": (
        "ValueError: `scale` must be numbers; got None. Give a number or an "
        "array of numbers."
    ),
    "cj.initialisers.Identity(np.ones(10))": (
        "ValueError: `scale` must be one number; got shape (10,). Give a number."
    ),
    "cj.initialisers.LogNormal(-1.0)": (
        "ValueError: `mean` must not be negative; got -1. Signs come from the "
        "constraint."
    ),
    "cj.initialisers.LogNormal(nan)": (
        "ValueError: `mean` must not be negative; got nan. Signs come from the "
        "constraint."
    ),
    'cj.initialisers.LogNormal("0.1")': (
        "ValueError: `mean` must be numbers; got '0.1'. Give a number or an "
        "array of numbers."
    ),
    "cj.initialisers.LogNormal(0.1, 0.0)": (
        "ValueError: `std` must be positive; got 0. Use Constant(mean) for equal "
        "weights."
    ),
    "cj.initialisers.LogNormal(0.1, nan)": (
        "ValueError: `std` must be positive; got nan. Use Constant(mean) for "
        "equal weights."
    ),
    'cj.initialisers.LogNormal(0.1, "0.1")': (
        "ValueError: `std` must be numbers; got '0.1'. Give a number or an array "
        "of numbers."
    ),
    "cj.initialisers.Normal(0.0)": (
        "ValueError: `gain` must be positive; got 0. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.Normal(-1.0)": (
        "ValueError: `gain` must be positive; got -1. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.Normal(nan)": (
        "ValueError: `gain` must be positive; got nan. Use Constant(0.0) for zeros."
    ),
    'cj.initialisers.Normal("1")': (
        "ValueError: `gain` must be numbers; got '1'. Give a number or an array "
        "of numbers."
    ),
    "cj.initialisers.Normal(0.0, 1.0)": (
        "TypeError: Normal.__init__() takes from 1 to 2 positional arguments but "
        "3 were given"
    ),
    "cj.initialisers.Normal(std=0.1)": (
        "TypeError: Normal.__init__() got an unexpected keyword argument 'std'"
    ),
    "cj.initialisers.Normal(np.ones(10))": (
        "ValueError: `gain` must be one number; got shape (10,). Give a number."
    ),
    "cj.initialisers.Normal(key)": (
        "ValueError: `gain` must be numbers; got key<fry> of shape (). Give a "
        "number or an array of numbers."
    ),
    "cj.initialisers.Orthogonal(0.0)": (
        "ValueError: `gain` must be positive; got 0. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.Orthogonal(nan)": (
        "ValueError: `gain` must be positive; got nan. Use Constant(0.0) for zeros."
    ),
    'cj.initialisers.Orthogonal("1")': (
        "ValueError: `gain` must be numbers; got '1'. Give a number or an array "
        "of numbers."
    ),
    "cj.initialisers.Orthogonal(matrix)": (
        "ValueError: `gain` must be positive; got 0. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.SignedAfterScaling(0.0)": (
        "ValueError: `rho` must be positive; got 0. PsychRNN's is 1.1."
    ),
    "cj.initialisers.SignedAfterScaling(nan)": (
        "ValueError: `rho` must be positive; got nan. PsychRNN's is 1.1."
    ),
    'cj.initialisers.SignedAfterScaling("1.1")': (
        "ValueError: `rho` must be numbers; got '1.1'. Give a number or an array "
        "of numbers."
    ),
    "cj.initialisers.SignedAfterScaling([1.1])": (
        "ValueError: `rho` must be one number; got shape (1,). Give a number."
    ),
    "cj.initialisers.SpectralRadius(0.0, cj.initialisers.Normal())": (
        "ValueError: `rho` must be positive; got 0. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.SpectralRadius(cj.initialisers.Normal(), 1.5)": (
        "ValueError: `rho` must be numbers; got a Normal. Give a number or an "
        "array of numbers."
    ),
    "cj.initialisers.SpectralRadius(nan, cj.initialisers.Normal())": (
        "ValueError: `rho` must be positive; got nan. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.SpectralRadius(1.5)": (
        "TypeError: SpectralRadius.__init__() missing 1 required positional "
        "argument: 'of'"
    ),
    "cj.initialisers.SpectralRadius(1.5, cj.initialisers.Normal)": (
        "ValueError: `of` must be an initialiser or a function; got the class "
        "Normal. Call it: Normal(...)."
    ),
    'cj.initialisers.SpectralRadius("1.5", cj.initialisers.Normal())': (
        "ValueError: `rho` must be numbers; got '1.5'. Give a number or an array "
        "of numbers."
    ),
    "cj.initialisers.SpectralRadius(1.5, net)": (
        "ValueError: `of` must be an initialiser or a function; got an EIRNN. "
        "See cj.initialisers."
    ),
    "cj.initialisers.Uniform(0.0)": (
        "ValueError: `bound` must be positive; got 0. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.Uniform(-1.0)": (
        "ValueError: `bound` must be positive; got -1. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.Uniform(nan)": (
        "ValueError: `bound` must be positive; got nan. Use Constant(0.0) for zeros."
    ),
    'cj.initialisers.Uniform("1")': (
        "ValueError: `bound` must be numbers; got '1'. Give a number or an array "
        "of numbers."
    ),
    "cj.initialisers.Uniform(-1.0, 1.0)": (
        "TypeError: Uniform.__init__() takes from 1 to 2 positional arguments "
        "but 3 were given"
    ),
    "cj.initialisers.Uniform(matrix)": (
        "ValueError: `bound` must be positive; got 0. Use Constant(0.0) for zeros."
    ),
    "cj.initialisers.spectral_radius(np.ones((10, 2)))": (
        "ValueError: `weights` must be square; got shape (10, 2). Use it for `w_hid`."
    ),
    "cj.initialisers.spectral_radius(np.ones(10))": (
        "ValueError: `weights` must be square; got shape (10,). Use it for `w_hid`."
    ),
    "cj.initialisers.spectral_radius(net)": (
        "ValueError: `weights` must be numbers; got an EIRNN. Pass an array of it, "
        "such as cj.effective(net).w_hid."
    ),
    'cj.initialisers.spectral_radius("matrix")': (
        "ValueError: `weights` must be numbers; got 'matrix'. Give a number or "
        "an array of numbers."
    ),
    "cj.initialisers.spectral_radius(1.0)": (
        "ValueError: `weights` must be square; got shape (). Use it for `w_hid`."
    ),
    "cj.initialisers.spectral_radius(cj.effective(net))": (
        "ValueError: `weights` must be numbers; got a Weights. Pass one array of it, "
        "such as weights.w_hid."
    ),
    "cj.initialisers.spectral_radius(cj.stack([net, net]).raw.w_hid)": (
        "ValueError: `weights` must be square; got shape (2, 10, 10). Use it for "
        "`w_hid`."
    ),
    'cj.initialisers.spectral_radius(np.array([["a"]]))': (
        "ValueError: `weights` must be numbers; got <U1 of shape (1, 1). Give a "
        "number or an array of numbers."
    ),
    "cj.initialisers.spectral_radius(np.zeros((0, 0)))": (
        "ValueError: `weights` must be square; got shape (0, 0). Use it for `w_hid`."
    ),
    "cj.initialisers.spectral_abscissa(np.ones((10, 2)))": (
        "ValueError: `weights` must be square; got shape (10, 2). Use it for `w_hid`."
    ),
    "cj.initialisers.spectral_abscissa(np.ones(10))": (
        "ValueError: `weights` must be square; got shape (10,). Use it for `w_hid`."
    ),
    "cj.initialisers.spectral_abscissa(net)": (
        "ValueError: `weights` must be numbers; got an EIRNN. Pass an array of it, "
        "such as cj.effective(net).w_hid."
    ),
    'cj.initialisers.spectral_abscissa("matrix")': (
        "ValueError: `weights` must be numbers; got 'matrix'. Give a number or "
        "an array of numbers."
    ),
    'cj.initialisers.spectral_abscissa(np.array([["a"]]))': (
        "ValueError: `weights` must be numbers; got <U1 of shape (1, 1). Give a "
        "number or an array of numbers."
    ),
    "cj.initialisers.spectral_abscissa(np.zeros((0, 0)))": (
        "ValueError: `weights` must be square; got shape (0, 0). Use it for `w_hid`."
    ),
    "cj.initialisers.Uniform(bound=np.ones(2))": (
        "ValueError: `bound` must be one number; got shape (2,). Give a number."
    ),
    "cj.initialisers.Glorot(gain=np.ones(2))": (
        "ValueError: `gain` must be one number; got shape (2,). Give a number."
    ),
    "cj.initialisers.Orthogonal(gain=np.ones(2))": (
        "ValueError: `gain` must be one number; got shape (2,). Give a number."
    ),
    "cj.initialisers.SpectralRadius(np.ones(2), cj.initialisers.Normal(1.0))": (
        "ValueError: `rho` must be one number; got shape (2,). Give a number."
    ),
    "cj.initialisers.spectral_radius(np.ones((2, 2), bool))": (
        "ValueError: `weights` must be real numbers; got bool of shape (2, 2). Cast "
        "with .astype."
    ),
    'cj.initialisers.spectral_radius(np.array([["a", "b"], ["c", "d"]]))': (
        "ValueError: `weights` must be numbers; got <U1 of shape (2, 2). Give a "
        "number or an array of numbers."
    ),
}
