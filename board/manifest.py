"""The freeze manifest: an ESP32 image with the firmware in it.

    make -C ports/esp32 BOARD=ESP32_GENERIC FROZEN_MANIFEST=<here>/manifest.py

config.json and the meters' profiles stay files: only code can be frozen, and
they are what an installer changes.  Both are looked for in the root.  So are the local
page's files and microdot, which serves it: /pages, /lib/microdot.py.

The port's own manifest would freeze its inisetup as well; ours is to be the only
one, so its parts are named here.
"""
# ruff: noqa: F821  (the names are given by the tool that runs this)

import os

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
# What the set-up page searches a bus with.
package("mbus_service", files=("__init__.py", "search.py"), base_path="../lib")
package("uplink", base_path="../firmware")
module("main.py", base_path="../firmware")
# For main.py: an application that was deployed to the filesystem goes before what is frozen.
module("slots.py", base_path="../firmware/uplink")

# A manifest is run in its own folder.
for folder in ("common", "esp32"):
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            module(name, base_path=folder)
