// Settings: the main keys of the configuration by form.  Keys that the form does not show stay as they are.

import { get, post } from "./api.js";
import { h, refill } from "./dom.js";
import { baud, brokerFields, meterFields, whole } from "./fields.js";
import { Form } from "./form.js";
import { failed } from "./parts.js";

const MOST_NETWORKS = 8;

// What was entered last, as long as the device has not taken it: it is there again where it was refused.
let entered = null;

export function open(root, context) {
  root.append(h("p", { class: "panel loading soft" }, "Reading the settings …"));
  return {
    every: 3000,
    async poll() {
      const given = await get("/api/settings");
      if (!given.refused) entered = null;
      const [form, ...nodes] = build(given, context);
      root.replaceChildren(form.summary, ...nodes);
      if (given.refused) form.show("", given.refused);
      // Once they are read nothing is asked again: nobody's entries are overwritten.
      return "enough";
    },
  };
}

function panel(title, ...children) {
  const id = `s-${title.toLowerCase().replace(/\W+/g, "-")}`;
  return h("section", { class: "panel", "aria-labelledby": id }, h("h2", { id }, title), children);
}

function build(given, context) {
  const { config, secrets } = entered || { config: whole(given.config), secrets: { wifi: {} } };
  const form = new Form();
  const said = h("div", { "aria-live": "polite" });
  const save = h("button", { class: "main" }, "Save and restart");

  async function submit(event) {
    event.preventDefault();
    save.disabled = true;
    form.clear();
    said.replaceChildren();
    try {
      const { checked } = await post("/api/settings", { config, secrets });
      entered = { config, secrets };
      if (checked === false) context.restarting("The device starts again and checks the settings; this takes about 20 seconds.", "settings");
      else context.restarting("The settings are saved. The device starts again with them; this takes about 20 seconds.");
    } catch (e) {
      if (e.status === 422) form.show(e.message, e.errors);
      else if (e.status !== undefined) said.replaceChildren(failed(e));
      else throw e;
    } finally {
      save.disabled = false;
    }
  }

  return [
    form,
    h(
      "form",
      { onsubmit: submit, novalidate: true },
      panel("Meters", meters(form, config, given), baud(form, config, "The same for all meters on the bus.")),
      panel("Wi-Fi", networks(form, config, secrets, given)),
      panel("Broker", brokerFields(form, config, secrets, given.secrets.mqtt_password)),
      panel(
        "This page",
        form.field("web", "Show this page in the network", config, "web", { kind: "check", otherwise: true }),
        form.secret("secrets.web_password", "Password of this page", secrets, "web_password", given.secrets.web_password, {
          hint: "8 to 63 characters. Without one the page is not shown in the network.",
        })
      ),
      panel(
        "Name and time",
        h(
          "div",
          { class: "grid2" },
          form.field("gateway", "Name of the device in the topics", config, "gateway", { hint: "Empty: its hardware address." }),
          form.field("ntp", "Time servers", config, "ntp", { kind: "list", placeholder: "pool.ntp.org", hint: "Up to 4, with commas between." })
        )
      ),
      h("section", { class: "panel" }, h("details", null, h("summary", null, h("h2", null, "More")), more(form, config, given))),
      said,
      h("p", { class: "row" }, save, h("span", { class: "hint" }, "The device checks everything first."))
    ),
  ];
}

function more(form, config, given) {
  const mqtt = config.mqtt;
  const number = (path, label, holder, key, spec) => form.field(path, label, holder, key, { kind: "number", ...spec });
  const boards = [[null, "as built"], ...given.boards.map((name) => [name, name])];
  return h(
    "div",
    { class: "grid2" },
    form.field("mqtt.discovery", "Home Assistant finds the meters by itself", mqtt, "discovery", { kind: "check", otherwise: true }),
    form.field("mqtt.base", "Topics begin with", mqtt, "base", { placeholder: "lumbus" }),
    number("mqtt.status_s", "Time between status messages", mqtt, "status_s", { unit: "s", placeholder: "30" }),
    number("mqtt.keepalive_s", "Keep-alive", mqtt, "keepalive_s", { unit: "s", placeholder: "30" }),
    form.field("mqtt.server_name", "Name in the broker's certificate", mqtt, "server_name", { hint: "Empty: the broker's name." }),
    number("journal_kb", "Room for what waits for the broker", config, "journal_kb", { unit: "KiB", placeholder: "512" }),
    given.boards.length ? form.field("board", "Board", config, "board", { kind: "select", options: boards }) : null
  );
}

