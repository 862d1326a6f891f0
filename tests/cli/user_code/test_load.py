"""Code of a user's file: what runs, and what its errors say."""

import re
import sys

from cli.commands import ctrnn_jax
from cli.user_files import has_run, OWN, write
import pytest

import ctrnn_jax as cj
from ctrnn_jax.cli import user_code


@pytest.fixture
def train(tmp_path, capfd):
    """Train a part of a file, which cannot be used; return the error."""

    def call(text, *flags):
        out = tmp_path / "out"
        assert ctrnn_jax("train", text, "--out", out, *flags) == 2
        assert not out.exists()
        return capfd.readouterr().err.strip().removeprefix("error: ")

    return call


@pytest.mark.parametrize(
    ("text", "is_file"),
    [
        ("own.py:Task", True), ("own.py", True), ("a b/own.py:", True),
        ("C:\\x\\own.py:Task", True), ("flip_flop", False), ("own:Task", False),
    ],
)  # fmt: skip
def test_text_that_names_a_file(text, is_file):
    assert user_code.is_file(text) == is_file


def test_a_file_runs_once_and_again_after_a_change(tmp_path):
    path = write(tmp_path)
    first = user_code.load("task", f"{path}:Repeat")
    assert has_run(path)
    second = user_code.load("network", f"{path}:network")
    assert not has_run(path)
    assert first.digest == second.digest
    assert first.part.__module__ == second.part.__module__
    assert issubclass(first.part, cj.tasks.AbstractTask)
    assert second.part in second.defined
    path.write_text(OWN + "\n# changed\n")
    assert user_code.load("task", f"{path}:Repeat").digest != first.digest
    assert has_run(path)


def test_a_file_imports_modules_beside_it_but_they_replace_no_library(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "path", list(sys.path))
    write(tmp_path, "value = 7", "beside_own_file.py")
    write(tmp_path, "raise RuntimeError", "optax.py")
    path = write(tmp_path, "import optax, beside_own_file\nx = beside_own_file.value\n")
    assert user_code.load("task", f"{path}:x").part == 7
    del sys.modules["beside_own_file"]


def test_an_error_of_the_file_has_the_lines_of_the_user_alone(tmp_path, train):
    helper = write(tmp_path, "def half(x):\n    return x / 0\n", "half_of_own.py")
    path = write(tmp_path, "import half_of_own\n\nvalue = half_of_own.half(1)\n")
    text = re.sub(r"\n *[~^]+(?=\n)", "", train(f"{path}:Task"))
    assert text == (
        f"{path} raised an error. The file is yours, not part of ctrnn_jax: correct "
        f'it.\n  File "{path}", line 3, in <module>\n'
        "    value = half_of_own.half(1)\n"
        f'  File "{helper}", line 2, in half\n    return x / 0\n'
        "ZeroDivisionError: division by zero"
    )
    del sys.modules["half_of_own"]
    path = write(tmp_path, "import no_such_library_of_mine\n")
    text = train(f"{path}:Task")
    assert text.endswith(
        "ModuleNotFoundError: No module named 'no_such_library_of_mine'"
    )
    assert "importlib" not in text


def test_an_error_in_a_trial_has_the_lines_of_the_user(tmp_path, train):
    path = write(tmp_path)
    text = train(f"{path}:Failing")
    assert text.startswith(f"{path} raised an error. The file is yours")
    assert 'raise RuntimeError("this trial cannot be made")' in text
    assert text.endswith("RuntimeError: this trial cannot be made")
    assert "jax" not in text.replace("ctrnn_jax", "").replace(str(path), "")


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        ("x = (", ":x", "own.py is not Python. The file is yours, not part of"),
        ("x = 1\0", ":x", "own.py is not Python."),
        (
            "raise SystemExit(3)",
            ":x",
            "own.py, which ends the process. Put its program",
        ),
        (OWN, ":Repaet", "got 'Repaet'. Did you mean 'Repeat'? The options are"),
        ("x = 1", ":y", "got 'y'. The file defines nothing."),
        (OWN, "", "`task` must name a part of the file; got "),
        (OWN, ":number", "own.py:number, which is of the type int. A task is a"),
        (OWN, ":network", "Give options with --set."),
        (OWN, ":wrong", "own.py:wrong; got 'text'. A task is a subclass"),
        (OWN, ":Unfinished", "Can't instantiate abstract class Unfinished"),
        ("def bad():\n    return None + 1\n", ":bad", "    return None + 1\n"),
        ("class X: pass", ":X", "own.py:X, which is another class. A task is"),
    ],
)
def test_a_part_that_cannot_be_used_is_an_error(
    tmp_path, train, content, name, message
):
    path = write(tmp_path, content)
    assert message in train(f"{path}{name}")


def test_a_file_that_cannot_be_read_is_an_error(tmp_path, train):
    path = tmp_path / "none.py"
    assert train(f"{path}:x") == (
        f"`task` must name a file that can be read; got {path} (No such file or "
        "directory). Correct the path."
    )
    path.mkdir()
    assert "Is a directory" in train(f"{path}:x")


@pytest.mark.parametrize(
    ("name", "flags", "message"),
    [
        ("number", (), "`--network` must name a function; got "),
        ("wrong", (), "own.py:wrong; got 'text'. Return a cj.CTRNN(...)"),
        ("network", ("--noise", 0.1), "`--noise` must be left out with "),
        ("netwrok", (), "Did you mean 'network'?"),
    ],
)
def test_a_network_that_cannot_be_used_is_an_error(
    tmp_path, train, name, flags, message
):
    path = write(tmp_path)
    text = train("perceptual_decision", "--network", f"{path}:{name}", *flags)
    assert message in text


def test_a_published_custom_task_is_an_error(tmp_path, train):
    path = write(tmp_path)
    text = train(f"{path}:Repeat", "--published")
    assert text == (
        "`--published` must be left out for a custom task; got True. Drop it."
    )
