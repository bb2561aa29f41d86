"""The slave's side of the bus protocol (EN 13757-2, 5): a request in, an answer out.  No clock, no wire.

* SND_NKE is acknowledged, and forgets the FCB.  Sent to 253 it deselects too.
* SND_UD is acknowledged when its command is understood (see `commands`).
* REQ_UD2 gets the next telegram of the read-out, and its first one again behind
  the last.  REQ_UD1 gets class 1 data, or an acknowledge where there are none.
* A repeat gets the last answer again (see `fcb`).
* A slave listens to its primary address, to 254 and 255, and to 253 while it is
  selected.  It never answers 255, and always answers in the name of its primary
  address.
* What it does not understand it does not answer.
"""

from mbus.frame import ACK, FCB, SND_NKE

from .commands import obey
from .fcb import COUNTS, FCV, Memory
from .forms import VARIABLE, ReadOut, response
from .selection import CI_SELECT, CI_SELECT_MSB_FIRST, fields_turned, matches

# C fields with FCB and FCV 0.
_SND_UD = 0x43
_REQ_UD1 = 0x4A
_REQ_UD2 = 0x4B
_SELECTED = 253
_EVERYBODY = 254
_BROADCAST = 255
_ACKNOWLEDGE = bytes((ACK,))


class Slave:
    """A meter at `address` with `secondary` (8 bytes as on the wire); `body()` gives its records.

    body: of one telegram, or a list of several telegrams'.  ci: see `forms`.

    What may be set at any time: `class1`, a list of the records of alarms to
    come; `baud`, None for the bus's own rate, and `rates`, those it can be set
    to; `think_us`, its pause before an answer, None for the bus's.  And what it
    does wrong: `faults` and `always` (see `misbehave`), `fcb` (see `fcb`),
    `one_memory` (one FCB for its own address and 253), `nke_obeyed`,
    `nke_acknowledged`, `locked` (acknowledges what is set, and does not do it).
    """

    def __init__(self, address, secondary, body, ci=VARIABLE, clock=None):
        self.address = address
        self.secondary = secondary
        self.clock = clock
        self.baud = self.think_us = None
        self.rates = (300, 600, 1200, 2400, 4800, 9600)
        self.status = 0
        self.class1 = []
        self.selected = False
        self.reset_subcode = None
        self.faults = []
        self.always = None
        # That of the last answer, for whoever knows the time.
        self.fault = None
        self.fcb = COUNTS
        self.one_memory = self.locked = False
        self.nke_obeyed = self.nke_acknowledged = True
        self._body = body
        self._ci = ci
        self._access = 0
        self._own = Memory()
        self._as_selected = Memory()
        self._readout = ReadOut()

    @property
    def secondary_text(self):
        """16 hexadecimal digits: identification, and manufacturer, version, medium as on the wire."""
        return bytes(reversed(self.secondary[:4])).hex() + self.secondary[4:].hex()

    def restart(self, subcode=None):
        """An application reset."""
        self.reset_subcode = subcode
        self._readout.restart()

    def answer(self, frame):
        """The answer to `frame`, or b"" where a meter says nothing."""
        self.fault = None
        reply = self._reply(frame)
        if not reply or frame.address == _BROADCAST:
            return b""
        self.fault = self.faults.pop(0) if self.faults else self.always
        return reply if self.fault is None else self.fault.spoil(reply)

    def _reply(self, frame):
        if frame.control is None:
            return b""
        kind = frame.control & ~(FCB | FCV)
        if frame.address == _SELECTED and kind == _SND_UD and frame.ci in (CI_SELECT, CI_SELECT_MSB_FIRST):
            return self._select(frame)
        memory = self._memory(frame.address)
        if memory is None or (frame.ci is None) == (kind == _SND_UD):
            return b""
        if kind == SND_NKE:
            return self._reset_link(frame.address, memory)
        reply = memory.repeated(frame.control, self.fcb)
        if reply is None:
            reply = self._do(kind, frame)
            if reply:
                memory.keep(frame.control, reply, self.fcb)
        return reply

    def _memory(self, address):
        """The FCB's memory for a request to `address`; None when that is somebody else's."""
        if address in (self.address, _EVERYBODY, _BROADCAST):
            return self._own
        if address == _SELECTED and self.selected:
            return self._own if self.one_memory else self._as_selected
        return None

    def _select(self, frame):
        asked = fields_turned(frame.data) if frame.ci == CI_SELECT_MSB_FIRST else frame.data
        self.selected = matches(self.secondary, asked)
        if not self.selected:
            return b""
        self._as_selected.clear()
        return _ACKNOWLEDGE

    def _reset_link(self, address, memory):
        if self.nke_obeyed:
            memory.clear()
            self._readout.restart()
            if address == _SELECTED:
                self.selected = False
        return _ACKNOWLEDGE if self.nke_acknowledged else b""

    def _do(self, kind, frame):
        if kind == _SND_UD:
            return _ACKNOWLEDGE if obey(self, frame.ci, frame.data) else b""
        if kind == _REQ_UD1:
            return self._respond(self.class1.pop(0)) if self.class1 else _ACKNOWLEDGE
        if kind == _REQ_UD2:
            if not frame.control & FCV:
                # Without a frame count nobody can step on.
                self._readout.restart()
            return self._respond(self._readout.next(self._body))
        return b""

    def _respond(self, body):
        self._access += 1
        alarm = bool(self.class1)
        return response(self.address, self._ci, self.secondary, self._access, self.status, body, alarm)