function meters(form, config, given) {
  const list = h("div");
  const add = h("button", { type: "button" }, "Add a meter");
  const draw = (focus) => {
    form.forget("meters[");
    list.replaceChildren(
      ...config.meters.map((m, i) => {
        const drop = h("button", { type: "button", class: "quiet", "aria-label": `Remove meter ${i + 1}` }, "Remove this meter");
        drop.addEventListener("click", () => {
          config.meters.splice(i, 1);
          draw();
          add.focus();
        });
        return h("fieldset", { class: "panel sub" }, h("legend", null, `Meter ${i + 1}`), meterFields(form, config, i, given), moreOfMeter(form, m, i), config.meters.length > 1 && drop);
      })
    );
    if (focus) form.fields.get(`meters[${config.meters.length - 1}].address`)?.input.focus();
  };
  add.addEventListener("click", () => {
    config.meters.push({ profile: given.profiles[0] });
    draw(true);
  });
  draw();
  return [list, h("p", null, add)];
}

function moreOfMeter(form, meter, i) {
  const field = (key, label, spec) => form.field(`meters[${i}].${key}`, label, meter, key, { kind: "number", ...spec });
  return h(
    "details",
    null,
    h("summary", null, "More of this meter"),
    h(
      "div",
      { class: "grid2" },
      field("poll_least_s", "Shortest time between readings", { unit: "s", hint: "Empty: a sixth of the mean." }),
      field("poll_most_s", "Longest time between readings", { unit: "s", hint: "Empty: four times the mean." }),
      field("secondary", "Secondary address", { kind: "text", hint: "16 digits: another meter is told as exchanged." }),
      field("light_gap_ms", "Flashes so soon after a pulse are none", { unit: "ms", hint: "Empty: what the profile gives." }),
      field("light_width_ms", "A pulse is lit for", { kind: "numbers", unit: "ms", hint: "Least and most, with a comma; empty: any." }),
      field("settle_s", "A suspicion lasts until it is told", { unit: "s", hint: "Empty: what the profile says." })
    )
  );
}

function networks(form, config, secrets, given) {
  const list = h("div");
  const add = h("button", { type: "button" }, "Add a network");
  const draw = (focus) => {
    form.forget("wifi[");
    form.forget("secrets.wifi.");
    list.replaceChildren(
      ...config.wifi.map((network, i) => {
        const drop = h("button", { type: "button", class: "quiet", "aria-label": `Remove network ${i + 1}` }, "Remove this network");
        drop.addEventListener("click", () => {
          if (given.secrets.wifi[network.ssid]) secrets.wifi[network.ssid] = null;
          config.wifi.splice(i, 1);
          draw();
          add.focus();
        });
        const password = h("div");
        const ssid = form.field(`wifi[${i}].ssid`, "Name of the network", network, "ssid", { required: true });
        // The password goes under the name that stands beside it.
        const follow = () =>
          refill(password, network.ssid || "", () => {
            const name = network.ssid || "";
            return form.secret(`secrets.wifi.${name}`, "Password of the network", secrets.wifi, name, !!given.secrets.wifi[name], {
              hint: "8 to 63 characters; none for an open network.",
            });
          });
        form.fields.get(`wifi[${i}].ssid`).input.addEventListener("change", follow);
        follow();
        return h("fieldset", { class: "panel sub" }, h("legend", null, `Network ${i + 1}`), h("div", { class: "grid2" }, ssid, password), drop);
      })
    );
    if (focus) form.fields.get(`wifi[${config.wifi.length - 1}].ssid`)?.input.focus();
    add.hidden = config.wifi.length >= MOST_NETWORKS;
  };
  add.addEventListener("click", () => {
    config.wifi.push({});
    draw(true);
  });
  draw();
  return [h("p", { class: "hint" }, "In order of preference. None: the device is wired."), list, h("p", null, add)];
}
