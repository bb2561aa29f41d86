"""The tables, in one description for both databases.

What a decimal of the payload is, is exact in both: `numeric` in PostgreSQL; in
SQLite a number of at most 15 significant digits, which a double keeps one to one.
Times are `timestamptz` in PostgreSQL and UTC seconds in SQLite, to the millisecond.
"""

# The description's words, as each database says them.
TYPES = {
    "sqlite": {
        "text": "TEXT",
        "number": "NUMERIC",
        "whole": "INTEGER",
        "time": "NUMERIC",
        "json": "TEXT",
        "bytes": "BLOB",
        "flag": "INTEGER",
        "counted": "INTEGER PRIMARY KEY",
    },
    "postgresql": {
        "text": 'text COLLATE "C"',
        "number": "numeric",
        "whole": "bigint",
        "time": "timestamptz",
        "json": "jsonb",
        "bytes": "bytea",
        "flag": "boolean",
        "counted": "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    },
}

READINGS = """
    gateway {text} NOT NULL,
    boot {whole} NOT NULL,
    seq {whole} NOT NULL,
    meter {text} NOT NULL,
    ts {time},
    uptime_s {number} NOT NULL,
    time_quality {text},
    replayed {flag} NOT NULL,
    energy_import_kwh {number},
    energy_export_kwh {number},
    power_w {number},
    voltage_v {number},
    current_a {number},
    frequency_hz {number},
    power_factor {number},
    pulses {whole},
    energy_fused_kwh {number},
    fused_bound_wh {number},
    power_light_w {number},
    verdict {text},
    flags {json} NOT NULL,
    more {json}"""

TABLES = (
    """CREATE TABLE gateways (
    gateway {text} PRIMARY KEY,
    first_seen {time} NOT NULL,
    last_seen {time},
    state {text},
    boot {whole},
    uptime_s {number},
    version {text},
    platform {text},
    board {text},
    status {json},
    info {json},
    update_status {json}
)""",
    """CREATE TABLE meters (
    gateway {text} NOT NULL,
    meter {text} NOT NULL,
    first_seen {time} NOT NULL,
    last_seen {time},
    state {text},
    PRIMARY KEY (gateway, meter)
)""",
    "CREATE TABLE readings (" + READINGS + ",\n    stored_at {time} NOT NULL,\n    PRIMARY KEY (gateway, boot, seq)\n)",
    """CREATE TABLE checks (
    n {counted},
    gateway {text} NOT NULL,
    meter {text} NOT NULL,
    digest {text} NOT NULL,
    verdict {text} NOT NULL,
    since_uptime_s {number},
    since_ts {time},
    pulses_lost_low {whole},
    pulses_lost_high {whole},
    pulses_gained_low {whole},
    pulses_gained_high {whole},
    capture_low {number},
    capture_high {number},
    pulses_day {whole},
    more {json},
    stored_at {time} NOT NULL,
    UNIQUE (gateway, meter, digest)
)""",
    """CREATE TABLE events (
    gateway {text} NOT NULL,
    boot {whole} NOT NULL,
    event {whole} NOT NULL,
    kind {text} NOT NULL,
    meter {text},
    open {flag},
    uptime_s {number},
    ts {time},
    text {text},
    pulses_low {whole},
    pulses_high {whole},
    pulse_wh {number},
    step_wh {number},
    windows {json},
    more {json},
    stored_at {time} NOT NULL,
    PRIMARY KEY (gateway, boot, event)
)""",
    """CREATE TABLE poisoned (
    digest {text} PRIMARY KEY,
    topic {text} NOT NULL,
    payload {bytes} NOT NULL,
    size {whole} NOT NULL,
    reason {text} NOT NULL,
    times {whole} NOT NULL,
    stored_at {time} NOT NULL,
    last_at {time} NOT NULL
)""",
)

INDEXES = (
    "CREATE INDEX readings_by_meter ON readings (gateway, meter, ts)",
    "CREATE INDEX checks_by_meter ON checks (gateway, meter, n)",
    "CREATE INDEX events_by_time ON events (ts)",
    "CREATE INDEX poisoned_by_time ON poisoned (last_at)",
)
# Of all meters the last hour: readings come nearly in the order of their time, so this is small and costs nothing.
INDEXES_POSTGRES = ("CREATE INDEX readings_by_time ON readings USING brin (ts) WITH (autosummarize = on)",)


# PostgreSQL takes the view of hours for dearer than it is, and would compile for seconds what it asks for milliseconds:
# jit is switched off.  Who may not alter the database goes without.
NO_COMPILING = """DO $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET jit = off', current_database());
EXCEPTION WHEN insufficient_privilege THEN NULL;
END $$"""


def spelt(statement: str, dialect: str) -> str:
    """A statement of the description as `dialect` says it."""
    return statement.format_map(TYPES[dialect])
