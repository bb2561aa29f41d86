// What verdicts, events and states mean in words, and what to do about each.

/** [lamp, words, what it says, what to do] */
const VERDICTS = {
  agree: ["ok", "Both agree", "Register and light tell the same energy.", ""],
  learning: ["wait", "Learning", "Not enough energy has flowed yet to compare the two.", "Wait; switch a load on to make it faster."],
  pulses_missing: ["bad", "Pulses missing", "The register proves more energy than the light saw.", "Check the sensor over the LED; aim it again."],
  pulses_extra: ["bad", "Too many pulses", "The light saw more than the register proves.", "Shade the sensor from other light and reflections."],
  register_stuck: ["bad", "Register stands still", "The light runs, the register does not.", "Have the meter looked at; check the declared direction."],
  pulse_constant_wrong: ["bad", "Wrong pulse constant", "The light has another constant than the profile.", "Read imp/kWh off the meter's front; choose the right profile."],
  no_meter: ["bad", "The meter does not answer", "Nothing came back over the bus.", "Check wiring, address, baud rate and parity."],
  unchecked: ["off", "Not checked", "This meter has no light to compare with.", ""],
  unknown: ["wait", "Waiting", "There is no reading yet.", ""],
};

export const verdict = (word) => VERDICTS[word] || ["wait", word || "Waiting", "", ""];

/** kind: [words, what to do, whether it is a fault] */
const EVENTS = {
  pulses_missing: ["Pulses were missed", "Is the sensor over the LED, its tube tight? If it returns at a time of day, it is sunlight.", 1],
  pulses_extra: ["Flashes that were no pulses", "Look for other lights and reflections; darken the sensor's tube.", 1],
  register_stuck: ["The register stands while the light runs", "Have the meter looked at. Is the direction declared right?", 1],
  pulse_constant_wrong: ["The light has another pulse constant", "Read imp/kWh off the meter's front and correct the profile.", 1],
  lamp_flicker: ["A mains lamp shines on the sensor", "Shade it: true pulses are lost among its flashes.", 1],
  pulses_too_fast: ["More flashes than the meter can give", "Look for other lights; check the largest power in the profile.", 1],
  power_disagrees: ["The meter's power and the light's differ", "Alone it is no reason to worry.", 1],
  values_disagree: ["Voltage, current and power do not fit together", "Check the profile: is a value of another phase?", 1],
  out_of_range: ["Values that the meter cannot mean", "Check the profile and the bus wiring.", 1],
  no_meter: ["The meter has not answered since the start", "Check wiring, address, baud rate and parity.", 1],
  away: ["Energy flowed while the device was off", "Nothing to do: it is taken from the register.", 0],
  register_fell: ["The register went back", "Was the meter reset or exchanged?", 1],
  register_wrapped: ["The register began again at 0", "Nothing to do.", 0],
  meter_exchanged: ["Another meter answers", "Check that it was meant.", 1],
  other_direction_moved: ["Energy flowed the other way", "Set the direction to both.", 0],
  refresh_learnt: ["The register is older than the profile says", "Put it into the profile: the check is sharp sooner.", 0],
  light_lag_learnt: ["The light is later than the profile says", "Put it into the profile: the check is sharp sooner.", 0],
  safe_mode: ["Safe mode: the network was left alone", "Read the log's last lines; check the power supply.", 1],
  clock_stepped: ["The clock was set anew", "Nothing to do; if it returns often, choose another time server.", 0],
  filesystem_formatted: ["The flash was formatted", "The settings came back; if it happens again the flash is worn.", 1],
};

export const event = (kind) => EVENTS[kind] || [kind.replaceAll("_", " "), "", 0];

const LIGHTS = {
  none: ["off", "no light set", ""],
  ok: ["ok", "pulses come", ""],
  dark: ["bad", "dark: pulses were due", "Aim the sensor at the meter's LED and tighten its tube."],
  stuck: ["bad", "lit without end", "Check the sensor's wiring and shade it from daylight."],
  flicker: ["bad", "a mains lamp shines on it", "Shade the sensor."],
  too_fast: ["bad", "more flashes than the meter gives", "Shade the sensor from other light."],
  unknown: ["wait", "waiting for a first pulse", "Switch a load on: the LED then blinks."],
};

