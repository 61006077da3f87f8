// One form that needs a passkey: its button asks for options, lets the browser sign, and sends the form with the answer.
import { ask, follow } from "../page";
import { type Json, answer, creationOptions, requestOptions } from "./encoding";

export function supported(): boolean {
  return window.isSecureContext && "PublicKeyCredential" in window && "credentials" in navigator;
}

let waiting: AbortController | null = null; // the browser has one question at a time

export class Ceremony {
  private busy = false;

  constructor(readonly form: HTMLFormElement) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      if (this.field.value) return;
      event.preventDefault();
      void this.begin();
    });
  }

  private get field(): HTMLInputElement {
    return this.form.elements.namedItem("credential") as HTMLInputElement;
  }

  private async begin(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.say("");
    try {
      const options = await this.options();
      if (options) this.send(await this.sign(options));
    } catch (error) {
      this.say(this.reason(error));
    } finally {
      this.busy = false;
    }
  }

  // Return the server's options; null where it leads elsewhere first.
  async options(quiet = false): Promise<Json | null> {
    const response = await ask(this.form.dataset.options ?? "", { method: "POST" });
    if (!quiet && follow(response.headers.get("X-Location"))) return null;
    const body = (await response.json()) as { options?: Json; error?: string };
    if (!body.options) throw new Refused(body.error ?? "");
    return body.options;
  }

  async sign(options: Json, mediation?: CredentialMediationRequirement): Promise<PublicKeyCredential> {
    waiting?.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    const made =
      this.form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: creationOptions(options), signal })
        : await navigator.credentials.get({ publicKey: requestOptions(options), signal, mediation });
    return made as PublicKeyCredential;
  }

  send(credential: PublicKeyCredential): void {
    this.field.value = JSON.stringify(answer(credential));
    this.takeAlong("remember");
    this.form.requestSubmit();
  }

  // "Remember this device" stands in the form beside and counts for a passkey too.
  private takeAlong(name: string): void {
    const box = document.querySelector<HTMLInputElement>(`input[type=checkbox][name=${name}]:checked`);
    if (!box || box.form === this.form) return;
    const copy = document.createElement("input");
    Object.assign(copy, { type: "hidden", name, value: box.value });
    this.form.append(copy);
  }

  private reason(error: unknown): string {
    const words = this.form.dataset;
    if (error instanceof Refused && error.message) return error.message;
    const name = error instanceof DOMException ? error.name : "";
    if (name === "InvalidStateError") return words.exists ?? "";
    return (name === "NotAllowedError" || name === "AbortError" ? words.cancelled : words.failed) ?? "";
  }

  private say(text: string): void {
    const place = this.form.querySelector<HTMLElement>("[data-passkey-error]");
    const word = place?.querySelector("span");
    if (!place || !word) return;
    word.textContent = text;
    place.hidden = !text;
    if (text) place.focus();
  }
}

class Refused extends Error {}
