"""`ctrnn-jax report`, and the report that `train` and `analyse` write at their end."""

from ._report import report as report, write_at_end as write_at_end
