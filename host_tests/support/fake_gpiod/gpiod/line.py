"""The names of gpiod.line that are used."""

from enum import Enum

Bias = Enum("Bias", "PULL_UP PULL_DOWN DISABLED")
Clock = Enum("Clock", "MONOTONIC")
Direction = Enum("Direction", "INPUT")
Edge = Enum("Edge", "BOTH")
Value = Enum("Value", "INACTIVE ACTIVE")
