"""The check of a signature with pow(): what it takes, and the many ways in which a block may be wrong."""

import hashlib

from memslots import done
from signing import OTHER_N, N, der, padded, sign, signed

from uplink.refused import Refused
from uplink.signature import check, modulus

TEXT = b"what was signed"
DIGEST = hashlib.sha256(TEXT).digest()
INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class Pauses:
    def __init__(self):
        self.count = 0

    async def pause(self):
        self.count += 1


def is_right(signature, digest=DIGEST, key=None):
    pauses = Pauses()
    try:
        done(check(key or der(), digest, signature, pauses.pause))
    except Refused as e:
        assert "signature is not of this board's key" in str(e)
        return False
    assert pauses.count == 16
    return True


def test_what_was_signed_is_right_and_nothing_else_is():
    signature = sign(TEXT)
    assert is_right(signature)
    assert not is_right(signature, hashlib.sha256(b"another").digest())
    assert not is_right(signature, key=der(OTHER_N))
    for at in (0, 200, 383):
        assert not is_right(signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :])


def test_a_signature_of_another_length_or_above_the_modulus():
    signature = sign(TEXT)
    for wrong in (b"", signature[:-1], signature + b"\x00", b"\x00" + signature, bytes(384)):
        assert not is_right(wrong)
    # It stands for the same number, and is another text.
    above = int.from_bytes(signature, "big") + N
    assert above >> 3072 or not is_right(above.to_bytes(384, "big"))
    assert not is_right(N.to_bytes(384, "big")) and not is_right((N - 1).to_bytes(384, "big"))


def test_the_whole_block_is_compared():
    end = INFO + DIGEST
    blocks = [
        # Less padding and something behind the hash: whoever only looks for it there takes it, and it can be forged.
        b"\x00\x01" + b"\xff" * 8 + b"\x00" + end + b"\x11" * (373 - len(end)),
        b"\x00\x01" + b"\xff" * (380 - len(end)) + b"\x00" + end + b"\x00",
        # Other padding, another type of block, no byte between.
        b"\x00\x01" + b"\xff" * (380 - len(end)) + b"\xfe\x00" + end,
        b"\x00\x02" + b"\xff" * (381 - len(end)) + b"\x00" + end,
        b"\x00\x01" + b"\xff" * (382 - len(end)) + end,
        # The hash alone, and one that says that it is of SHA-1.
        b"\x00\x01" + b"\xff" * (381 - len(DIGEST)) + b"\x00" + DIGEST,
        padded(DIGEST).replace(b"\x60\x86\x48\x01\x65", b"\x60\x86\x48\x01\x66"),
        b"\x00" * 352 + DIGEST,
    ]
    for block in blocks:
        assert len(block) == 384
        assert not is_right(signed(block)), block
    assert is_right(signed(padded(DIGEST)))


def test_a_key_of_another_kind():
    assert modulus(der()) == N
    good = der()
    short = N >> 1
    for key in (
        b"",
        b"-----BEGIN PUBLIC KEY-----",
        good[:-1],
        good + b"\x00",
        good[:-1] + b"\x03",
        der(short),
        der(N - 1),
        b"\x31" + good[1:],
        good.replace(b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"),
    ):
        try:
            modulus(key)
            raise AssertionError(key)
        except Refused as e:
            assert "none of RSA with 3072 bits and e = 65537" in str(e)
