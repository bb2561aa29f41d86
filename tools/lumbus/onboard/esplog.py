"""What esptool says, as progress: its words are for those who call it by hand.

To be imported before esptool, which takes the logger that is there by then.
"""

from esp_pylib.logger import EspLog, EspLogBase
from rich.progress import Progress


class _Quiet(EspLogBase):
    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._task = None

    def print(self, *args, **kwargs):
        pass

    def note(self, *args):
        pass

    def hint(self, *args):
        pass

    def debug(self, *args):
        pass

    def warn(self, *args, suggestion=None):
        pass

    def err(self, *args, suggestion=None):
        pass

    def stage(self, finish=False):
        pass

    def set_verbosity(self, mode):
        pass

    def progress_bar(self, cur_iter, total_iters, prefix="", suffix="", bar_length=30):
        if self._progress is None:
            return
        if self._task is None:
            self._task = self._progress.add_task("writing", total=total_iters)
        self._progress.update(self._task, completed=cur_iter, total=total_iters)

    def show(self, progress: Progress) -> None:
        """Here from now on."""
        self._progress, self._task = progress, None


# There is one for all of the process.
LOGGER = _Quiet()
EspLog.set_logger(LOGGER)
