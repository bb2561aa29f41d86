// The fields of a meter, the line and the broker, which set-up and settings both ask for.

import { upload } from "./api.js";
import { absent, h, put } from "./dom.js";

const RATES = [300, 600, 1200, 2400, 4800, 9600];
const MOST_BYTES = 4096;

export const baud = (form, config, hint) =>
  form.field("bus.baud", "Baud rate", config.bus, "baud", {
    kind: "select",
    options: RATES.map((r) => [r, `${r} baud`]),
    otherwise: 2400,
    hint,
  });

/** One meter's fields; about: {profiles, lights}. */
export function meterFields(form, config, i, about) {
  const meter = config.meters[i];
  const at = `meters[${i}].`;
  const lights = [[null, "No light"]];
  for (let n = 0; n < about.lights; n++) lights.push([n, `Light ${n + 1}`]);
  const profiles = about.profiles.map((name) => [name, name]);
  if (meter.profile && !about.profiles.includes(meter.profile)) profiles.push([meter.profile, `${meter.profile} (not on the device)`]);
  return h(
    "div",
    { class: "grid2" },
    form.field(`${at}address`, "Address", meter, "address", { kind: "number", required: true, hint: "Primary address, 0 to 250; 254 is a meter that is alone." }),
    form.field(`${at}profile`, "Profile", meter, "profile", { kind: "select", options: profiles, hint: "Which meter it is." }),
    form.field(`${at}light`, "Light input", meter, "light", { kind: "select", options: lights, hint: "Which sensor sees this meter's LED." }),
    form.field(`${at}energy`, "Direction of energy", meter, "energy", {
      kind: "select",
      otherwise: "both",
      options: [
        ["import", "Import only"],
        ["export", "Export only"],
        ["both", "Import and export"],
      ],
      hint: "One direction makes the check sharper.",
    }),
    form.field(`${at}poll_s`, "Time between readings", meter, "poll_s", { kind: "number", unit: "s", placeholder: "60", hint: "On the mean, 1 to 86400 s." })
  );
}

/** Broker, its certificate and its user. */
export function brokerFields(form, config, secrets, isSet) {
  const mqtt = config.mqtt;
  const ca = caField();
  const tls = form.field("mqtt.tls", "Encrypted and verified (TLS)", mqtt, "tls", { kind: "check", otherwise: true });
  const port = form.field("mqtt.port", "Port", mqtt, "port", { kind: "number", hint: "Empty: 8883 with TLS, 1883 without." });
  const box = form.fields.get("mqtt.tls").input;
  const plain = h("p", { class: "note" }, "Without TLS anybody in the network can read along, and pretend to be the broker.");
  const follow = () => {
    ca.hidden = !box.checked;
    plain.hidden = box.checked;
  };
  box.addEventListener("change", follow);
  follow();
  return [
    h(
      "div",
      { class: "grid2" },
      form.field("mqtt.host", "Name or address of the MQTT broker", mqtt, "host", { required: true, inputmode: "url", hint: "Such as homeassistant.local or 192.168.1.10." }),
      port
    ),
    tls,
    plain,
    ca,
    h(
      "div",
      { class: "grid2" },
      form.field("mqtt.user", "User at the broker", mqtt, "user", { hint: "Empty where the broker wants none." }),
      form.secret("secrets.mqtt_password", "Password at the broker", secrets, "mqtt_password", isSet)
    ),
  ];
}

function caField() {
  const said = h("p", { class: "hint", "aria-live": "polite", id: "ca-said" }, "PEM or DER, at most 4 KiB. It goes to the device at once.");
  const input = h("input", { type: "file", id: "ca-file", accept: ".pem,.crt,.cer,.der", "aria-describedby": "ca-said" });
  input.addEventListener("change", async () => {
    const file = input.files[0];
    if (!file) return;
    said.className = "hint";
    put(said, "Sending …");
    try {
      const bytes = der(new Uint8Array(await file.arrayBuffer()));
      if (bytes.length > MOST_BYTES) throw new Error(`${file.name} has ${bytes.length} bytes; at most ${MOST_BYTES} fit.`);
      await upload("ca.der", bytes);
      put(said, `${file.name} is on the device, ${bytes.length} bytes.`);
    } catch (e) {
      said.className = "wrong";
      put(said, e.message);
    }
  });
  return h("div", { class: "field" }, h("label", { for: "ca-file" }, "Certificate of the broker's CA"), input, said);
}

/** A certificate's bytes: the first of a PEM file, or what is given. */
function der(bytes) {
  const text = new TextDecoder("latin1").decode(bytes);
  const pem = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/.exec(text);
  if (!pem) {
    if (text.includes("-----BEGIN")) throw new Error("There is no certificate in this file.");
    return bytes;
  }
  return Uint8Array.from(atob(pem[1].replace(/\s/g, "")), (c) => c.charCodeAt(0));
}

/** What a configuration needs to be one, whatever was there. */
export function whole(given) {
  const config = given ? structuredClone(given) : {};
  if (absent(config.version)) config.version = 2;
  for (const key of ["mqtt", "bus"]) config[key] = config[key] || {};
  for (const key of ["wifi", "meters"]) config[key] = config[key] || [];
  return config;
}
