"""Wi-Fi, clock and broker, as the gateway's state tells of them."""

from .finding import Finding, absent, good, wrong

# (what is in the firmware's words, the fault, what to do), the first that fits.
_BROKER = (
    (
        "client certificate",
        "certificate",
        "set the right port for TLS (8883 as a rule), or mqtt.tls to false for a "
        "plain one; where the broker wants a certificate of the gateway, give mqtt.client_cert and mqtt.client_key",
    ),
    (
        "not signed by the CA",
        "certificate",
        "put the certificate of the CA that signed the broker's beside "
        "config.json, in DER, under the name in mqtt.ca: openssl x509 -in ca.pem -outform der -out ca.der",
    ),
    ("has expired", "certificate", "renew the broker's certificate; is the gateway's clock right (see its link)?"),
    ("not valid yet", "certificate", "set the clock of the computer that made the certificate, or of the time server"),
    ("is not for", "certificate", "set mqtt.server_name to the name in the certificate, or mqtt.host to it"),
    ("no TLS", "certificate", "is TLS on at that port? 8883 is usual; 1883 is plain as a rule"),
    ("clock is not set", "clock", "TLS needs a clock: let the gateway reach a time server (UDP port 123, see ntp)"),
    (
        "user name or password",
        "broker_refused",
        "correct mqtt.user, and mqtt_password in secrets.json, as the broker has them",
    ),
    ("refuses the subscription", "broker_refused", "let the broker's access list allow the gateway its topics"),
    ("the broker refuses", "broker_refused", "look into the broker's log: it says why"),
    ("DNS gives no address", "broker_unknown", "correct mqtt.host, or the network's DNS; an address will do too"),
    (
        "ECONNREFUSED",
        "broker_refused",
        "is the broker running, does it listen in this network (not on its "
        "own computer alone), and is mqtt.port right?",
    ),
    (
        "111",
        "broker_refused",
        "is the broker running, does it listen in this network (not on its own computer alone), "
        "and is mqtt.port right?",
    ),
    ("no CONNACK", "broker_silent", "what listens there is no MQTT broker, or wants TLS: check mqtt.port and mqtt.tls"),
    ("took more than", "broker_silent", "is the broker's computer on, mqtt.host right, no firewall between?"),
)
# What may be over with the next attempt.
PASSING = "broker_lost"
_ELSE = (PASSING, "look into the broker's log, and check that the gateway's network reaches it")
_WIFI = (
    (
        "refuses",
        "wifi_refused",
        "correct the password in secrets.json, letter by letter; does the access point "
        "filter addresses, or allow WPA3 only?",
    ),
    (
        "not to be heard",
        "wifi_absent",
        "is the name right, capitals and all? Is the access point on, near enough, and "
        "on 2.4 GHz? The board knows no 5 GHz",
    ),
    ("fallen silent", "wifi_silent", "restart the access point, or bring the board nearer to it"),
)


def has_tried(state: dict) -> bool:
    """Whether the Wi-Fi is up, or a whole round through all networks has failed."""
    told = state.get("wifi")
    return told is None or told["state"] == "up" or (told["state"] == "paused" and told.get("why") is not None)


def wifi(state: dict) -> Finding:
    told = state.get("wifi")
    if told is None:
        return absent("wifi", "none here: a wired network, or a computer's")
    if told["state"] == "up":
        return good("wifi", f"{told['ssid']}, address {told['address']}")
    why = told.get("why")
    if why is None:
        return wrong("wifi", "wifi_slow", f"{told['ssid']} gives no link yet", "wait a minute and ask again")
    for sign, fault, advice in _WIFI:
        if sign in why:
            return wrong("wifi", fault, why, advice)
    return wrong("wifi", "wifi_slow", why, "bring the board nearer to the access point, or restart that")


def clock(state: dict) -> Finding:
    if state.get("ts") is not None:
        return good("clock", "set")
    why = (state.get("time") or {}).get("why")
    text = "not set" + (f" ({why})" if why else "; no time server has answered yet")
    advice = "let the gateway reach a time server (UDP port 123), or name one of your own network in ntp"
    if state["mqtt"]["tls"]:
        return wrong("clock", "clock", text + ": TLS needs the date", advice)
    # Metering goes on, and so does the doctor.
    return Finding("clock", None, text + ": readings have no time yet", None, advice)


def broker(state: dict) -> Finding:
    told = state["mqtt"]
    where = f"{told['host']}:{told['port']}"
    if told["connected"]:
        waiting = f", {told['waiting']} messages wait" if told["waiting"] else ""
        return good("broker", f"{where}, {'TLS' if told['tls'] else 'plain'}{waiting}")
    failure = told["failure"]
    if failure is None:
        return wrong("broker", PASSING, f"{where} does not answer yet", "wait half a minute and ask again")
    for sign, fault, advice in _BROKER:
        if sign in failure:
            return wrong("broker", fault, f"{where}: {failure}", advice)
    fault, advice = _ELSE
    return wrong("broker", fault, f"{where}: {failure}", advice)
