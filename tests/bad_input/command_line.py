"""Wrong commands: the exit status, and what is printed without its line breaks."""

CALLS = {
    "ctrnn-jax train nothing --out run": "2: ",
}
