"""What Home Assistant calls the entities that the firmware announces."""

import json
import re

from appport import CONFIG, FakePort, app_on

from uplink.discovery import payloads


def slug(text: str) -> str:
    """As Home Assistant makes an id of a name: small letters and digits, anything else one _."""
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def discovered(meter: str) -> set[str]:
    """The ids of a gateway with one meter, import and export: it takes the names of device and entity."""
    config = json.loads(json.dumps(CONFIG))
    config["meters"][0]["energy"] = "both"
    app = app_on(FakePort(config))
    app.meters[0].identity = meter
    messages = [json.loads("".join(parts())) for _, parts in payloads(app, "1.2.3", ())]
    return {
        f"{part['p']}.{slug(message['dev']['name'] + ' ' + part['name'])}"
        for message in messages
        for part in message["cmps"].values()
    }
