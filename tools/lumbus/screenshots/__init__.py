"""Pictures of the local page for the docs: `python -m lumbus.screenshots`, made anew whenever the page changes."""
