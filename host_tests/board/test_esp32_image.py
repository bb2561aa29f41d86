"""MicroPython itself replaced: two partitions, a bootloader that rolls back, and a power that fails."""

import sys

sys.path.insert(0, __file__.rsplit("/", 1)[0] if "/" in __file__ else ".")

from checks import raises
from esp32_partitions import ESP32, ESP32_S3, PowerCut, image_of, is_valid
from esp32_updates import NEW, OLD, Board, content
from memslots import Source, done, no_pause
from signing import der, of_manifest

from lumbus.release import form
from uplink.install import install
from uplink.refused import Refused


def test_it_is_written_beside_what_runs_tried_and_confirmed():
    board = Board()
    assert board.run() == ("healthy", None)
    chip = board.chip
    assert chip.running == "ota_1" and chip.states["ota_1"] == "valid"
    assert content(chip, "ota_1", len(NEW)) == NEW and content(chip, "ota_0", len(OLD)) == OLD
    assert board.restarts == ["MicroPython 1.29.0 is tried, start 1 of 3"]
    assert board.progress[-1] == (len(NEW), len(NEW))
    # No more than a piece of 1 KiB was asked for at once.
    assert max(size for _, size in board.source.reads) == 1024
    # The next start is the same again, whatever happens.
    assert chip.start() == "ota_1" and chip.start() == "ota_1"


def test_what_is_not_healthy_is_not_confirmed_and_the_bootloader_goes_back():
    board = Board(fails="no meter was read within 900 s")
    assert board.run() == ("rolled_back", "no meter was read within 900 s")
    assert board.chip.running == "ota_0" and board.chip.states["ota_1"] == "aborted"
    assert len(board.restarts) == 2 and board.storage.texts == {}


def test_one_that_hangs_is_tried_three_times():
    board = Board()
    board.run_once()
    for _ in range(3):
        # The new one runs, comes to nothing, and the watchdog ends it.
        assert board.chip.start() == "ota_1"
        assert board.chip.start() == "ota_0"
        board.run_once()
    assert board.said[-1] == ("rolled_back", "it did not last in 3 starts: it hung, or the power failed")
    assert len(board.restarts) == 3


def test_the_power_may_fail_between_any_two_steps():
    """Whatever runs afterwards is whole, old or new; and it comes to its end without anybody's help."""
    whole = Board()
    whole.run()
    most = whole.chip.steps
    assert most > 25
    new = 0
    for cut in range(most):
        board = Board()
        board.chip.left = cut
        try:
            board.run()
            raise AssertionError("the power did not fail")
        except PowerCut:
            board.chip.left = None
        running = board.chip.start()
        assert content(board.chip, running, len(OLD if running == "ota_0" else NEW)) == (OLD, NEW)[running == "ota_1"]
        told = board.run()
        assert board.chip.running == board.chip.start()
        # Cut after it was confirmed and before that was told, or between: the one is as true as the other.
        assert told is None or told[0] in ("healthy", "rolled_back")
        if board.chip.running == "ota_1":
            new += 1
            assert content(board.chip, "ota_1", len(NEW)) == NEW and board.chip.states["ota_1"] == "valid"
    # Only where it had been found good and was not confirmed yet it stays the old one.
    assert new == most - 1


def test_it_goes_on_where_it_was():
    image = image_of(ESP32, bytes(range(256)) * 800)
    board = Board(image, blocks=64)
    board.source.breaks = 150
    error = raises(OSError, board.install)
    assert not isinstance(error, Refused)
    fetched = board.progress[-1][0]
    board.chip.erased = []
    board.source.reads = []
    board.source.breaks = None
    assert board.install()["slot"] == "ota_1"
    # From the last 64 KiB on.
    assert board.source.reads[0][0] == board.head + fetched // 65536 * 65536 > board.head
    assert board.chip.erased[0] == fetched // 65536 * 16
    # Once it is whole nothing is fetched any more.
    board.source.reads = []
    assert board.install()["version"] == "1.29.0" and board.source.reads == []


