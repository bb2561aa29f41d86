"""The freeze manifest, run as MicroPython's own tool runs it: every file of ours is named, and only what is there."""

import os

import pytest

from lumbus.paths import BOARD, FIRMWARE, LIB

# Of the tool's own folders, which are not here.
PORT_DIR = "$(PORT_DIR)"


@pytest.fixture
def frozen(monkeypatch):
    """{name in the image: file} of all that is ours, and what the manifest asks for of others."""
    found, others = {}, []

    def module(path, base_path="."):
        if base_path.startswith(PORT_DIR):
            others.append(path)
            return
        file = (BOARD / base_path / path).resolve()
        assert file.is_file() and path not in found, path
        found[path] = file

    def package(name, files=None, base_path="."):
        folder = (BOARD / base_path / name).resolve()
        named = folder.rglob("*.py") if files is None else [folder / file for file in files]
        for file in named:
            assert file.is_file(), file
            found[f"{name}/{file.relative_to(folder)}"] = file

    def ask(*args, **kwargs):
        others.extend(args)

    monkeypatch.chdir(BOARD)
    names = {"module": module, "package": package, "include": ask, "require": ask, "metadata": ask}
    exec(compile((BOARD / "manifest.py").read_text(), "manifest.py", "exec"), names)
    return found, others


def test_everything_is_frozen(frozen):
    files, others = frozen
    ours = [*(BOARD / "esp32").glob("*.py"), *(BOARD / "common").glob("*.py")]
    ours += [*(LIB / "mbus").glob("*.py"), *(FIRMWARE / "uplink").glob("*.py"), FIRMWARE / "main.py"]
    ours += [LIB / "mbus_service" / name for name in ("__init__.py", "search.py")]
    assert set(files.values()) == set(ours)
    assert {"umqtt.simple", "_boot.py", "flashbdev.py"} <= set(others)


def test_the_start_finds_what_it_chooses_with(frozen):
    files, _ = frozen
    # In the root of the image, as main.py imports them.
    assert files["slots.py"].name == "slots.py" and "text_storage.py" in files and "main.py" in files
    assert files["uplink/slots.py"] == files["slots.py"]


def test_no_two_files_have_one_name(frozen):
    files, _ = frozen
    assert len({os.path.basename(path) for path in files if "/" not in path}) == len([p for p in files if "/" not in p])
