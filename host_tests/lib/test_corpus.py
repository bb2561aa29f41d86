# CPython only: runs the command line, which is CPython's
"""Real telegrams through the real command line, scored by the corpus's own program.

The corpus lies beside the project, not in it.  Where it is not there the
project's own made telegrams take its place, and a warning says so.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"
MADE = ROOT / "host_tests" / "telegrams"


def frames() -> Path:
    """The folder of real telegrams, or of the made ones."""
    if (CORPUS / "frames").is_dir():
        return CORPUS / "frames"
    warnings.warn(f"no corpus of real telegrams at {CORPUS}: the made ones are checked instead", stacklevel=2)
    return MADE


def decode(files: list[Path]) -> tuple[list[dict], subprocess.CompletedProcess]:
    """What `lumbus decode --json` says of `files`, one object each, in their order."""
    command = [sys.executable, "-m", "lumbus", "decode", "--json", *map(str, files)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert "Traceback" not in run.stderr, run.stderr
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [a["file"] for a in answers] == [str(f) for f in files]
    return answers, run


def compare_with_made(files: list[Path]) -> None:
    """Each answer is exactly the object in the file beside the telegram, with more words for what is wrong."""
    answers, run = decode(files)
    assert run.stderr == ""
    for file, answer in zip(files, answers, strict=True):
        del answer["file"]
        want = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        longer(answer["error"] or {}, want["error"] or {}, "message")
        for record, wanted in zip(answer["records"], want["records"], strict=True):
            longer(record, wanted, "error")
        assert answer == want, file.name


def longer(answer: dict, want: dict, key: str) -> None:
    """What the library says begins what the command line says: it alone has words for numbers, and the digits."""
    if want.get(key) is not None:
        assert answer[key].startswith(want[key])
        answer[key] = want[key]


def test_the_made_telegrams_give_exactly_the_objects_beside_them():
    compare_with_made(sorted(MADE.glob("*.hex")))
    compare_with_made(sorted(MADE.glob("bad/*.hex")))


def test_every_real_telegram_is_decoded_perfectly():
    folder = frames()
    if folder == MADE:
        compare_with_made(sorted(MADE.glob("*.hex")))
        return
    with tempfile.TemporaryDirectory() as temporary:
        only = Path(temporary)
        for file in folder.glob("*.json"):
            for suffix in (".hex", ".json"):
                shutil.copy(file.with_suffix(suffix), only)
        files = sorted(only.glob("*.hex"))
        assert len(files) >= 38
        answers, run = decode(files)
        assert [a["error"] for a in answers] == [None] * len(files)
        assert run.returncode == 0
        score = subprocess.run(
            [sys.executable, str(CORPUS / "score.py"), str(only), "-v"],
            input=run.stdout,
            capture_output=True,
            text=True,
        )
    assert f"telegrams perfect {len(files)}/{len(files)}" in score.stdout, score.stdout + score.stderr
    assert score.returncode == 0


def test_every_telegram_gives_an_object_and_no_value_without_a_reason():
    files = sorted(frames().glob("*.hex"))
    assert len(files) >= 15
    for answer in decode(files)[0]:
        for record in answer["records"]:
            assert (record["value"] is None) == (record["error"] is not None), (answer["file"], record)
        assert answer["records"] or answer["error"] or files[0].parent == MADE, answer


def test_what_must_be_refused_is_refused():
    files = sorted((frames() / "bad").glob("*.hex"))
    assert len(files) >= 10
    answers, run = decode(files)
    assert run.returncode == 1
    for answer in answers:
        assert answer["error"] is not None, answer["file"]
        assert answer["error"]["kind"] and answer["error"]["message"]
