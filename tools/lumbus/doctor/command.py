"""`lumbus doctor`: the chain from the computer to the cross-check."""

import json
from collections.abc import Iterator

from ..contact.broker import Gateway, NoBroker
from ..contact.console import Console, NoPort
from ..contact.target import Target, parse
from ..trouble import BAD, NO_PORT, OK, SILENT, USAGE, complain, guarded
from . import firmware, remote
from .chain import Chain, Lost
from .finding import Finding, good, wrong
from .screen import Screen

_CODES = {"no_answer": SILENT, "offline": SILENT, "port": NO_PORT}


def run(options) -> int:
    return guarded("doctor", lambda: _run(options))


def _run(options) -> int:
    try:
        target = parse(options.target, options.ca)
        if target.port is None:
            target.of_one()
        with Screen(options.json) as screen:
            return _examine(target, screen, options)
    except ValueError as e:
        complain("doctor", str(e))
        return USAGE


def _examine(target: Target, screen: Screen, options) -> int:
    findings = []
    for finding in _findings(target, screen):
        findings.append(finding)
        screen.show(finding)
    last = findings[-1]
    code = OK if last.well is not False else _code_of(last)
    if options.json:
        print(json.dumps(_report(findings, target)))
    elif code == OK:
        screen.end("all well", True)
    else:
        screen.end(f"the first thing that is wrong: {last.text}", False)
    return code


def _code_of(finding: Finding) -> int:
    return NO_PORT if finding.link == "port" else _CODES.get(finding.fault or "", BAD)


def _findings(target: Target, screen: Screen) -> Iterator[Finding]:
    try:
        yield from _through_port(target, screen) if target.port else _through_broker(target, screen)
    except Lost as e:
        yield wrong("gateway", "no_answer", str(e), "wait a minute and ask again")
    except NoPort as e:
        yield wrong("port", "port", str(e), "lumbus doctor --help has examples")
    except NoBroker as e:
        yield wrong("port", e.fault, str(e), "that is from this computer; the gateway's own is examined from its port")


def _through_port(target: Target, screen: Screen) -> Iterator[Finding]:
    assert target.port is not None
    console = Console(target.port)
    try:
        yield good("port", f"{target.port} is open")
        state, fault = firmware.met(console, screen.progress)
        if fault is not None:
            yield fault
        if state is not None:
            yield from Chain(console, screen.progress).links(state)
    finally:
        console.close()


def _through_broker(target: Target, screen: Screen) -> Iterator[Finding]:
    screen.progress("connecting to the broker")
    gateway = Gateway(target)
    try:
        found, state = remote.met(gateway, target.where)
        yield from found
        if state is not None:
            yield from Chain(gateway, screen.progress).links(state)
    finally:
        gateway.close()


def _report(findings: list[Finding], target: Target) -> dict:
    last = findings[-1]
    return {
        "target": target.where,
        "well": last.well is not False,
        "fault": last.fault,
        "link": last.link if last.fault else None,
        "text": last.text if last.fault else None,
        "advice": last.advice,
        "links": [{"link": f.link, "well": f.well, "text": f.text} for f in findings],
    }
