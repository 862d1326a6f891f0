"""What the benchmarks read from compiled programs, and how they compare bits."""

from collections import Counter

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from benchmarks._bits import comparison, max_ulp
from benchmarks._loops import Loop, loops, operations_a_step


TEXT = """HloModule jit_f, is_scheduled=true

%fused (p: f32[4]) -> f32[4] {
  %p = f32[4]{0} parameter(0)
  ROOT %tanh.1 = f32[4]{0} tanh(%p)
}

%command_buffer (a: f32[4]) -> (f32[4], f32[4]) {
  %a = f32[4]{0} parameter(0)
  %gemm = (f32[4]{0}, s8[64]{0}) custom-call(%a), custom_call_target="__cublas$gemm"
  %one = f32[4]{0} get-tuple-element(%gemm), index=0
  %two = f32[4]{0} fusion(%one), kind=kLoop, calls=%fused
  ROOT %out = (f32[4]{0}, f32[4]{0}) tuple(%one, %two)
}

%inner_body (state: (s32[], f32[4])) -> (s32[], f32[4]) {
  %state = (s32[], /*index=1*/f32[4]{0}) parameter(0)
  %v = f32[4]{0} get-tuple-element(%state), index=1
  %start = (f32[4]{0:T(8,128)}, f32[4]{0}, u32[]) copy-start(%v)
  %moved = f32[4]{0} copy-done(%start)
  %pair = (f32[4]{0}, f32[4]{0}) call(%moved), to_apply=%command_buffer
  ROOT %next = (s32[], f32[4]{0}) tuple(%v, %v)
}

%outer_body.2 (state.2: (s32[], f32[4])) -> (s32[], f32[4]) {
  %state.2 = (s32[], f32[4]{0}) parameter(0)
  %add.1 = s32[] add(%state.2, %state.2)
  ROOT %w = (s32[], f32[4]{0}) while(%state.2), condition=%c, body=%inner_body, backend_config={"known_trip_count":{"n":"5"}}
}

ENTRY %main (x: f32[4]) -> f32[4] {
  %x = f32[4]{0} parameter(0)
  %outside = f32[4]{0} fusion(%x), kind=kLoop, calls=%fused
  %w.1 = (s32[], f32[4]{0}) while(%x), condition=%c, body=%outer_body.2, metadata={op_name="jit(f)/jvp(while)"}, backend_config={"known_trip_count":{"n":"3"}}
  %w.2 = (s32[], f32[4]{0}) while(%x), condition=%c, body=%inner_body, metadata={op_name="jit(f)/transpose(jvp(while))"}, backend_config={"known_trip_count":{"n":"15"}}
  ROOT %y = f32[4]{0} copy(%outside)
}
"""  # noqa: E501


def test_operations_of_loops_are_counted_as_they_are_launched():
    step = Counter({"copy-start": 1, "custom-call": 1, "fusion": 1})
    assert loops(TEXT) == [
        Loop(is_backward=False, trips=3, runs=1, operations=Counter({"add": 1})),
        Loop(is_backward=False, trips=5, runs=3, operations=step),
        Loop(is_backward=True, trips=15, runs=1, operations=step),
    ]
    # 3 x 1 of the outer loop and 3 x 5 x 3 of the inner one, over 15 steps
    counts = operations_a_step(loops(TEXT), 15)
    assert counts["forward"] == pytest.approx(3.2)
    assert counts["backward"] == pytest.approx(3.0)


def test_loops_of_unknown_length_have_no_count():
    text = TEXT.replace('"known_trip_count":{"n":"3"}', "")
    outer, inner, backward = loops(text)
    assert (outer.trips, inner.trips, inner.runs) == (None, 5, None)
    assert operations_a_step(loops(text), 15) == {
        "forward": None,
        "backward": pytest.approx(3.0),
    }
    assert backward.trips == 15


def test_loops_of_a_compiled_program_are_found():
    def chunk(v, _):
        return jax.lax.scan(lambda v, _: (jnp.sin(v @ v), None), v, None, 7)[0], None

    def run(v):
        return jnp.sum(jax.lax.scan(chunk, v, None, 3)[0])

    def iterations(fn):
        text = jax.jit(fn).lower(jnp.ones((4, 4))).compile().as_text()
        found = loops(text)
        assert all(loop.operations.total() >= 1 for loop in found if loop.trips == 7)
        return [(loop.is_backward, loop.trips, loop.runs) for loop in found]

    forward = [(False, 3, 1), (False, 7, 3)]
    assert iterations(run) == forward
    assert iterations(jax.grad(run)) == [*forward, (True, 3, 1), (True, 7, 3)]


def test_bits_are_compared_in_units_in_the_last_place():
    x = np.array([1.0, -1.0, 3.0, 0.0], np.float32)
    up = np.nextafter(x, np.float32(np.inf))
    assert max_ulp(x, up) == max_ulp(up, x) == 1
    # from the smallest negative number to the smallest positive one, over both zeros
    smallest = np.nextafter(np.float32(0), np.float32(1))[None]
    assert max_ulp(-smallest, smallest) == 2
    assert max_ulp(np.array([1.0], np.float32), np.array([2.0], np.float32)) == 2**23
    assert max_ulp(np.array([True, False]), np.array([True, True])) == 1
    assert comparison(x, x.copy()).endswith("(same)")
    one_differs = np.where(x == 3.0, up, x)
    assert comparison(x, one_differs).endswith("(25 % differ, by up to 1 ulp)")
