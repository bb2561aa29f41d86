"""What runs on the user's computer: the `lumbus` command."""
