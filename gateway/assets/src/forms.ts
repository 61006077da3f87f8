// Small help in forms: the summary of errors gets the focus, passwords can be shown, a code sends itself.
import { each, toast } from "./page";

each<HTMLElement>("[data-focus]", (element) => element.focus());

each<HTMLButtonElement>("[data-show-password]", (button) => {
  const input = document.getElementById(button.dataset.showPassword ?? "") as HTMLInputElement | null;
  if (!input) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  });
});

each<HTMLInputElement>("[data-code]", (input) => {
  input.addEventListener("input", () => {
    const digits = input.value.replace(/\D/g, "").slice(0, 6);
    if (input.value !== digits) input.value = digits;
    if (digits.length === 6 && input.dataset.code !== "wait") input.form?.requestSubmit();
  });
});

each<HTMLInputElement>("[data-length-of]", (input) => {
  const shown = document.getElementById(`length-${input.dataset.lengthOf}`);
  const bar = shown?.querySelector("progress");
  const word = shown?.querySelector("[role=status]");
  if (!shown || !bar || !word) return;
  const least = Number(input.dataset.least);
  input.addEventListener("input", () => {
    const count = [...input.value].length;
    shown.hidden = count === 0;
    bar.value = Math.min(count, least);
    const text = (count < least ? shown.dataset.under : shown.dataset.enough) ?? "";
    word.textContent = text.replace("{count}", String(count)).replace("{least}", String(least));
  });
});

each<HTMLButtonElement>("[data-print]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

each<HTMLButtonElement>("[data-wait]", (button) => {
  const word = button.textContent ?? "";
  const until = Date.now() + Number(button.dataset.wait) * 1000;
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? (button.dataset.waitText ?? "").replace("{seconds}", String(left)) : word;
    if (left > 0) setTimeout(tick, 1000);
  };
  tick();
});

each<HTMLButtonElement>("[data-copy]", (button) => {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    toast(document.getElementById("toasts")?.dataset.copied ?? "");
  });
});

each<HTMLFormElement>("[data-autosubmit]", (form) => {
  form.addEventListener("change", () => form.requestSubmit());
});

// A form is sent once, however often its button is pressed, until the visitor comes back to the page.
const REST = 8000;
const sent = new WeakMap<HTMLFormElement, number>();
let left = 0;

document.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (event.defaultPrevented || form.method !== "post") return;
  if (Date.now() - (sent.get(form) ?? 0) < REST) return event.preventDefault();
  left = Date.now();
  sent.set(form, left);
  form.querySelectorAll("[data-busy]").forEach((button) => button.setAttribute("aria-disabled", "true"));
});
// What the page still asked for in the background says nothing any more: after "Sign out" it would lead to the sign-in.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (Date.now() - left < REST) event.preventDefault();
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  left = 0;
  document.querySelectorAll<HTMLFormElement>("form").forEach((form) => sent.delete(form));
  document.querySelectorAll("[data-busy]").forEach((button) => button.removeAttribute("aria-disabled"));
});

// A notification is marked read on the way to its page.
each<HTMLAnchorElement>("[data-notice]", (link) => {
  link.addEventListener("click", (event) => {
    const button = link.parentElement?.querySelector<HTMLButtonElement>("button[name=id]");
    if (!button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const path = document.createElement("input");
    Object.assign(path, { type: "hidden", name: "path", value: link.getAttribute("href") });
    button.form?.append(path);
    button.form?.requestSubmit(button);
  });
});
