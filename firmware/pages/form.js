// A form over a configuration: each field writes to its place, and each fault of the firmware finds its field.

import { absent, h, put } from "./dom.js";

/** Asked with spec: {kind, hint, options, placeholder, unit, required, inputmode, autocomplete}. */
export class Form {
  constructor() {
    this.fields = new Map();
    this.summary = h("div", { class: "panel summary", role: "alert", tabindex: "-1", hidden: true });
  }

  /** A labelled field for holder[key]; an empty one takes the key away, so that its default holds. */
  field(path, label, holder, key, spec = {}) {
    const id = `f-${path}`;
    const hint = spec.hint && h("p", { class: "hint", id: `${id}-hint` }, spec.hint);
    const wrong = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
    const described = `${hint ? `${id}-hint ` : ""}${id}-wrong`;
    const common = { id, "aria-describedby": described, required: spec.required };
    const kind = spec.kind || "text";
    let input, node;
    if (kind === "check") {
      const given = holder[key];
      input = h("input", { ...common, type: "checkbox", checked: absent(given) ? !!spec.otherwise : given });
      input.addEventListener("change", () => (holder[key] = input.checked));
      node = h("div", { class: "field" }, h("label", { class: "check", for: id }, input, label), hint, wrong);
    } else if (kind === "select") {
      const at = spec.options.findIndex(([value]) => value === (absent(holder[key]) ? spec.otherwise ?? null : holder[key]));
      input = h("select", common, spec.options.map(([, text], i) => h("option", { value: String(i) }, text)));
      input.value = String(Math.max(at, 0));
      const take = () => {
        const value = spec.options[Number(input.value)][0];
        if (value === null) delete holder[key];
        else holder[key] = value;
      };
      if (at < 0) take();
      input.addEventListener("change", take);
      node = h("div", { class: "field" }, h("label", { for: id }, label), input, hint, wrong);
    } else {
      const value = holder[key];
      const shown = absent(value) ? "" : Array.isArray(value) ? value.join(", ") : String(value);
      input = h("input", {
        ...common,
        type: "text",
        value: shown,
        placeholder: spec.placeholder,
        inputmode: kind === "number" ? "numeric" : spec.inputmode,
        class: kind === "number" ? "short" : null,
        autocomplete: "off",
        autocapitalize: "none",
        spellcheck: "false",
      });
      input.addEventListener("input", () => {
        const text = input.value.trim();
        if (text === "") delete holder[key];
        // What is no number goes as it is: the firmware says what is allowed.
        else if (kind === "number") holder[key] = /^-?\d{1,9}$/.test(text) ? Number(text) : text;
        else if (kind === "numbers") holder[key] = text.split(",").map((t) => (/^\d{1,9}$/.test(t.trim()) ? Number(t) : t.trim()));
        else if (kind === "list") holder[key] = text.split(",").map((t) => t.trim()).filter(Boolean);
        else holder[key] = text;
      });
      const entry = spec.unit ? h("div", { class: "unit-in" }, input, h("span", { class: "soft" }, spec.unit)) : input;
      node = h("div", { class: "field" }, h("label", { for: id }, label), entry, hint, wrong);
    }
    this.fields.set(path, { input, wrong, node, label });
    return node;
  }

