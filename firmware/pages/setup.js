// Set-up, step by step, from nothing to a configuration that the firmware takes.

import { get, post } from "./api.js";
import { h } from "./dom.js";
import { brokerFields, whole } from "./fields.js";
import { Form } from "./form.js";
import { failed } from "./parts.js";
import { metersStep } from "./setup_meters.js";
import { wifiStep } from "./setup_wifi.js";

const STEPS = [
  { name: "Wi-Fi", title: "Choose the Wi-Fi", paths: /^wifi|^secrets\.wifi/, make: wifiStep },
  { name: "Broker", title: "Where readings are sent", paths: /^mqtt|^secrets\.mqtt/, make: brokerStep },
  { name: "Meters", title: "Find the meters", paths: /^bus|^meters/, make: metersStep },
  { name: "Password", title: "A password for this page", paths: /^web|^secrets\.web/, make: passwordStep },
  { name: "Review", title: "Check and save", paths: /^$/, make: reviewStep },
];

export function open(root, context) {
  root.append(h("p", { class: "panel loading soft" }, "Reading the device …"));
  let wizard = null;
  return {
    every: 2000,
    close: () => wizard?.close(),
    async poll() {
      wizard = new Wizard(root, context, await get("/api/settings"));
      wizard.go(0, true);
      return "enough";
    },
  };
}

class Wizard {
  constructor(root, context, given) {
    this.root = root;
    this.context = context;
    this.given = given;
    this.config = whole(given.config);
    this.secrets = { wifi: {} };
    // What steps remember that is no part of the configuration.
    this.memory = {};
    this.at = 0;
  }

  close() {
    this.step?.close?.();
  }

  go(index, isFirst) {
    this.close();
    this.at = index;
    const { title, make } = STEPS[index];
    const form = (this.form = new Form());
    this.step = make(this, form);
    const heading = h("h2", { tabindex: "-1", id: "step-title" }, title);
    const isLast = index === STEPS.length - 1;
    this.said = h("div", { "aria-live": "polite" });
    this.next = h("button", { class: "main" }, isLast ? "Save and start" : "Continue");
    const back = index > 0 && h("button", { type: "button", onclick: () => this.go(index - 1) }, "Back");
    this.root.replaceChildren(
      h(
        "ol",
        { class: "steps", "aria-label": "Steps" },
        STEPS.map(({ name }, i) => h("li", { class: i < index ? "done" : null, "aria-current": i === index ? "step" : null }, name))
      ),
      form.summary,
      h(
        "form",
        { class: "panel", novalidate: true, "aria-labelledby": "step-title", onsubmit: (e) => this.submit(e) },
        heading,
        this.step.nodes,
        this.said,
        h("p", { class: "row between" }, back || h("span"), this.next)
      )
    );
    if (!isFirst) {
      heading.focus();
      scrollTo(0, 0);
    }
  }

  async submit(event) {
    event.preventDefault();
    this.form.clear();
    const errors = this.step.check?.() || [];
    if (errors.length) this.form.show("", errors);
    else if (this.at < STEPS.length - 1) this.go(this.at + 1);
    else await this.save();
  }

  async save() {
    this.next.disabled = true;
    try {
      await post("/api/settings", { config: this.config, secrets: this.secrets });
    } catch (e) {
      this.next.disabled = false;
      if (e.status === undefined) throw e;
      if (e.status === 422 && e.errors.length) this.toFault(e);
      else this.said.replaceChildren(failed(e));
      return;
    }
    this.context.restarting(
      "Saved. The device starts again and joins your Wi-Fi; this takes about 20 seconds. Stay on the device’s own Wi-Fi: this page goes on by itself. If your phone left it, join it again."
    );
  }

  /** Open the first step that has a fault of the firmware's, with all of its faults. */
  toFault(e) {
    const path = ([p, text]) => (p === "secrets.json" ? `secrets.${text}` : p);
    const index = STEPS.findIndex(({ paths }) => e.errors.some((fault) => paths.test(path(fault))));
    if (index >= 0) this.go(index);
    this.form.show(e.message, e.errors);
  }
}

function brokerStep(wizard, form) {
  return {
    nodes: brokerFields(form, wizard.config, wizard.secrets, wizard.given.secrets.mqtt_password),
    check() {
      const { host, user } = wizard.config.mqtt;
      const errors = [];
      if (!host) errors.push(["mqtt.host", "say where the broker is"]);
      const hasPassword = wizard.secrets.mqtt_password || (wizard.given.secrets.mqtt_password && wizard.secrets.mqtt_password !== null);
      if (user && !hasPassword) errors.push(["secrets.mqtt_password", "this user needs a password"]);
      if (!user && wizard.secrets.mqtt_password) errors.push(["mqtt.user", "say whose password this is"]);
      return errors;
    },
  };
}

function passwordStep(wizard, form) {
  const again = { value: wizard.memory.again };
  return {
    nodes: [
      h("p", null, "Later this page is in your network too, behind this password. Without one it is closed there."),
      form.secret("secrets.web_password", "Password", wizard.secrets, "web_password", wizard.given.secrets.web_password, { hint: "8 to 63 characters." }),
      form.secret("again", "The same again", again, "value", false),
    ],
    check() {
      wizard.memory.again = again.value;
      const password = wizard.secrets.web_password;
      if (password && (password.length < 8 || password.length > 63)) return [["secrets.web_password", `has ${password.length} characters; 8 to 63 are needed`]];
      if (password && again.value !== password) return [["again", "this is another one than above"]];
      return [];
    },
  };
}

function reviewStep(wizard) {
  const { config, secrets, given } = wizard;
  const { mqtt } = config;
  const port = mqtt.port || (mqtt.tls === false ? 1883 : 8883);
  const networks = config.wifi.map((n) => n.ssid).join(", ");
  const has = (name) => secrets[name] || (given.secrets[name] && secrets[name] !== null);
  const words = { import: "import", export: "export", both: "import and export" };
  const rows = [
    [0, "Wi-Fi", networks || "none: by network cable"],
    [1, "Broker", `${mqtt.host || "?"}:${port}, ${mqtt.tls === false ? "not encrypted" : "encrypted (TLS)"}, ${mqtt.user ? `user ${mqtt.user}` : "no user"}`],
    [2, "Meters", config.meters.map((m) => `address ${m.address ?? "?"}, ${m.profile}, ${m.light === undefined || m.light === null ? "no light" : `light ${m.light + 1}`}, ${words[m.energy || "both"]}, each ${m.poll_s || 60} s`).join("; ")],
    [2, "Bus", `${config.bus.baud || 2400} baud`],
    [3, "This page", has("web_password") ? "in your network, behind a password" : "not in your network: no password"],
  ];
  return {
    nodes: [
      h(
        "dl",
        { class: "pairs" },
        rows.map(([step, key, value]) =>
          h("div", null, h("dt", null, key), h("dd", { class: "row between" }, h("span", null, value), h("button", { type: "button", class: "quiet", "aria-label": `Change ${key}`, onclick: () => wizard.go(step) }, "Change")))
        )
      ),
      h("p", { class: "hint" }, "The device checks everything first. Then it starts again with it, and shows each part as it comes to life."),
    ],
  };
}
