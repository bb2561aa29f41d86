"""Where a release is served: https://host[:port]/path"""


def address_of(source: str):
    """(host, port, path) of an https address; ValueError."""
    host, slash, path = source[8:].partition("/")
    host, colon, digits = host.partition(":")
    is_plain = all("!" <= c <= "~" for c in source) and len(source) <= 250
    if not host or not slash or "@" in host or not is_plain or (colon and not _is_port(digits)):
        # What it was is not repeated: there may be a password in it.
        raise ValueError("from is no address such as https://host:port/file.lum, without a user or a password")
    return host, int(digits) if colon else 443, "/" + path


def _is_port(digits: str) -> bool:
    return 0 < len(digits) <= 5 and all("0" <= c <= "9" for c in digits) and 0 < int(digits) < 65536
