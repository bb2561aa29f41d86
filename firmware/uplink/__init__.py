"""The application: a meter's register and its light, cross-checked and published."""

__version__ = "0.1.0"