def test_of_another_release_nothing_is_taken_over():
    board = Board()
    for note in (b"", b"[]", b"{", b'{"release":"' + b"f" * 64 + b'","slot":"ota_1","at":8192}', b'{"at":-1}'):
        board.place.files["/image.json"] = note
        board.source.reads = []
        board.install()
        assert board.source.reads[0][0] == board.head


def test_what_it_refuses_and_nothing_is_chosen():
    s3 = image_of(ESP32_S3, b"x" * 5000)
    for board, why in (
        (Board(s3), "the image is for the esp32s3, and this is an esp32"),
        (Board(b"\x00" * 5000), "it is no image of an application for an ESP32: the .app-bin file is wanted"),
        # A whole image begins with the bootloader, which says nothing of an application.
        (Board(b"\xe9" + bytes(5000)), "it is no image of an application for an ESP32: the .app-bin file is wanted"),
        (Board(NEW, blocks=3), "the image has %d bytes, and the partition 12288" % len(NEW)),
        (Board(b"\xe9" * 100), "the image has 100 bytes, which is none"),
    ):
        assert str(raises(Refused, board.install)) == why
        assert board.chip.steps == 0 and "/image.json" not in board.place.files


def test_one_partition_is_no_second_one():
    assert Board(names=("factory",)).image() is None and Board(names=("ota_0",)).image() is None


def test_what_ends_too_early_is_refused():
    board = Board()
    board.source.data = board.source.data[:-1]
    assert "it is not whole" in str(raises(Refused, board.install))


def test_what_was_damaged_is_never_chosen():
    board = Board()
    data = bytearray(board.source.data)
    data[-500] ^= 1
    board.source.data = bytes(data)
    assert "is not the one that was signed" in str(raises(Refused, board.install))
    assert board.chip.boot == "ota_0" and "/image.json" not in board.place.files


def test_what_the_chip_s_own_check_refuses_is_not_started():
    bad = NEW[:-1] + bytes([NEW[-1] ^ 1])
    board = Board(bad)
    state, text = board.run()
    assert state == "refused" and text.startswith("the image is not valid, says the chip")
    assert board.chip.start() == "ota_0" and board.restarts == []


def test_the_fake_finds_what_is_not_whole():
    for data in (OLD, NEW):
        padded = data + b"\xff" * (-len(data) % 4096)
        assert is_valid(padded) and not is_valid(padded[:-4096] + b"\xff" * 4096)


def test_the_chip_is_told_as_releases_name_it():
    assert Board().image().chip() == "esp32"
    assert Board(old=image_of(ESP32_S3, b"old" * 3000)).image().chip() == "esp32s3"


def whole(board, chip="esp32"):
    told = [("version", "1.29.0"), ("kind", "micropython"), ("boards", "*"), ("chip", chip)]
    return of_manifest(form.manifest(told, {"image": NEW}), {"image": NEW})


def put(board, chip="esp32", running=(1, 28, 0)):
    about = {"version": "0.1.0", "board": "esp32-devkitc", "micropython": running, "mpy": 6, "image": board.image}
    board.place.files = {}
    return done(install(Source(whole(board, chip)), board.place, about, der(), lambda done, total: None, no_pause))


def test_a_signed_release_of_it_goes_the_same_way():
    board = Board()
    told = put(board)
    assert (told["version"], told["slot"], len(told["release"])) == ("1.29.0", "ota_1", 64)
    assert content(board.chip, "ota_1", len(NEW)) == NEW and board.chip.boot == "ota_0"
    assert list(board.place.files) == ["/image.json"]


def test_a_signed_release_that_is_not_for_this_board():
    for board, more, why in (
        (Board(names=("factory",)), (), "this board's MicroPython has no second partition for an update"),
        (Board(), ("esp32s3",), "it is for the chip esp32s3, and this is the esp32"),
        (Board(), ("esp32", (1, 30, 0)), "version 1.29.0 is older than 1.30.0, which the board runs"),
    ):
        assert str(raises(Refused, put, board, *more)).startswith(why)
        assert board.chip.steps == 0 and board.place.files == {}
