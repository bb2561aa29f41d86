"""The power is cut at every step that the journal makes on real LittleFS, and nothing accepted is lost."""

import pytest
from needs import require_runtime

from lumbus.flash import trial


@pytest.mark.parametrize(("seed", "tears"), [(11, (128,)), (12, (0, 255))])
def test_every_cut_is_recovered_from(seed, tears):
    require_runtime("micropython")
    life = trial.cuts(seed, 12, tears)
    assert life["wrong"] is None
    assert life["cuts"] > 200 and life["records"] > 50


def test_a_start_that_forgets_something_would_be_noticed(monkeypatch, tmp_path):
    require_runtime("micropython")
    # The same life with a journal that removes what it has not yet written elsewhere.
    careless = tmp_path / "uplink"
    careless.mkdir()
    for file in (trial.FIRMWARE / "uplink").glob("*.py"):
        (careless / file.name).write_text(file.read_text())
    journal = careless / "journal.py"
    right = 'self._old.append("%x" % base, self._contents(tails))'
    text = journal.read_text()
    assert text.count(right) == 1
    wrong = "parts = list(self._contents(tails)); [self._remove(self._new, t) for t in tails]; "
    journal.write_text(text.replace(right, wrong + 'self._old.append("%x" % base, parts)'))
    monkeypatch.setattr(trial, "FIRMWARE", tmp_path)
    life = trial.cuts(12, 40, (128,))
    assert life["wrong"] is not None and "are missing" in life["wrong"]
