// A link with data-dialog opens its page in a dialog; a form in it is sent from there, errors come back into it.
import { ask, each, enliven, failed, follow } from "./page";

const IN_DIALOG = { "X-Dialog": "1" };

function make(): HTMLDialogElement {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    const target = event.target as Element;
    if (target === dialog || target.closest("[data-close-dialog]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("submit", (event) => send(dialog, event as SubmitEvent));
  document.body.append(dialog);
  return dialog;
}

function fill(dialog: HTMLDialogElement, html: string): void {
  dialog.innerHTML = html;
  enliven(dialog);
  (dialog.querySelector<HTMLElement>("[data-focus]") ?? dialog.querySelector<HTMLElement>("[autofocus]"))?.focus();
}

async function open(url: string): Promise<void> {
  const response = await ask(url, {}, IN_DIALOG).catch(() => null);
  if (!response) return failed();
  if (follow(response.headers.get("X-Location"))) return;
  if (!response.ok) return void window.location.assign(url);
  const dialog = make();
  fill(dialog, await response.text());
  dialog.showModal();
}

async function send(dialog: HTMLDialogElement, event: SubmitEvent): Promise<void> {
  const form = event.target as HTMLFormElement;
  if (form.matches("[data-upload]")) return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  const response = await ask(form.action, { method: "POST", body }, IN_DIALOG).catch(() => null);
  if (response && follow(response.headers.get("X-Location"))) return;
  if (response && (response.ok || response.status === 422)) return fill(dialog, await response.text());
  event.submitter?.removeAttribute("aria-disabled");
  failed();
}

each<HTMLAnchorElement>("a[data-dialog]", (link) => {
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(link.href).catch(() => window.location.assign(link.href));
  });
});
