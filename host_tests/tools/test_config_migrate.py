"""`lumbus config migrate`: what it writes and what it keeps."""

import json
import os
import stat
from pathlib import Path

import pytest
from configs import OLD, SECRETS, found, good, put, read, run_config


@pytest.fixture
def config(capsys, tmp_path, monkeypatch):
    """A run of the command in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: run_config(capsys, *arguments)


def mode(name: str) -> int:
    return stat.S_IMODE(Path(name).stat().st_mode)


def test_an_older_version_is_rewritten_and_kept(config):
    before = json.dumps(OLD)
    Path("config.json").write_text(before)
    result = found(config)
    assert result["errors"] == [] and "config: of version 1, taken as of 2" in result["warnings"][0]
    run = config("migrate")
    assert run.code == 0 and "config.v1.json is how it was, with its passwords" in run.out
    assert read("secrets.json") == SECRETS
    assert read("config.json") == {**good(), "meters": OLD["meters"]}
    assert Path("config.v1.json").read_text() == before
    assert mode("secrets.json") == mode("config.v1.json") == 0o600
    assert not any(name.startswith(".") for name in os.listdir())
    run = config("migrate")
    assert (run.code, run.out) == (0, "config.json is of version 2 already\n")
    assert sorted(os.listdir()) == ["config.json", "config.v1.json", "secrets.json"]


def test_a_migration_that_was_cut_short_can_be_done_again(config):
    Path("config.json").write_text(json.dumps(OLD))
    Path("config.v1.json").write_text(json.dumps(OLD))
    put(OLD)
    assert config("migrate").code == 0
    assert read("config.json")["version"] == 2 and read("secrets.json") == SECRETS


def test_what_cannot_be_migrated_stays_as_it_is(config):
    wrong = json.dumps({**OLD, "colour": "red"})
    Path("config.json").write_text(wrong)
    run = config("migrate")
    assert run.code == 1 and "colour: unknown" in run.err and "nothing was written" in run.err
    Path("config.json").write_text(json.dumps(OLD))
    Path("config.v1.json").write_text("another")
    run = config("migrate")
    assert run.code == 2 and "config.v1.json exists and is another file" in run.complaint
    assert sorted(os.listdir()) == ["config.json", "config.v1.json"]
    assert read("config.json") == OLD