  /** A secret: never shown.  holder[key] absent: unchanged, null: removed. */
  secret(path, label, holder, key, isSet, spec = {}) {
    const id = `f-${path}`;
    const wrong = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
    const hint = spec.hint && h("p", { class: "hint", id: `${id}-hint` }, spec.hint);
    const input = h("input", {
      id,
      type: "password",
      autocomplete: "new-password",
      "aria-describedby": `${hint ? `${id}-hint ` : ""}${id}-wrong`,
      value: holder[key] || "",
    });
    const show = h("button", { type: "button", "aria-pressed": "false", "aria-label": `Show ${label}` }, "Show");
    show.addEventListener("click", () => {
      const isHidden = input.type === "password";
      input.type = isHidden ? "text" : "password";
      put(show, isHidden ? "Hide" : "Show");
      show.setAttribute("aria-pressed", String(isHidden));
    });
    input.addEventListener("input", () => {
      if (input.value) holder[key] = input.value;
      else delete holder[key];
    });
    const entry = h("div", { class: "unit-in" }, input, show);
    const word = h("span", { class: "soft", "aria-live": "polite" }, isSet ? "Set." : "Not set.");
    const change = h("button", { type: "button", class: "quiet", "aria-label": `Change: ${label}` }, "Change");
    const remove = h("button", { type: "button", class: "quiet", "aria-label": `Remove: ${label}` }, "Remove");
    const known = h("div", { class: "row" }, word, change, remove);
    entry.hidden = isSet;
    known.hidden = !isSet;
    change.addEventListener("click", () => {
      entry.hidden = false;
      put(word, "A new one:");
      change.hidden = remove.hidden = true;
      delete holder[key];
      input.focus();
    });
    remove.addEventListener("click", () => {
      holder[key] = null;
      put(word, "It is removed when you save.");
      remove.hidden = true;
      change.focus();
    });
    const node = h("div", { class: "field" }, h("label", { for: id }, label), known, entry, hint, wrong);
    this.fields.set(path, { input, wrong, node, label, reveal: () => entry.hidden && change.click() });
    return node;
  }

  /** Fields whose path begins so are there no more. */
  forget(prefix) {
    for (const path of [...this.fields.keys()]) if (path.startsWith(prefix)) this.fields.delete(path);
  }

  clear() {
    this.summary.hidden = true;
    for (const { input, wrong } of this.fields.values()) {
      input.removeAttribute("aria-invalid");
      wrong.hidden = true;
      put(wrong, "");
    }
  }

  /** Show the faults [[path, text]]: all at the top, each at its field; the summary gets the focus. */
  show(text, errors) {
    this.clear();
    const lines = errors.map(([path, what]) => {
      const field = this.fieldOf(path, what);
      const words = plain(what);
      if (!field) return h("li", null, path ? `${path}: ${words}` : words);
      field.reveal?.();
      // What is wrong is never behind something that is shut.
      for (let up = field.node; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
      field.input.setAttribute("aria-invalid", "true");
      field.wrong.hidden = false;
      put(field.wrong, field.wrong.textContent ? `${field.wrong.textContent} ${words}` : words);
      const link = h("a", { href: `#${field.input.id}` }, `${field.label}: ${words}`);
      link.addEventListener("click", (e) => {
        e.preventDefault();
        field.input.focus();
        field.node.scrollIntoView({ block: "center" });
      });
      return h("li", null, link);
    });
    const count = errors.length;
    const head = count ? `${count === 1 ? "One thing is" : `${count} things are`} not right yet. Nothing was changed.` : text;
    this.summary.replaceChildren(h("h2", null, head), ...(count ? [h("ul", null, lines)] : []));
    this.summary.hidden = false;
    this.summary.focus();
    this.summary.scrollIntoView({ block: "start" });
  }

  fieldOf(path, text) {
    const wanted = secretPath(path, text);
    if (this.fields.has(wanted)) return this.fields.get(wanted);
    for (const [name, field] of this.fields) {
      if (wanted && (name.startsWith(wanted) || wanted.startsWith(`${name} `))) return field;
      if (name.startsWith(wanted.replace(/\.$/, "")) && wanted.includes(".")) return field;
    }
    return null;
  }
}

/** The firmware tells of secrets by their file; the page by their field. */
export function secretPath(path, text) {
  if (path !== "secrets.json") return path;
  const ssid = /^wifi: the password of (.*) must /.exec(text);
  return ssid ? `secrets.wifi.${ssid[1]}` : `secrets.${text.split(":")[0]}`;
}

const plain = (text) =>
  text
    .replace(/^(mqtt_password|web_password|wifi): /, "")
    .replace("; put mqtt_password into secrets.json", "")
    .replace("; secrets.json has a password for it", ", but there is a password for it");
