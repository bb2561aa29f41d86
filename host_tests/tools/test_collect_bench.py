"""The bench of the collector: its figures are there where the programs are, and it says what is missing where not.

No rate is judged here.
"""

import pytest
from needs import require_program
from pgstage import postgres

from lumbus.bench import collecting
from lumbus.bench.table import _collecting
from lumbus.runtime import RuntimeMissing


def test_every_figure_is_there():
    require_program("mosquitto")
    postgres()
    result = collecting.measure(1000, rounds=1)
    assert result.keys() == set(collecting.NAMES)
    assert result["missing"] is None
    assert all(result[name] > 0 for name in collecting.NAMES if name != "missing")
    table = [row for row in _collecting(result) if row]
    assert len(table) == 6 and table[0][2] == "≥ 5,000 /s"


@pytest.mark.parametrize(("engine", "there"), (("Postgres", 1), ("Mosquitto", 3)))
def test_what_is_missing_is_said(monkeypatch, engine, there):
    def missing(folder):
        raise RuntimeMissing(f"no {engine} here")

    postgres()
    monkeypatch.setattr(collecting, engine, missing)
    result = collecting.measure(20, rounds=1)
    assert result["missing"] == f"no {engine} here"
    table = [row for row in _collecting(result) if row]
    assert len(table) == there + 1 and table[-1][0] == f"  not measured: no {engine} here"
