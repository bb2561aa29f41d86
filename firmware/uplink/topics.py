"""The MQTT topics: `<base>/v1/<gateway>/...`, as bytes (umqtt counts characters, not bytes)."""


class Topics:
    """`base` and `gateway` are texts of letters, digits and `-_/` (config checks them)."""

    def __init__(self, base: str, gateway: str):
        self.name = gateway
        self._root = "%s/v1/%s/" % (base, gateway)
        self.client_id = ("lumbus-" + gateway).encode()
        self.command = self.gateway("cmd/+")
        self.status = self.gateway("status")
        self.info = self.gateway("info")
        self.event = self.gateway("event")

    def gateway(self, leaf: str) -> bytes:
        return (self._root + leaf).encode()

    def meter(self, meter: str, leaf: str) -> bytes:
        """`meter` is the 16-hex-digit secondary address."""
        return (self._root + meter + "/" + leaf).encode()
