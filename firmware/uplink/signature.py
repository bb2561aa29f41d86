"""A signature checked with what every board has: RSA with 3072 bits, PKCS#1 v1.5, SHA-256, e = 65537.

The signature to the power of 65537 is sixteen squares and one product.  Each is a step of its own, with a pause
behind it, so that nothing else waits longer than one takes.  The whole block that comes out is compared with
the only one that it may be: nobody looks for a hash somewhere in it, which is how such checks are deceived.

Loaded when there is an update, and forgotten afterwards.
"""

from mbus._const import const

from .refused import Refused

BYTES = const(384)
_SQUARES = const(16)
_KEY_BYTES = const(422)
# Of a SubjectPublicKeyInfo in DER with such a key all but the 384 bytes of its modulus is the same for each.
_BEFORE = (
    b"\x30\x82\x01\xa2\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
    b"\x03\x82\x01\x8f\x00\x30\x82\x01\x8a\x02\x82\x01\x81\x00"
)
_BEHIND = b"\x02\x03\x01\x00\x01"
# What stands before the hash: it is one of SHA-256.
_DIGEST_INFO = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"


def modulus(key: bytes) -> int:
    """Of a public key, the whole file.  Refused where it is another kind of key, or none."""
    inner = key[len(_BEFORE) : -len(_BEHIND)]
    is_key = len(key) == _KEY_BYTES and key.startswith(_BEFORE) and key.endswith(_BEHIND)
    if not is_key or inner[0] < 0x80 or not inner[-1] & 1:
        raise Refused("the public key is none of RSA with 3072 bits and e = 65537 in DER: lumbus key makes one")
    return int.from_bytes(inner, "big")


async def check(key: bytes, digest: bytes, signature: bytes, pause) -> None:
    """Refused where `signature` is not of what has this SHA-256 (32 bytes), made with the private key of `key`."""
    n = modulus(key)
    told = int.from_bytes(signature, "big")
    is_right = len(signature) == BYTES and told < n
    if is_right:
        power = told
        for _ in range(_SQUARES):
            power = pow(power, 2, n)
            await pause()
        block = (power * told % n).to_bytes(BYTES, "big")
        wanted = b"\x00\x01" + b"\xff" * (BYTES - 3 - len(_DIGEST_INFO) - len(digest)) + b"\x00" + _DIGEST_INFO + digest
        is_right = block == wanted
    if not is_right:
        raise Refused("the signature is not of this board's key: the release is another's, or was changed on its way")
