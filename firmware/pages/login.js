// Log in: one password, and how long to wait behind a wrong one.

import { post } from "./api.js";
import { h, put } from "./dom.js";

export function open(root, context) {
  const input = h("input", { id: "password", type: "password", autocomplete: "current-password", required: true, "aria-describedby": "login-wrong" });
  const wrong = h("p", { id: "login-wrong", class: "wrong", role: "alert" });
  const button = h("button", { class: "main" }, "Log in");
  let timer = null;

  function hold(seconds, text) {
    clearInterval(timer);
    const until = Date.now() + seconds * 1000;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      button.disabled = left > 0;
      put(button, left > 0 ? `Wait ${left} s` : "Log in");
      if (left <= 0) clearInterval(timer);
    };
    put(wrong, text);
    tick();
    timer = setInterval(tick, 500);
  }

  async function submit(event) {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    put(wrong, "");
    try {
      await post("/api/login", { password: input.value });
      context.again();
      return;
    } catch (e) {
      const wait = Number(e.body?.wait_s || 0);
      hold(wait, wait ? `${e.message} The next try is taken in ${wait} s.` : e.message);
      input.setAttribute("aria-invalid", "true");
      input.focus();
      input.select();
    }
  }

  root.append(
    context.hello.password_set
      ? h(
          "form",
          { class: "panel narrow", onsubmit: submit },
          h("div", { class: "field" }, h("label", { for: "password" }, "Password of this page"), input, wrong),
          h("p", null, button),
          h("p", { class: "hint" }, "Forgotten? Hold the device's button for 3 seconds: it opens its own Wi-Fi, where a new one can be set.")
        )
      : h("p", { class: "panel" }, "No password is set for this page, so it stays closed here. Set one at the device's own Wi-Fi: hold its button for 3 seconds.")
  );
  return { close: () => clearInterval(timer) };
}
