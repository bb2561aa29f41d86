"""The freeze manifest: an ESP32 image with the firmware in it.

    make -C ports/esp32 BOARD=ESP32_GENERIC FROZEN_MANIFEST=<here>/manifest.py

config.json and the meters' profiles stay files: only code can be frozen, and
they are what an installer changes.  Both are looked for in the root.

The port's own manifest would freeze its inisetup as well; ours is to be the only
one, so its parts are named here.
"""
# ruff: noqa: F821  (the names are given by the tool that runs this)

metadata(description="Lumbus for the ESP32", version="0.1.0")

include("$(MPY_DIR)/extmod/asyncio")
require("bundle-networking")
require("umqtt.simple")
for name in ("_boot", "flashbdev"):
    module(name + ".py", base_path="$(PORT_DIR)/modules")
try:
    # Since 1.26: machine.Counter.
    module("machine.py", base_path="$(PORT_DIR)/modules")
except Exception:
    pass

package("mbus", base_path="../lib")
package("uplink", base_path="../firmware")
module("main.py", base_path="../firmware")

for name in (
    "chips",
    "esp32_clock",
    "esp32_counter",
    "esp32_edges",
    "esp32_lan",
    "esp32_network",
    "esp32_nvs",
    "esp32_radio",
    "esp32_serial",
    "esp32_settings",
    "esp32_socket",
    "esp32_watchdog",
    "inisetup",
    "pincheck",
    "pins",
    "port",
):
    module(name + ".py", base_path="esp32")
for name in ("addresses", "datagrams", "file_store", "mount", "restore", "retained", "text_storage", "tls_client"):
    module(name + ".py", base_path="common")
