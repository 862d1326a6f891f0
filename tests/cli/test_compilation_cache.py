"""Commands keep compiled programs in the user's cache folder."""

import io

from cli.commands import (
    ctrnn_jax,
    output_of,
    SMALL,
    start,
    TASK,
    WITHOUT_PICTURES,
)
import jax
import pytest
from rich.console import Console

from ctrnn_jax.cli import _compilation_cache


OPTIONS = (
    "jax_compilation_cache_dir",
    "jax_compilation_cache_max_size",
    "jax_persistent_cache_min_compile_time_secs",
    "jax_persistent_cache_min_entry_size_bytes",
)


@pytest.fixture
def no_folder_is_chosen(monkeypatch):
    """JAX's options as for a user, without the cache of the tests."""
    for name in OPTIONS:
        monkeypatch.delenv(name.upper(), raising=False)
    before = {name: jax.config.values[name] for name in OPTIONS}
    jax.config.update("jax_compilation_cache_dir", None)
    yield
    for name, value in before.items():
        jax.config.update(name, value)


def used():
    """Return what `use` prints, and the folder of the cache after it."""
    text = io.StringIO()
    _compilation_cache.use(Console(file=text, width=200))
    return text.getvalue(), jax.config.values["jax_compilation_cache_dir"]


def test_a_chosen_folder_is_used():
    chosen = jax.config.values["jax_compilation_cache_dir"]
    assert chosen is not None
    assert used() == ("", chosen)


@pytest.mark.usefixtures("no_folder_is_chosen")
def test_the_folder_is_that_of_the_user(tmp_path, monkeypatch):
    monkeypatch.setattr(
        _compilation_cache.platformdirs, "user_cache_path", lambda name: tmp_path / name
    )
    folder = tmp_path / "ctrnn_jax" / "programs"
    assert used() == ("", str(folder))
    assert list(folder.iterdir()) == []
    assert jax.config.values["jax_compilation_cache_max_size"] == 2**30


@pytest.mark.usefixtures("no_folder_is_chosen")
def test_options_of_the_user_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(
        _compilation_cache.platformdirs, "user_cache_path", lambda name: tmp_path / name
    )
    name = "jax_persistent_cache_min_compile_time_secs"
    jax.config.update(name, 7.0)
    monkeypatch.setenv(name.upper(), "7.0")  # JAX reads it when it is imported
    assert used() == ("", str(tmp_path / "ctrnn_jax" / "programs"))
    assert jax.config.values[name] == 7.0
    assert jax.config.values["jax_compilation_cache_max_size"] == 2**30


@pytest.mark.usefixtures("no_folder_is_chosen")
def test_a_folder_that_cannot_be_written_is_a_warning(tmp_path, monkeypatch):
    (tmp_path / "ctrnn_jax").write_text("a file")
    monkeypatch.setattr(
        _compilation_cache.platformdirs, "user_cache_path", lambda name: tmp_path / name
    )
    text, folder = used()
    assert text.startswith(f"warning: compiled programs are not kept in {tmp_path}")
    assert folder is None


@pytest.mark.parametrize("flags", [[], ["--no-cache"]])
def test_the_flag_turns_it_off(flags, tmp_path, monkeypatch):
    uses = []
    monkeypatch.setattr(_compilation_cache, "use", uses.append)
    assert ctrnn_jax("analyse", tmp_path, *flags) == 2  # not the folder of a run
    assert len(uses) == (not flags)


@pytest.mark.slow
def test_a_second_process_compiles_nothing_that_the_first_kept(tmp_path):
    environment = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    chosen = dict.fromkeys(name.upper() for name in OPTIONS)
    # all programs are kept: one that takes about the least time may be kept or not
    chosen["JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS"] = "0"

    def programs_after(out):
        arguments = ["train", TASK, "--steps", 4, "--no-stop", "--out", tmp_path / out]
        options = {"program": WITHOUT_PICTURES, **environment, **chosen}
        output_of(start(*arguments, *SMALL, **options))
        return {path.name for path in (tmp_path / "cache").rglob("*-cache")}

    first = programs_after("first")
    assert len(first) >= 3
    assert programs_after("second") == first
