"""Wrong calls of what says which synapses exist, and of names of units."""

CALLS = {
    "cj.connectivity.Groups(-1)": (
        "ValueError: `size` must be a whole number, at least 0; got -1. Give an int."
    ),
    'cj.connectivity.Groups("3")': (
        "ValueError: `size` must be a whole number, at least 0; got '3'. Give an int."
    ),
    'cj.connectivity.Groups(3, names=("a",))': (
        "ValueError: `ranges` must be one for each name; got 0 for 1 names. A "
        "group may have several ranges: (((0, 2), (4, 5)), ...)."
    ),
    'cj.connectivity.Groups(3, names="a", ranges=(((0, 1),),))': (
        "ValueError: `names` must be a list of numbers; got 'a'. Give a tuple."
    ),
    'cj.connectivity.Groups(3, ("a",), (((0, 5),),))': (
        "ValueError: `ranges` must have pairs (start, stop) within 0 and 3; got "
        "(((0, 5),),). A group may have several ranges: (((0, 2), (4, 5)), ...)."
    ),
    'cj.connectivity.Groups(3, ("a",), ((0, 1),))': (
        "ValueError: `ranges` must have pairs (start, stop) within 0 and 3; got "
        "((0, 1),). A group may have several ranges: (((0, 2), (4, 5)), ...)."
    ),
    'cj.connectivity.Groups(3, ("a", "a"), (((0, 1),), ((1, 2),)))': (
        "ValueError: `names` must be different texts; got ('a', 'a'). Give a "
        "tuple of names."
    ),
    'cj.connectivity.Groups(3, ("a",), "range")': (
        "ValueError: `ranges` must be a list of numbers; got 'range'. Give a tuple."
    ),
    'cj.connectivity.Groups({"a": 3})': (
        "ValueError: `size` must be a whole number, at least 0; got {'a': 3}. "
        "Give an int."
    ),
    "cj.connectivity.Groups()": (
        "TypeError: Groups.__init__() missing 1 required positional argument: 'size'"
    ),
    'net.layout.units.indices("excitatry")': (
        "ValueError: `name` must be a known name; got 'excitatry'. Did you mean "
        "'excitatory'? The options are 'excitatory', 'inhibitory'."
    ),
    "net.layout.units.indices(3)": (
        "ValueError: `name` must be a known name; got 3. The options are "
        "'excitatory', 'inhibitory'."
    ),
    'net.layout.units.indices(["excitatory", "inhibitory"])': (
        "ValueError: `name` must be a known name; got ['excitatory', "
        "'inhibitory']. Did you mean 'inhibitory'? The options are 'excitatory', "
        "'inhibitory'."
    ),
    'net.layout.inputs.indices("stimulus")': (
        "ValueError: `name` must be a known name; got 'stimulus'. Nothing has a "
        "name here: build the network with connectivity=."
    ),
    "cj.connectivity.Layout(None, None, None)": (
        "ValueError: `units` must be groups; got None. Use "
        "cj.connectivity.Groups(size)."
    ),
    "cj.connectivity.Layout(2, 10, 2)": (
        "ValueError: `inputs` must be groups; got 2. Use cj.connectivity.Groups(size)."
    ),
    "cj.connectivity.Layout(None, 10, None)": (
        "ValueError: `units` must be groups; got 10. Use cj.connectivity.Groups(size)."
    ),
    "cj.connectivity.Layout(None, cj.connectivity.Groups, None)": (
        "ValueError: `units` must be groups; got the class Groups. Call it: "
        "Groups(...)."
    ),
    "cj.connectivity.Layout(None, net.layout, None)": (
        "ValueError: `units` must be groups; got a Layout. Pass its `units`."
    ),
    'cj.connectivity.Layout("stimulus", cj.connectivity.Groups(10), None)': (
        "ValueError: `inputs` must be groups; got 'stimulus'. Use "
        "cj.connectivity.Groups(size)."
    ),
    "cj.connectivity.Connectivity(w_hid=matrix > 0)": (
        "TypeError: Connectivity.__init__() missing 1 required keyword-only "
        "argument: 'layout'"
    ),
    "cj.connectivity.Connectivity(w_hid=matrix, layout=net.layout)": (
        "ValueError: `w_hid` must be boolean of shape (10, 10); got float32 of "
        "shape (10, 10). Axis 0 is post (targets), axis 1 is pre (sources)."
    ),
    "cj.connectivity.Connectivity(w_hid=np.ones((9, 9), bool), layout=net.layout)": (
        "ValueError: `w_hid` must be boolean of shape (10, 10); got bool of "
        "shape (9, 9). Axis 0 is post (targets), axis 1 is pre (sources)."
    ),
    "cj.connectivity.Connectivity(w_in=np.ones((2, 10), bool), layout=net.layout)": (
        "ValueError: `w_in` must be boolean of shape (10, 2); got bool of shape "
        "(2, 10). Axis 0 is post (targets), axis 1 is pre (sources)."
    ),
    'cj.connectivity.Connectivity(w_hid="all", layout=net.layout)': (
        "ValueError: `w_hid` must be numbers; got 'all'. Give a number or an "
        "array of numbers."
    ),
    "cj.connectivity.Connectivity(w_hid=matrix > 0, layout=net)": (
        "ValueError: `layout` must be a layout; got an EIRNN. Pass its `layout`."
    ),
    (
        "cj.connectivity.Connectivity(w_hid=matrix > 0, "
        "layout=cj.connectivity.Groups(10))"
    ): ("ValueError: `layout` must be a layout; got a Groups. Pass net.layout."),
    "cj.connectivity.Connectivity(signs=np.zeros(10), layout=net.layout)": (
        "ValueError: `signs` must be +1 or -1; got 0. +1 is excitatory."
    ),
    "cj.connectivity.Connectivity(signs=np.ones(3), layout=net.layout)": (
        "ValueError: `signs` must have shape (10,); got shape (3,). Give one "
        "sign for each unit."
    ),
    'cj.connectivity.Connectivity(signs="excitatory", layout=net.layout)': (
        "ValueError: `signs` must be numbers; got 'excitatory'. Give a number or "
        "an array of numbers."
    ),
    "cj.connectivity.Connectivity(signs=[1, 1], layout=net.layout)": (
        "ValueError: `signs` must have shape (10,); got shape (2,). Give one "
        "sign for each unit."
    ),
    "cj.connectivity.Connectivity(w_hid=[[True]], layout=net.layout)": (
        "ValueError: `w_hid` must be boolean of shape (10, 10); got bool of "
        "shape (1, 1). Axis 0 is post (targets), axis 1 is pre (sources)."
    ),
    "cj.connectivity.Connectivity(matrix > 0, layout=net.layout)": (
        "TypeError: Connectivity.__init__() takes 1 positional argument but 2 "
        "positional arguments (and 1 keyword-only argument) were given"
    ),
    "cj.connectivity.Connectivity(w_rec=matrix > 0, layout=net.layout)": (
        "TypeError: Connectivity() has no argument `w_rec`. Did you mean "
        "`w_hid`? The arguments are `w_in`, `w_hid`, `w_out`, `signs`, `layout`."
    ),
    "cj.connectivity.MultiArea()": (
        "TypeError: MultiArea.__init__() missing 1 required positional argument: "
        "'areas'"
    ),
    "cj.connectivity.MultiArea(0, n_hidden=10, key=key)": (
        "ValueError: `areas` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.connectivity.MultiArea(2, key=key)": (
        "ValueError: `n_hidden` must be given with a number of areas; got None. "
        "Or give sizes."
    ),
    'cj.connectivity.MultiArea("two", n_hidden=10, key=key)': (
        "ValueError: `areas` must be numbers or a dictionary; got 'two'. Give a "
        "number or an array of numbers."
    ),
    "cj.connectivity.MultiArea(2.0, n_hidden=10, key=key)": (
        "ValueError: `areas` must be a whole number, at least 1; got 2.0. Give an int."
    ),
    "cj.connectivity.MultiArea(20, n_hidden=10, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 20; got 10. "
        "Give an int."
    ),
    "cj.connectivity.MultiArea([5, -5], key=key)": (
        "ValueError: `areas[1]` must be a whole number, at least 1; got -5. Give "
        "an int."
    ),
    "cj.connectivity.MultiArea([5, 5], n_hidden=11, key=key)": (
        "ValueError: `areas` must add up to n_hidden = 11; got 10 = 5 + 5. Leave "
        "n_hidden out: it follows from the areas."
    ),
    "cj.connectivity.MultiArea({}, key=key)": (
        "ValueError: `areas` must map names to sizes; got {}. Name at least one group."
    ),
    "cj.connectivity.MultiArea([], key=key)": (
        "ValueError: `areas` must have at least one area; got none. Give their sizes."
    ),
    'cj.connectivity.MultiArea({"a": 5.0}, key=key)': (
        "ValueError: `areas['a']` must be a whole number, at least 1; got 5.0. "
        "Give an int."
    ),
    "cj.connectivity.MultiArea({1: 5}, key=key)": (
        "ValueError: `name of areas` must be text; got 1. Give text as names."
    ),
    "cj.connectivity.MultiArea(net, key=key)": (
        "ValueError: `areas` must be numbers or a dictionary; got an EIRNN. Give "
        "a number or an array of numbers."
    ),
    "cj.connectivity.MultiArea([5, 5], forward=1.5, key=key)": (
        "ValueError: `forward` must lie in [0, 1]; got 1.5. Give a fraction."
    ),
    'cj.connectivity.MultiArea([5, 5], forward="dense", key=key)': (
        "ValueError: `forward` must lie in [0, 1]; got 'dense'. Give a fraction."
    ),
    "cj.connectivity.MultiArea([5, 5], backward=nan, key=key)": (
        "ValueError: `backward` must lie in [0, 1]; got nan. Give a fraction."
    ),
    "cj.connectivity.MultiArea([5, 5], within=-1, key=key)": (
        "ValueError: `within` must lie in [0, 1]; got -1. Give a fraction."
    ),
    "cj.connectivity.MultiArea([5, 5], connections=matrix, key=key)": (
        "ValueError: `connections` must have shape (2, 2): ['area_1', 'area_2'] "
        "by ['area_1', 'area_2']; got shape (10, 10). Rows are post (targets), "
        "columns are pre (sources)."
    ),
    (
        'cj.connectivity.MultiArea([5, 5], connections={("area_1", "area_3"): 0.5}, '
        "key=key)"
    ): (
        "ValueError: `connections (pre)` must be a known name; got 'area_3'. Did "
        "you mean 'area_2'? The options are 'area_1', 'area_2'."
    ),
    'cj.connectivity.MultiArea([5, 5], connections={"area_1": 0.5}, key=key)': (
        "ValueError: `connections` must have keys (post, pre); got 'area_1'. "
        "Give names."
    ),
    (
        'cj.connectivity.MultiArea([5, 5], connections={("area_1", "area_2"): 2.0}, '
        "key=key)"
    ): (
        "ValueError: `connections` must hold densities in [0, 1]; got 2. 1 is "
        "all-to-all."
    ),
    (
        'cj.connectivity.MultiArea([5, 5], connections={("area_1", "area_2"): '
        '"dense"}, key=key)'
    ): (
        "ValueError: `connections[('area_1', 'area_2')]` must be a number; got "
        "'dense'. Give an int or a float."
    ),
    (
        "cj.connectivity.MultiArea([5, 5], connections=[[1.0, nan], [0.0, 1.0]], "
        "key=key)"
    ): (
        "ValueError: `connections` must hold densities in [0, 1]; got nan. 1 is "
        "all-to-all."
    ),
    'cj.connectivity.MultiArea([5, 5], connections="dense", key=key)': (
        "ValueError: `connections` must be numbers or a dictionary; got 'dense'. "
        "Give a number or an array of numbers."
    ),
    "cj.connectivity.MultiArea([5, 5], inputs=-1, key=key)": (
        "ValueError: `inputs` must be a whole number, at least 0; got -1. Give an int."
    ),
    'cj.connectivity.MultiArea([5, 5], inputs="stimulus", key=key)': (
        "ValueError: `inputs` must be a dictionary or numbers; got 'stimulus'. "
        "Give a dict."
    ),
    'cj.connectivity.MultiArea([5, 5], inputs={"stimulus": 0}, key=key)': (
        "ValueError: `inputs['stimulus']` must be a whole number, at least 1; "
        "got 0. Give an int."
    ),
    "cj.connectivity.MultiArea([5, 5], outputs=1.5, key=key)": (
        "ValueError: `outputs` must be a whole number, at least 0; got 1.5. Give "
        "an int."
    ),
    'cj.connectivity.MultiArea([5, 5], outputs=["choice"], key=key)': (
        "ValueError: `outputs` must be a whole number, at least 0; got "
        "['choice']. Give an int."
    ),
    'cj.connectivity.MultiArea([5, 5], input_areas="area1", key=key)': (
        "ValueError: `input_areas` must be a known name; got 'area1'. Did you "
        "mean 'area_1'? The options are 'area_1', 'area_2'."
    ),
    "cj.connectivity.MultiArea([5, 5], input_areas=1, key=key)": (
        "ValueError: `input_areas` must be text or a list or a dictionary; got "
        "1. Give text."
    ),
    (
        'cj.connectivity.MultiArea([5, 5], input_areas={"stimulus": "area_1"}, key=key)'
    ): (
        "ValueError: `input_areas` must be a known name; got 'stimulus'. The "
        "options are 'input'."
    ),
    'cj.connectivity.MultiArea([5, 5], output_areas=["area_9"], key=key)': (
        "ValueError: `output_areas` must be a known name; got 'area_9'. Did you "
        "mean 'area_2'? The options are 'area_1', 'area_2'."
    ),
    ('cj.connectivity.MultiArea([5, 5], output_areas={"output": "area_9"}, key=key)'): (
        "ValueError: `output_areas` must be a known name; got 'area_9'. Did you "
        "mean 'area_2'? The options are 'area_1', 'area_2'."
    ),
    "cj.connectivity.MultiArea([5, 5], input_density=2.0, key=key)": (
        "ValueError: `input_density` must lie in [0, 1]; got 2.0. Give a fraction."
    ),
    'cj.connectivity.MultiArea([5, 5], output_density="all", key=key)': (
        "ValueError: `output_density` must lie in [0, 1]; got 'all'. Give a fraction."
    ),
    'cj.connectivity.MultiArea([5, 5], autapses="no", key=key)': (
        "ValueError: `autapses` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.connectivity.MultiArea([5, 5], key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.connectivity.MultiArea([5, 5], feedback=0.1, key=key)": (
        "TypeError: MultiArea() has no argument `feedback`. The arguments are "
        "`areas`, `n_hidden`, `forward`, `backward`, `within`, `connections`, "
        "`inputs`, `outputs`, `input_areas`, `output_areas`, `input_density`, "
        "`output_density`, `autapses`, `key`."
    ),
    "cj.connectivity.MultiAreaEI([5, 5], frac_excitatory=1.0, key=key)": (
        "ValueError: `frac_excitatory` must leave at least one unit of each "
        "class; got 1 of 5 units, so none is inhibitory. For one class only use "
        "CTRNN with constraints={'w_hid': NonNegative()}."
    ),
    'cj.connectivity.MultiAreaEI([5, 5], frac_excitatory="0.8", key=key)': (
        "ValueError: `frac_excitatory` must be numbers or a dictionary; got "
        "'0.8'. Give a number or an array of numbers."
    ),
    ('cj.connectivity.MultiAreaEI([5, 5], frac_excitatory={"area_1": 0.8}, key=key)'): (
        "ValueError: `frac_excitatory` must name every area; got none for "
        "['area_2']. Give each area a fraction."
    ),
    (
        'cj.connectivity.MultiAreaEI([5, 5], frac_excitatory={"area_1": 0.8, '
        '"area_3": 0.8}, key=key)'
    ): (
        "ValueError: `frac_excitatory` must be a known name; got 'area_3'. Did "
        "you mean 'area_2'? The options are 'area_1', 'area_2'."
    ),
    'cj.connectivity.MultiAreaEI([5, 5], across="E->E", key=key)': (
        "ValueError: `across` must be a list; got 'E->E'. Give a tuple."
    ),
    'cj.connectivity.MultiAreaEI([5, 5], across=("E-E",), key=key)': (
        "ValueError: `across` must be a known name; got 'E-E'. Did you mean "
        "'E->E'? The options are 'E->E', 'E->I', 'I->E', 'I->I'."
    ),
    "cj.connectivity.MultiAreaEI([5, 5], across=None, key=key)": (
        "ValueError: `across` must be a list; got None. Give a tuple."
    ),
    'cj.connectivity.MultiAreaEI([5, 5], inhibitory_readout="no", key=key)': (
        "ValueError: `inhibitory_readout` must be True or False; got 'no'. Give "
        "a boolean."
    ),
    "cj.connectivity.MultiAreaEI(5, key=key)": (
        "ValueError: `n_hidden` must be given with a number of areas; got None. "
        "Or give sizes."
    ),
    "cj.connectivity.MultiAreaEI([5, 5], n_hidden=3, key=key)": (
        "ValueError: `areas` must add up to n_hidden = 3; got 10 = 5 + 5. Leave "
        "n_hidden out: it follows from the areas."
    ),
    "cj.connectivity.MultiAreaEI([5, 5], key=None)": (
        "ValueError: `key` must be a JAX random key; got None. Use jax.random.key(0)."
    ),
    "cj.connectivity.MultiIO({})": (
        "TypeError: MultiIO.__init__() missing 1 required keyword-only argument: 'key'"
    ),
    "cj.connectivity.MultiIO({}, key=key)": (
        "ValueError: `units` must map names to sizes; got {}. Name at least one group."
    ),
    "cj.connectivity.MultiIO([5, 5], key=key)": (
        "ValueError: `units` must be a dictionary; got [5, 5]. Give a dict."
    ),
    'cj.connectivity.MultiIO({"a": 0}, key=key)': (
        "ValueError: `units['a']` must be a whole number, at least 1; got 0. "
        "Give an int."
    ),
    'cj.connectivity.MultiIO({"a": "5"}, key=key)': (
        "ValueError: `units['a']` must be a whole number, at least 1; got '5'. "
        "Give an int."
    ),
    'cj.connectivity.MultiIO({"a": 5}, inputs=-2, key=key)': (
        "ValueError: `inputs` must be a whole number, at least 0; got -2. Give an int."
    ),
    'cj.connectivity.MultiIO({"a": 5}, inputs=[2], key=key)': (
        "ValueError: `inputs` must be a whole number, at least 0; got [2]. Give an int."
    ),
    'cj.connectivity.MultiIO({"a": 5}, outputs="choice", key=key)': (
        "ValueError: `outputs` must be a dictionary or numbers; got 'choice'. "
        "Give a dict."
    ),
    (
        'cj.connectivity.MultiIO({"a": 5}, inputs={"u": 2}, input_table={("u", "a"): '
        "1.0}, key=key)"
    ): (
        "ValueError: `input_table (post)` must be a known name; got 'u'. The "
        "options are 'a'."
    ),
    'cj.connectivity.MultiIO({"a": 5}, hidden_table=[[2.0]], key=key)': (
        "ValueError: `hidden_table` must hold densities in [0, 1]; got 2. 1 is "
        "all-to-all."
    ),
    'cj.connectivity.MultiIO({"a": 5}, hidden_table=[[1.0, 1.0]], key=key)': (
        "ValueError: `hidden_table` must have shape (1, 1): ['a'] by ['a']; got "
        "shape (1, 2). Rows are post (targets), columns are pre (sources)."
    ),
    'cj.connectivity.MultiIO({"a": 5}, hidden_table=0.5, key=key)': (
        "ValueError: `hidden_table` must have shape (1, 1): ['a'] by ['a']; got "
        "shape (). Rows are post (targets), columns are pre (sources)."
    ),
    (
        'cj.connectivity.MultiIO({"a": 5}, outputs=1, output_table={("output", "b"): '
        "1.0}, key=key)"
    ): (
        "ValueError: `output_table (pre)` must be a known name; got 'b'. The "
        "options are 'a'."
    ),
    'cj.connectivity.MultiIO({"a": 5}, excitatory="b", key=key)': (
        "ValueError: `excitatory` must be a list; got 'b'. Give a tuple."
    ),
    'cj.connectivity.MultiIO({"a": 5}, excitatory=1, key=key)': (
        "ValueError: `excitatory` must be a list; got 1. Give a tuple."
    ),
    'cj.connectivity.MultiIO({"a": 5}, excitatory=[0], key=key)': (
        "ValueError: `excitatory` must be a known name; got 0. The options are 'a'."
    ),
    'cj.connectivity.MultiIO({"a": 5}, autapses=2, key=key)': (
        "ValueError: `autapses` must be True or False; got 2. Give a boolean."
    ),
    'cj.connectivity.MultiIO({"a": 5}, key="seed")': (
        "ValueError: `key` must be a JAX random key; got 'seed'. Use jax.random.key(0)."
    ),
    'cj.connectivity.MultiIO({"a": 5})': (
        "TypeError: MultiIO.__init__() missing 1 required keyword-only argument: 'key'"
    ),
    "cj.connectivity.RandomInput(2, 10, 2)": (
        "TypeError: RandomInput.__init__() missing 1 required keyword-only "
        "argument: 'key'"
    ),
    "cj.connectivity.RandomInput(2, 0, 2, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.connectivity.RandomInput(2.5, 10, 2, key=key)": (
        "ValueError: `n_in` must be a whole number, at least 0; got 2.5. Give an int."
    ),
    'cj.connectivity.RandomInput(2, "10", 2, key=key)': (
        "ValueError: `n_hidden` must be a whole number, at least 1; got '10'. "
        "Give an int."
    ),
    "cj.connectivity.RandomInput(2, 10, -2, key=key)": (
        "ValueError: `n_out` must be a whole number, at least 0; got -2. Give an int."
    ),
    "cj.connectivity.RandomInput(2, 10, 2, input_density=1.5, key=key)": (
        "ValueError: `input_density` must lie in [0, 1]; got 1.5. Give a fraction."
    ),
    'cj.connectivity.RandomInput(2, 10, 2, hidden_density="sparse", key=key)': (
        "ValueError: `hidden_density` must lie in [0, 1]; got 'sparse'. Give a "
        "fraction."
    ),
    "cj.connectivity.RandomInput(2, 10, 2, output_density=nan, key=key)": (
        "ValueError: `output_density` must lie in [0, 1]; got nan. Give a fraction."
    ),
    "cj.connectivity.RandomInput(2, 10, 2, overlap=False, key=key)": (
        "ValueError: `output_density` must leave units for the inputs if they "
        "must not overlap; got 10 + 10 of 10 units. Lower a density, or allow "
        "overlap."
    ),
    'cj.connectivity.RandomInput(2, 10, 2, overlap="no", key=key)': (
        "ValueError: `overlap` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.connectivity.RandomInput(2, 10, 2, autapses=1, key=key)": (
        "ValueError: `autapses` must be True or False; got 1. Give a boolean."
    ),
    "cj.connectivity.RandomInput(2, 10, 2, density=0.5, key=key)": (
        "TypeError: RandomInput() has no argument `density`. Did you mean "
        "`input_density`? The arguments are `n_in`, `n_hidden`, `n_out`, "
        "`input_density`, `hidden_density`, `output_density`, `overlap`, "
        "`autapses`, `key`."
    ),
    "cj.connectivity.RandomInput(2, 10, 2, key=3)": (
        "ValueError: `key` must be a JAX random key; got 3. Use jax.random.key(0)."
    ),
    'cj.connectivity.block({"E": 8, "I": 2})': (
        "TypeError: block() missing 1 required keyword-only argument: 'key'"
    ),
    'cj.connectivity.block({"E": 8, "I": 2}, {("E", "J"): 1.0}, key=key)': (
        "ValueError: `table (pre)` must be a known name; got 'J'. The options "
        "are 'E', 'I'."
    ),
    'cj.connectivity.block({"E": 8, "I": 2}, matrix, key=key)': (
        "ValueError: `table` must have shape (2, 2): ['E', 'I'] by ['E', 'I']; "
        "got shape (10, 10). Rows are post (targets), columns are pre (sources)."
    ),
    "cj.connectivity.block([8, 2], key=key)": (
        "ValueError: `sizes` must be a dictionary; got [8, 2]. Give a dict."
    ),
    "cj.connectivity.block({}, key=key)": (
        "ValueError: `sizes` must map names to sizes; got {}. Name at least one group."
    ),
    'cj.connectivity.block({"E": 8, "I": 2}, excitatory=["e"], key=key)': (
        "ValueError: `excitatory` must be a known name; got 'e'. Did you mean "
        "'E'? The options are 'E', 'I'."
    ),
    'cj.connectivity.block({"E": 8, "I": 2}, autapses="no", key=key)': (
        "ValueError: `autapses` must be True or False; got 'no'. Give a boolean."
    ),
    'cj.connectivity.block({"E": 8, "I": -2}, key=key)': (
        "ValueError: `sizes['I']` must be a whole number, at least 1; got -2. "
        "Give an int."
    ),
    'cj.connectivity.block({"E": 8, "I": 2}, 0.1, key=key)': (
        "ValueError: `table` must have shape (2, 2): ['E', 'I'] by ['E', 'I']; "
        "got shape (). Rows are post (targets), columns are pre (sources)."
    ),
    'cj.connectivity.block({("E", "E"): 0.1}, {"E": 8}, key=key)': (
        "ValueError: `name of sizes` must be text; got ('E', 'E'). Give text as names."
    ),
    "cj.connectivity.distance_dependent(np.ones((10, 2)), length=1.0)": (
        "TypeError: distance_dependent() missing 1 required keyword-only "
        "argument: 'key'"
    ),
    'cj.connectivity.distance_dependent("ring", length=1.0, key=key)': (
        "ValueError: `positions` must be numbers; got 'ring'. Give a number or "
        "an array of numbers."
    ),
    (
        "cj.connectivity.distance_dependent(np.full((10, 2), nan), length=1.0, key=key)"
    ): (
        "ValueError: `positions` must be finite, of shape (n_hidden, "
        "dimensions); got float64 of shape (10, 2). Give one row per unit."
    ),
    "cj.connectivity.distance_dependent(np.ones((10, 2, 2)), length=1.0, key=key)": (
        "ValueError: `positions` must be finite, of shape (n_hidden, "
        "dimensions); got float64 of shape (10, 2, 2). Give one row per unit."
    ),
    "cj.connectivity.distance_dependent(np.zeros((0, 2)), length=1.0, key=key)": (
        "ValueError: `positions` must be finite, of shape (n_hidden, "
        "dimensions); got float64 of shape (0, 2). Give one row per unit."
    ),
    "cj.connectivity.distance_dependent(10, length=1.0, key=key)": (
        "ValueError: `positions` must be finite, of shape (n_hidden, "
        "dimensions); got 10. Give one row per unit."
    ),
    "cj.connectivity.distance_dependent(net, length=1.0, key=key)": (
        "ValueError: `positions` must be numbers; got an EIRNN. Give a number or "
        "an array of numbers."
    ),
    "cj.connectivity.distance_dependent(np.ones((10, 2)), length=0.0, key=key)": (
        "ValueError: `length` must be positive; got 0. It has the unit of the "
        "positions."
    ),
    "cj.connectivity.distance_dependent(np.ones((10, 2)), length=nan, key=key)": (
        "ValueError: `length` must be positive; got nan. It has the unit of the "
        "positions."
    ),
    (
        "cj.connectivity.distance_dependent(np.ones((10, 2)), length=np.ones(2), "
        "key=key)"
    ): ("ValueError: `length` must be one number; got shape (2,). Give a number."),
    (
        "cj.connectivity.distance_dependent(np.ones((10, 2)), length=1.0, peak=2.0, "
        "key=key)"
    ): ("ValueError: `peak` must lie in [0, 1]; got 2.0. Give a fraction."),
    (
        "cj.connectivity.distance_dependent(np.ones((10, 2)), length=1.0, "
        'kernel="gauss", key=key)'
    ): (
        "ValueError: `kernel` must be a known name; got 'gauss'. Did you mean "
        "'gaussian'? The options are 'exponential', 'gaussian'."
    ),
    (
        "cj.connectivity.distance_dependent(np.ones((10, 2)), length=1.0, "
        "kernel=np.exp, key=key)"
    ): (
        "ValueError: `kernel` must be a known name; got the function exp. The "
        "options are 'exponential', 'gaussian'."
    ),
    (
        "cj.connectivity.distance_dependent(np.ones((10, 2)), length=1.0, "
        "period=-1.0, key=key)"
    ): (
        "ValueError: `period` must be positive; got -1. It has the unit of the "
        "positions."
    ),
    (
        "cj.connectivity.distance_dependent(np.ones((10, 2)), length=1.0, "
        "period=np.ones(3), key=key)"
    ): (
        "ValueError: `period` must be one number, or one for each of 2 "
        "dimensions; got shape (3,). A ring has one."
    ),
    (
        "cj.connectivity.distance_dependent(np.ones((10, 2)), length=1.0, "
        "autapses=None, key=key)"
    ): ("ValueError: `autapses` must be True or False; got None. Give a boolean."),
    "cj.connectivity.distance_dependent(np.ones((10, 2)), length=1.0, key=1)": (
        "ValueError: `key` must be a JAX random key; got 1. Use jax.random.key(0)."
    ),
    "cj.connectivity.excitatory_signs(10, 80)": (
        "ValueError: `frac_excitatory` must lie in [0, 1]; got 80. Give a fraction."
    ),
    "cj.connectivity.excitatory_signs(0.8, 10)": (
        "ValueError: `units` must be a whole number, at least 1; got 0.8. Give an int."
    ),
    "cj.connectivity.excitatory_signs(10, 1.0)": (
        "ValueError: `frac_excitatory` must leave at least one unit of each "
        "class; got 1 of 10 units, so none is inhibitory. For one class only use "
        "CTRNN with constraints={'w_hid': NonNegative()}."
    ),
    "cj.connectivity.excitatory_signs(10, nan)": (
        "ValueError: `frac_excitatory` must lie in [0, 1]; got nan. Give a fraction."
    ),
    'cj.connectivity.excitatory_signs("10", 0.8)': (
        "ValueError: `units` must be a whole number, at least 1; got '10'. Give an int."
    ),
    "cj.connectivity.excitatory_signs(net, 0.8)": (
        "ValueError: `units` must be a whole number, at least 1; got an "
        "EIRNN. Give an int."
    ),
    "cj.connectivity.excitatory_signs(10)": (
        "TypeError: excitatory_signs() missing 1 required positional argument: "
        "'frac_excitatory'"
    ),
    "cj.connectivity.no_autapses(0)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got 0. Give an int."
    ),
    "cj.connectivity.no_autapses(10.0)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got 10.0. "
        "Give an int."
    ),
    'cj.connectivity.no_autapses("10")': (
        "ValueError: `n_hidden` must be a whole number, at least 1; got '10'. "
        "Give an int."
    ),
    "cj.connectivity.no_autapses(matrix)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got float64 "
        "of shape (10, 10). Give an int."
    ),
    "cj.connectivity.no_autapses(net)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got an "
        "EIRNN. Give an int."
    ),
    "cj.connectivity.random_sparse(10, 1.5, key=key)": (
        "ValueError: `density` must lie in [0, 1]; got 1.5. Give a fraction."
    ),
    "cj.connectivity.random_sparse(0.5, 10, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got 0.5. "
        "Give an int."
    ),
    "cj.connectivity.random_sparse(10, nan, key=key)": (
        "ValueError: `density` must lie in [0, 1]; got nan. Give a fraction."
    ),
    'cj.connectivity.random_sparse(10, "half", key=key)': (
        "ValueError: `density` must lie in [0, 1]; got 'half'. Give a fraction."
    ),
    'cj.connectivity.random_sparse(10, 0.5, autapses="no", key=key)': (
        "ValueError: `autapses` must be True or False; got 'no'. Give a boolean."
    ),
    "cj.connectivity.random_sparse(10, 0.5, key=0)": (
        "ValueError: `key` must be a JAX random key; got 0. Use jax.random.key(0)."
    ),
    "cj.connectivity.random_sparse(10, 0.5, True, key=key)": (
        "TypeError: random_sparse() takes 2 positional arguments but 3 "
        "positional arguments (and 1 keyword-only argument) were given"
    ),
    "cj.connectivity.random_sparse(10, 0.5)": (
        "TypeError: random_sparse() missing 1 required keyword-only argument: 'key'"
    ),
    "cj.connectivity.random_sparse(net, 0.5, key=key)": (
        "ValueError: `n_hidden` must be a whole number, at least 1; got an "
        "EIRNN. Give an int."
    ),
    'areas.units("motr")': (
        "ValueError: `name` must be a known name; got 'motr'. Did you mean "
        "'motor'? The options are 'sensory', 'motor', 'excitatory', "
        "'inhibitory'."
    ),
    "areas.units(0)": (
        "ValueError: `name` must be a known name; got 0. The options are "
        "'sensory', 'motor', 'excitatory', 'inhibitory'."
    ),
    "cj.connectivity.excitatory_signs(0, 0.8)": (
        "ValueError: `units` must be a whole number, at least 1; got 0. Give an int."
    ),
    'cj.connectivity.excitatory_signs("a", 0.8)': (
        "ValueError: `units` must be a whole number, at least 1; got 'a'. Give an int."
    ),
    'cj.connectivity.block({"a": 2}, [[1.0], [1.0, 2.0]], key=key)': (
        "ValueError: `table` must be numbers; got [[1.0], [1.0, 2.0]]. Give a number "
        "or an array of numbers."
    ),
    "cj.connectivity.Groups(4, ('a', 'b'), (((0, 2),),))": (
        "ValueError: `ranges` must be one for each name; got 1 for 2 names. A group "
        "may have several ranges: (((0, 2), (4, 5)), ...)."
    ),
    "cj.connectivity.Groups(4, ('a',), (3,))": (
        "ValueError: `ranges` must be a list of pairs; got 3. Give a tuple."
    ),
}