/** What an aim's quality means: [lamp, what to do]. */
export const QUALITY = {
  waiting: ["wait", "No pulse yet, and none was due. Switch a load on."],
  good: ["ok", "Pulses come clean. Fix the sensor as it is."],
  weak: ["bad", "Some pulses are missed. Move the sensor closer, straight over the LED."],
  noisy: ["bad", "Flashes that are no pulses. Shade the sensor; tighten its tube."],
  dark: ["bad", "Nothing is seen. Move the sensor over the LED that is marked imp/kWh."],
  flicker: ["bad", "A mains lamp shines in. Shade the sensor or switch the lamp off."],
  stuck: ["bad", "It is lit all the time. Check the sensor's wiring; shade it."],
};

const WIFI_WAIT = { paused: "waits before the next try", joining: "joining", lost: "link lost, joining again" };

function wifi(of) {
  if (!of) return ["off", "not used", ""];
  if (of.state === "up") return ["ok", `joined ${of.ssid}${of.address ? `, address ${of.address}` : ""}`, ""];
  const why = of.why || "";
  if (/refuse/.test(why)) return ["bad", `${of.ssid} refuses`, "Its password is most likely wrong."];
  if (why) return ["bad", `${of.ssid} ${why}`.trim(), "Is the name right, the router on and near enough?"];
  return ["wait", `${of.ssid}: ${WIFI_WAIT[of.state] || of.state}`, ""];
}

function time(state) {
  if (state.ts !== null && state.ts !== undefined) return ["ok", "knows the time", ""];
  return ["wait", "not known yet", "Readings are kept, and dated once a time server answers."];
}

function broker(of, hasNetwork) {
  const where = `${of.host}:${of.port}`;
  if (of.connected) return ["ok", `connected to ${where}`, ""];
  if (!hasNetwork) return ["wait", "waits for the Wi-Fi", ""];
  if (!of.failure) return ["wait", `connecting to ${where}`, ""];
  const text = of.failure;
  let what = "Is the broker running, its name and port right?";
  if (/certificate|TLS|verif/i.test(text)) what = "Is the uploaded certificate that of the broker's CA?";
  else if (/refus|authori|password|not allowed/i.test(text) && !/ECONNREFUSED|connection/i.test(text)) what = "Are user and password right?";
  else if (/safe mode/.test(text)) what = "See the log; it ends by itself after half an hour.";
  return ["bad", text, what];
}

function bus(state) {
  const { meters, bus: of } = state;
  if (meters.some((m) => m.available)) return ["ok", `${of.baud} baud`, ""];
  if (meters.every((m) => m.available === null && !m.failure)) return ["wait", "no answer yet", ""];
  if (Number(of.damaged) || Number(of.stray)) return ["bad", "only damaged answers", "Check baud rate and parity, and the level converter."];
  return ["bad", "silence", "Check the two bus wires, the converter's supply, and TX and RX."];
}

const named = (state, m) => (state.meters.length > 1 ? `meter ${m.address}: ` : "");

/** The worst of the meters: [lamp, text, what to do]. */
function worst(state, judge) {
  const rank = { bad: 3, wait: 2, ok: 1, off: 0 };
  let found = ["off", "no meter", ""];
  for (const m of state.meters) {
    const [lamp, says, what] = judge(m);
    if (found[1] === "no meter" || rank[lamp] > rank[found[0]]) found = [lamp, named(state, m) + says, what];
  }
  return found;
}

const answers = (m) => {
  if (m.available) return ["ok", m.meter ? `answers: ${m.meter}` : "answers", ""];
  if (m.failure) return ["bad", m.failure, "Is its address right, and is it wired to the bus?"];
  return m.available === false ? ["bad", "does not answer", "Is its address right, and is it wired to the bus?"] : ["wait", "not asked yet", ""];
};

/** The chain from the air to the agreement: [[name, lamp, what is, what to do]]. */
export function chain(state) {
  return [
    ["Wi-Fi", ...wifi(state.wifi)],
    ["Clock", ...time(state)],
    ["Broker", ...broker(state.mqtt, !state.wifi || state.wifi.state === "up")],
    ["Bus", ...bus(state)],
    ["Meter", ...worst(state, answers)],
    ["Light", ...worst(state, (m) => LIGHTS[m.light_state] || ["wait", m.light_state, ""])],
    ["Check", ...worst(state, (m) => { const v = verdict(m.verdict); return [v[0], v[1], v[3]]; })],
  ];
}
