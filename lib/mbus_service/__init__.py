"""What installers and simulators need on top of `mbus`: who is on the bus, what can be set, what a meter says.

A package of its own, because a board that only reads its meters does without it.

search    primary and secondary search, baud rate detection
encode    records and telegrams from values
settings  primary address, baud rate, identification, clock, application reset, each read back
"""
