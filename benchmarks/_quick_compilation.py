"""XLA options that compile quickly, for programs that run once: tests and `--smoke`."""

import jax


_FLAGS = {
    "xla_backend_optimization_level": "0",
    "xla_llvm_disable_expensive_passes": "true",
    "xla_cpu_parallel_codegen_split_count": "1",
}
if jax.__version_info__ < (0, 12):  # JAX 0.12 knows no other emitters
    _FLAGS["xla_cpu_use_fusion_emitters"] = "false"


def with_quick_compilation(given: str) -> str:
    """Return a value of `XLA_FLAGS` in which the given flags come last, and win."""
    quick = " ".join(f"--{name}={value}" for name, value in _FLAGS.items())
    return f"{quick} {given}".strip()
