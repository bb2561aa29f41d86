"""`lumbus flash`: MicroPython on a board, by esptool, after asking; then waits until it answers."""

import json
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

from rich.progress import Progress

from ..asking import confirmed, is_interactive, tell
from ..bus import check_port
from ..trouble import BAD, NO_PORT, OK, SILENT, USAGE, Trouble, guarded
from .bar import bar
from .image import Chip, Image, advice, check, load
from .installed import want
from .session import Identity, Session

_BAUD = 460_800
# The first start makes the filesystem.
_ANSWER_S = 20
_AGAIN_S = 0.2
_LOST = "the application, its configuration, passwords and certificates, and readings that were not sent yet"


def run(options) -> int:
    return guarded("flash", lambda: _flash(options))


def _flash(options) -> int:
    want("esptool", "mpremote")
    image = None if options.image is None else load(options.image)
    if image is not None and not options.yes and not is_interactive():
        raise Trouble("this is no terminal, so nothing can be asked and nothing was erased: add --yes", USAGE)
    check_port(options.port)
    with _esptool(options.port, options.json) as tool:
        chip = tool.chip()
        if options.chip is not None and _plain(options.chip) != _plain(chip.name):
            raise Trouble(f"the board on {options.port} has an {chip.name}, not the {options.chip} of --chip", BAD)
        if image is None:
            raise Trouble(f"{chip.name}, MAC {chip.mac}: {advice(chip)}", USAGE)
        check(image, chip)
        size = "" if chip.flash is None else f", flash of {chip.flash >> 20} MiB"
        who = f"{options.port}: {chip.name}, MAC {chip.mac}{size}"
        if not options.yes:
            tell(f"{who}\nAll that it holds is lost: {_LOST}.")
            if not confirmed(f"Erase it, and put {image.path} on it?"):
                raise Trouble("nothing was changed", BAD)
        tool.write(image, chip)
    found = _answering(options.port)
    _report(options, image, chip, found)
    return OK


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _answering(port: str) -> Identity:
    """Who answers after the start; Trouble where nobody does in time."""
    deadline = time.monotonic() + _ANSWER_S
    while True:
        try:
            with Session(port) as session:
                identity = session.enter()
                session.reset()
                return identity
        except Trouble as e:
            if time.monotonic() > deadline:
                line = f"the image is on the board and verified, but no MicroPython answers ({e})"
                raise Trouble(f"{line}: press its reset button, then try lumbus deploy {port}", SILENT)
            # A board with USB of its own goes away when it is reset.
            time.sleep(_AGAIN_S)


def _report(options, image: Image, chip: Chip, found: Identity) -> None:
    if options.json:
        result = {
            "port": options.port,
            "chip": chip.name,
            "mac": chip.mac,
            "image": image.path,
            "bytes": len(image.data),
            "micropython": found.micropython,
            "machine": found.machine,
        }
        print(json.dumps(result))
        return
    print(f"MicroPython {found.micropython} answers ({found.machine}). Next: lumbus deploy {options.port}")


@contextmanager
def _esptool(port: str, quiet: bool):
    """A Tool; what esptool raises and what the line does is Trouble."""
    from .esplog import LOGGER  # isort: skip  # before esptool itself
    from esptool.util import FatalError

    tool = Tool(port, lambda: bar(quiet), LOGGER.show)
    try:
        yield tool
    except FatalError as e:
        raise Trouble(f"esptool on {port}: {e}: {tool.hint}", SILENT if tool.esp is None else BAD)
    except OSError as e:
        raise Trouble(f"the port {port} is lost ({e}): {tool.hint}", NO_PORT)
    finally:
        tool.close()


class Tool:
    """esptool on a port.  `hint`: what to do when it fails now.

    make_bar: a Progress; show: gets that on which what esptool counts is to be shown.
    """

    def __init__(self, port: str, make_bar: Callable[[], Progress], show: Callable[[Progress], None]):
        self.esp: Any = None
        self.hint = "is it an ESP32? Hold its BOOT button, press EN (reset), let BOOT go, and start anew"
        self._port = port
        self._make_bar = make_bar
        self._show = show

    def chip(self) -> Chip:
        """Connects, and leaves the chip in its bootloader."""
        from esptool.cmds import attach_flash, detect_chip, detect_flash_size, run_stub
        from esptool.util import flash_size_bytes

        with self._make_bar() as shown:
            shown.add_task("looking for the chip", total=None)
            found: Any = detect_chip(self._port)
            self.esp = found
            self.hint = "the board was not changed; pull its plug and start anew"
            mac = "".join(f"{byte:02x}" for byte in found.read_mac("BASE_MAC"))
            self.esp = run_stub(found)
            attach_flash(self.esp)
            size = detect_flash_size(self.esp)
        flash = flash_size_bytes(size) if size else None
        return Chip(found.CHIP_NAME, found.IMAGE_CHIP_ID, found.BOOTLOADER_FLASH_OFFSET, mac, flash)

    def write(self, image: Image, chip: Chip) -> None:
        """Erase all, write, verify by MD5, reset."""
        from esptool.cmds import erase_flash, reset_chip, write_flash

        esp = self.esp
        if esp.IS_STUB:
            esp.change_baud(_BAUD)
        self.hint = "the board is empty or half written: start lumbus flash anew"
        with self._make_bar() as shown:
            task = shown.add_task("erasing", total=None)
            erase_flash(esp)
            shown.remove_task(task)
            self._show(shown)
            write_flash(esp, [(chip.at, image.data)])
        reset_chip(esp)

    def close(self) -> None:
        """Let the board run again, where it still can, and give the port back."""
        if self.esp is None:
            return
        try:
            self.esp.hard_reset()
        except OSError:
            pass  # It is gone.
        self.esp._port.close()
