"""CTRNN and EIRNN share keywords: the same defaults and the same documentation."""

import inspect
import re

import pytest

import ctrnn_jax as cj


SIGNATURES = {kind: inspect.signature(kind.__init__) for kind in (cj.CTRNN, cj.EIRNN)}
SHARED = [name for name in SIGNATURES[cj.CTRNN].parameters if name != "self"]
OTHER_DEFAULTS = {"activation": ("tanh", "relu")}
OWN_OF_EIRNN = {
    "frac_excitatory", "dale", "autapses", "positive_input", "excitatory_readout",
    "sign_map",
}  # fmt: skip


def documentation(kind):
    """Return the text of each argument from the docstring of a constructor."""
    texts = {}
    docstring = inspect.getdoc(kind.__init__) or ""
    for item in docstring.split("\n\n")[1].split("\n- "):
        match = re.match(r"(?:- )?((?:`\w+`(?:, )?)+): (.*)", item, re.S)
        assert match is not None, item
        names, text = match.groups()
        for name in re.findall(r"\w+", names):
            texts[name] = " ".join(text.split())
    return texts


def test_the_shared_keywords_are_those_of_ctrnn():
    assert len(SHARED) == 24  # three sizes and 21 keywords
    names = [name for name in SIGNATURES[cj.EIRNN].parameters if name != "self"]
    assert [name for name in names if name not in OWN_OF_EIRNN] == SHARED


@pytest.mark.parametrize("name", SHARED)
def test_shared_keywords_have_one_default_one_type_and_one_text(name):
    ctrnn, eirnn = (SIGNATURES[kind].parameters[name] for kind in SIGNATURES)
    defaults = OTHER_DEFAULTS.get(name, (ctrnn.default, ctrnn.default))
    assert (ctrnn.default, eirnn.default) == defaults
    assert ctrnn.annotation == eirnn.annotation
    assert ctrnn.kind == eirnn.kind
    assert documentation(cj.CTRNN)[name] == documentation(cj.EIRNN)[name]


def test_every_argument_is_documented():
    for kind, signature in SIGNATURES.items():
        assert documentation(kind).keys() == signature.parameters.keys() - {"self"}
