"""The pair of keys of a release: the private one signs here and never leaves this computer, boards have the public one.

RSA with 3072 bits and e = 65537: what MicroPython can check with its three-argument pow().
"""

import hashlib
import os
from pathlib import Path

from ..trouble import BAD, USAGE, Trouble
from .read import Broken

BITS = 3072
EXPONENT = 65537
VARIABLE = "LUMBUS_KEY_PASSWORD"
LEAST_LETTERS = 8


def make(private: Path, public: Path, password: str) -> bytes:
    """Write both, the private one encrypted and for its owner alone; gives the public one.  Trouble: one is there."""
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric import rsa

    check_password(password)
    refuse_overwriting(private, public)
    key = rsa.generate_private_key(EXPONENT, BITS)
    encryption = form.BestAvailableEncryption(password.encode())
    pem = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, encryption)
    der = key.public_key().public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)
    _write(private, pem, 0o600)
    _write(public, der, 0o644)
    return der


def refuse_overwriting(*paths: Path) -> None:
    """Trouble where one of them is there already."""
    for path in paths:
        if path.exists():
            line = f"{path} is there already, and nothing is overwritten: boards trust the key that they have"
            raise Trouble(f"{line}; give another --key and --public, or move the old ones away", BAD)


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        # Nobody can read it between making and closing, and what is there is not overwritten.
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as f:
            f.write(data)
    except OSError as e:
        raise Trouble(f"{path} cannot be written ({e.strerror}): choose another place", USAGE)


def check_password(password: str) -> str:
    if len(password) < LEAST_LETTERS:
        raise Trouble(f"the key's password must have {LEAST_LETTERS} characters or more", USAGE)
    return password


def is_encrypted(private: Path) -> bool:
    """Whether the file says that it takes a password.  Trouble."""
    return b"ENCRYPTED" in _bytes(private)


def load(private: Path, password: str | None):
    """The private key.  Trouble: it cannot be read, the password is wrong, or it is of another kind."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    data = _bytes(private)
    try:
        key = load_pem_private_key(data, None if password is None else password.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Trouble(f"{private} cannot be opened: the password is wrong, or it is no private key in PEM", BAD)
    if not isinstance(key, RSAPrivateKey) or not _is_ours(key.public_key()):
        raise Trouble(f"{private} is no key of RSA with {BITS} bits and e = {EXPONENT}: lumbus key makes one", BAD)
    return key


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise Trouble(f"{path} cannot be read ({e.strerror}): lumbus key makes a pair of keys", USAGE)


def _is_ours(public) -> bool:
    return public.key_size == BITS and public.public_numbers().e == EXPONENT


def public_key(der: bytes):
    """Broken where it is none that a board takes."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPublicKey) or not _is_ours(key):
        raise Broken(
            f"the public key is none of RSA with {BITS} bits and e = {EXPONENT} in DER, as lumbus key makes it"
        )
    return key


def sign(key, manifest: bytes) -> bytes:
    """384 bytes; the same for the same manifest."""
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    return key.sign(manifest, PKCS1v15(), SHA256())


def public_der(key) -> bytes:
    """Of a private key."""
    from cryptography.hazmat.primitives import serialization as form

    return key.public_key().public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)


def fingerprint(der: bytes) -> str:
    """To be compared by people: the SHA-256 of the public key's file, in groups of four."""
    digest = hashlib.sha256(der).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))
