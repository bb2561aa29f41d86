"""Texts and folders on the drive CIRCUITPY, which is FAT and not LittleFS.

* rename() onto a file that is there removes that first: a power cut in between leaves the new one alone, under its
  other name.  So that is looked for too.
* While the drive belongs to the computer (USB), code may not write to it: all of it raises OSError (EROFS).
* A power cut while FAT writes its own tables can lose more than the file: no application can mend that.
"""

import storage

import file_store
import text_storage

# Not in every errno module.
_EROFS = 30


class Storage(text_storage.Storage):
    """In the root."""

    def read(self, name: str) -> str | None:
        text = super().read(name)
        return super().read(name + ".new") if text is None else text

    def read_bytes(self, name: str) -> bytes | None:
        data = super().read_bytes(name)
        return super().read_bytes(name + ".new") if data is None else data


def is_writable() -> bool:
    """Whether code may write to the drive now."""
    return not storage.getmount("/").readonly


def folder(name: str) -> file_store.Files:
    """A folder for the journal; it is made when it is not there.  OSError where the drive cannot be written."""
    if not is_writable():
        raise OSError(_EROFS, "the drive is the computer's")
    return file_store.Files("/" + name, True)
