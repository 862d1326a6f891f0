"""`python -m ctrnn_jax` is `ctrnn-jax`."""

from .cli import main


main()
