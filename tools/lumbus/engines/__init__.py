"""Brokers and databases that others wrote, started on loopback, ended, killed and brought back."""
