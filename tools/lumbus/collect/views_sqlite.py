"""The views as SQLite says them; views_postgres has the same answers and says what they cost."""

from .energy import parts, step

_MWH = "CAST(round({1}.energy_{0}_kwh * 1000000) AS INTEGER)"
_USABLE = (
    "r.gateway = s.gateway AND r.meter = s.meter AND r.ts IS NOT NULL "
    "AND (r.energy_import_kwh IS NOT NULL OR r.energy_export_kwh IS NOT NULL) "
    "AND r.flags NOT LIKE '%\"register_missing\"%'"
)


def _nearest(name: str, condition: str, order: str) -> str:
    found = f"SELECT r.rowid FROM readings r WHERE {_USABLE} AND {condition} ORDER BY r.ts {order} LIMIT 1"
    return f"LEFT JOIN readings {name}_ ON {name}_.rowid = ({found})"


def _end(order: str) -> str:
    return f"(SELECT r.ts FROM readings r WHERE {_USABLE} ORDER BY r.ts {order} LIMIT 1)"


def _inner(column: str) -> str:
    value = _MWH.format(column, "r")
    within = (
        f"SELECT {value} AS now, lag({value}) OVER (ORDER BY r.ts) AS before FROM readings r "
        f"WHERE {_USABLE} AND r.ts >= s.hour AND r.ts < s.hour + 3600"
    )
    return f"(SELECT coalesce(sum({step('w.before', 'w.now')}), 0) FROM ({within}) w)"


def _energy(letter: str, column: str) -> str:
    moment = "CAST({} AS INTEGER)".format
    share = "(({0}) * ({1}) / ({2}))".format
    text = parts(letter, _inner(column), moment, share).replace("h.hour", "s.hour")
    for name in "pfln":
        text = text.replace(f"{name}.ts", f"{name}_.ts").replace(f"{name}.{letter}", _MWH.format(column, name + "_"))
    return text


_HOURLY = f"""CREATE VIEW energy_hourly AS
WITH RECURSIVE spans AS (
    SELECT s.gateway, s.meter, {_end("ASC")} AS from_ts, {_end("DESC")} AS to_ts FROM meters s
), s AS (
    SELECT gateway, meter, CAST(from_ts AS INTEGER) / 3600 * 3600 AS hour, to_ts FROM spans WHERE from_ts IS NOT NULL
    UNION ALL
    SELECT gateway, meter, hour + 3600, to_ts FROM s WHERE hour + 3600 <= to_ts
)
SELECT gateway, meter, hour, i / 1000000.0 AS import_kwh, e / 1000000.0 AS export_kwh, measured,
    i AS import_mwh, e AS export_mwh
FROM (
    SELECT s.gateway AS gateway, s.meter AS meter, s.hour AS hour, f_.ts IS NOT NULL AS measured,
        {_energy("i", "import")} AS i,
        {_energy("e", "export")} AS e
    FROM s
    {_nearest("p", "r.ts < s.hour", "DESC")}
    {_nearest("f", "r.ts >= s.hour AND r.ts < s.hour + 3600", "ASC")}
    {_nearest("l", "r.ts >= s.hour AND r.ts < s.hour + 3600", "DESC")}
    {_nearest("n", "r.ts >= s.hour + 3600", "ASC")}
)"""

_GAPS = """CREATE VIEW gaps AS
WITH steps AS NOT MATERIALIZED (
    SELECT gateway, meter, ts, lag(ts) OVER (PARTITION BY gateway, meter ORDER BY ts) AS before
    FROM readings WHERE ts IS NOT NULL
), ranked AS (
    SELECT gateway, meter, round(ts - before, 3) AS interval,
        row_number() OVER (PARTITION BY gateway, meter ORDER BY ts - before) AS place,
        count(*) OVER (PARTITION BY gateway, meter) AS places
    FROM steps WHERE before IS NOT NULL
), usual AS (
    SELECT gateway, meter, interval FROM ranked WHERE place = (9 * places + 9) / 10
)
SELECT s.gateway AS gateway, s.meter AS meter, s.before AS from_ts, s.ts AS to_ts,
    round(s.ts - s.before, 3) AS seconds, u.interval AS usual_seconds
FROM steps s JOIN usual u ON u.gateway = s.gateway AND u.meter = s.meter
WHERE round(s.ts - s.before, 3) > 2.5 * u.interval"""

_NOW = """CREATE VIEW meter_now AS
SELECT m.gateway AS gateway, m.meter AS meter, m.state AS state,
    CASE WHEN c.verdict IS NOT NULL AND (r.verdict IS NULL OR c.stored_at >= r.stored_at)
        THEN c.verdict ELSE r.verdict END AS verdict,
    k.capture_low, k.capture_high, k.pulses_day, c.pulses_lost_low, c.pulses_lost_high,
    c.pulses_gained_low, c.pulses_gained_high,
    r.ts, r.boot, r.seq, r.energy_import_kwh, r.energy_export_kwh, r.energy_fused_kwh, r.fused_bound_wh,
    r.power_w, r.voltage_v, r.current_a, r.frequency_hz, r.power_factor, r.flags, r.stored_at, m.last_seen
FROM meters m
LEFT JOIN readings r ON r.rowid = (
    SELECT x.rowid FROM readings x WHERE x.gateway = m.gateway AND x.meter = m.meter
    ORDER BY x.ts DESC, x.boot DESC, x.seq DESC LIMIT 1)
LEFT JOIN checks c ON c.n = (
    SELECT max(x.n) FROM checks x WHERE x.gateway = m.gateway AND x.meter = m.meter)
LEFT JOIN checks k ON k.n = (
    SELECT x.n FROM checks x WHERE x.gateway = m.gateway AND x.meter = m.meter AND x.capture_low IS NOT NULL
    ORDER BY x.n DESC LIMIT 1)"""

_CLOCK = "((julianday('now') - 2440587.5) * 86400)"

_SILENT = f"""CREATE VIEW silent_gateways AS
SELECT gateway, last_seen, state, version,
    CASE WHEN last_seen IS NULL THEN NULL ELSE CAST({_CLOCK} - last_seen AS INTEGER) END AS silent_s
FROM gateways
WHERE last_seen IS NULL OR state = 'offline' OR last_seen < {_CLOCK} - 900"""

VIEWS = {"energy_hourly": _HOURLY, "gaps": _GAPS, "meter_now": _NOW, "silent_gateways": _SILENT}
