"""The views as PostgreSQL says them; views_sqlite has the same answers.

Energy is counted in whole mWh, so that parts sum to the whole exactly.  Each meter
and hour costs four look-ups in an index and no pass over the readings: who asks for
one day of all meters, or for years of one, does not wait for the rest.
"""

from .energy import parts, step

_MWH = "(r.energy_{0}_kwh * 1000000)::bigint"
_COLUMNS = f"r.ts, {_MWH.format('import')} AS i, {_MWH.format('export')} AS e"
# A reading whose register was missing says nothing of the energy.
_USABLE = (
    "r.gateway = s.gateway AND r.meter = s.meter AND r.ts IS NOT NULL "
    "AND (r.energy_import_kwh IS NOT NULL OR r.energy_export_kwh IS NOT NULL) AND NOT r.flags ? 'register_missing'"
)
_NEXT_HOUR = "h.hour + interval '1 hour'"


def _nearest(name: str, condition: str, order: str) -> str:
    return (
        f"LEFT JOIN LATERAL (SELECT {_COLUMNS} FROM readings r WHERE {_USABLE} AND {condition} "
        f"ORDER BY r.ts {order} LIMIT 1) {name} ON true"
    )


def _end(order: str) -> str:
    return f"(SELECT r.ts FROM readings r WHERE {_USABLE} ORDER BY r.ts {order} LIMIT 1)"


def _inner(column: str) -> str:
    """Only where the register fell within the hour: what its readings add up to between falls."""
    steps = f"SELECT {step('w.before', 'w.now')} AS moved FROM ({_within(column)}) w"
    return f"(SELECT coalesce(sum(moved), 0)::bigint FROM ({steps}) steps)"


def _within(column: str) -> str:
    value = _MWH.format(column)
    condition = f"{_USABLE} AND r.ts >= h.hour AND r.ts < {_NEXT_HOUR}"
    return f"SELECT {value} AS now, lag({value}) OVER (ORDER BY r.ts) AS before FROM readings r WHERE {condition}"


def _energy(letter: str, column: str) -> str:
    moment = "floor(extract(epoch FROM {}))::bigint".format
    share = "floor({0}::numeric * ({1}) / ({2}))::bigint".format
    return parts(letter, _inner(column), moment, share)


_HOURLY = f"""CREATE VIEW energy_hourly AS
SELECT gateway, meter, hour,
    round(i / 1000000.0, 6) AS import_kwh, round(e / 1000000.0, 6) AS export_kwh, measured,
    i AS import_mwh, e AS export_mwh
FROM (
    SELECT s.gateway, s.meter, h.hour, f.ts IS NOT NULL AS measured,
        {_energy("i", "import")} AS i,
        {_energy("e", "export")} AS e
    FROM (SELECT s.gateway, s.meter, {_end("ASC")} AS from_ts, {_end("DESC")} AS to_ts FROM meters s) s
    CROSS JOIN LATERAL generate_series(date_trunc('hour', s.from_ts, 'UTC'), s.to_ts, interval '1 hour') AS h(hour)
    {_nearest("p", "r.ts < h.hour", "DESC")}
    {_nearest("f", f"r.ts >= h.hour AND r.ts < {_NEXT_HOUR}", "ASC")}
    {_nearest("l", f"r.ts >= h.hour AND r.ts < {_NEXT_HOUR}", "DESC")}
    {_nearest("n", f"r.ts >= {_NEXT_HOUR}", "ASC")}
) hours"""

_GAPS = """CREATE VIEW gaps AS
WITH steps AS NOT MATERIALIZED (
    SELECT gateway, meter, ts, lag(ts) OVER (PARTITION BY gateway, meter ORDER BY ts) AS before
    FROM readings WHERE ts IS NOT NULL
), usual AS (
    SELECT gateway, meter, percentile_disc(0.9) WITHIN GROUP (ORDER BY ts - before) AS interval
    FROM steps WHERE before IS NOT NULL GROUP BY gateway, meter
)
SELECT s.gateway, s.meter, s.before AS from_ts, s.ts AS to_ts,
    round(extract(epoch FROM s.ts - s.before), 3) AS seconds,
    round(extract(epoch FROM u.interval), 3) AS usual_seconds
FROM steps s JOIN usual u ON u.gateway = s.gateway AND u.meter = s.meter
WHERE s.ts - s.before > 2.5 * u.interval"""

_NOW = """CREATE VIEW meter_now AS
SELECT m.gateway, m.meter, m.state,
    CASE WHEN c.verdict IS NOT NULL AND (r.verdict IS NULL OR c.stored_at >= r.stored_at)
        THEN c.verdict ELSE r.verdict END AS verdict,
    k.capture_low, k.capture_high, k.pulses_day, c.pulses_lost_low, c.pulses_lost_high,
    c.pulses_gained_low, c.pulses_gained_high,
    r.ts, r.boot, r.seq, r.energy_import_kwh, r.energy_export_kwh, r.energy_fused_kwh, r.fused_bound_wh,
    r.power_w, r.voltage_v, r.current_a, r.frequency_hz, r.power_factor, r.flags, r.stored_at, m.last_seen
FROM meters m
LEFT JOIN LATERAL (
    (SELECT * FROM readings x WHERE x.gateway = m.gateway AND x.meter = m.meter AND x.ts IS NOT NULL
        ORDER BY x.ts DESC LIMIT 1)
    UNION ALL
    (SELECT * FROM readings x WHERE x.gateway = m.gateway AND x.meter = m.meter AND x.ts IS NULL
        ORDER BY x.boot DESC, x.seq DESC LIMIT 1)
    LIMIT 1
) r ON true
LEFT JOIN LATERAL (
    SELECT * FROM checks x WHERE x.gateway = m.gateway AND x.meter = m.meter ORDER BY x.n DESC LIMIT 1
) c ON true
LEFT JOIN LATERAL (
    SELECT * FROM checks x WHERE x.gateway = m.gateway AND x.meter = m.meter AND x.capture_low IS NOT NULL
    ORDER BY x.n DESC LIMIT 1
) k ON true"""

_SILENT = """CREATE VIEW silent_gateways AS
SELECT gateway, last_seen, state, version,
    CASE WHEN last_seen IS NULL THEN NULL ELSE floor(extract(epoch FROM now() - last_seen))::bigint END AS silent_s
FROM gateways
WHERE last_seen IS NULL OR state = 'offline' OR last_seen < now() - interval '15 minutes'"""

VIEWS = {"energy_hourly": _HOURLY, "gaps": _GAPS, "meter_now": _NOW, "silent_gateways": _SILENT}
