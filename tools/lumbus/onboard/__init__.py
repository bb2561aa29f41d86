"""What is done to a board on a cable: flash, deploy, setup.  inside.py and steps.py run under MicroPython as well."""
