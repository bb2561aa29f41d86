"""What is wrong with a configuration."""


class ConfigError(ValueError):
    """`errors` has one line for each fault."""

    def __init__(self, errors):
        super().__init__("; ".join(errors))
        self.errors = errors
