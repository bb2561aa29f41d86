"""The simulated meter: energy, registers and light; the bus protocol; the wire."""
