"""What an installer needs on top of `mbus`: who is on the bus, and what can be set in a meter.

A package of its own, because a board that only reads its meters does without it.

search    primary and secondary search, baud rate detection
settings  primary address, baud rate, identification, clock, application reset, each read back
"""
