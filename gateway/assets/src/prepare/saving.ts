// The plan saves itself and says when. What cannot be saved yet is kept in this browser until it can.
import { csrfToken } from "../page";
import type { Plan } from "./plan";

const WAIT = 1000;
const RETRY = 4000;
const PARTS = ["recipient", "type", "page", "x", "y", "width", "height", "required", "label"] as const;

interface Told {
  saved_at?: string;
  version?: number;
  problem?: string;
  person?: string | null;
}

export class Saving {
  private readonly place: HTMLElement;
  private readonly url: string;
  private readonly key: string;
  private waiting = 0;
  private running: Promise<boolean> | null = null;
  private pending = false;
  private saved = true;
  private version: number;

  constructor(
    work: HTMLElement,
    private readonly plan: Plan,
  ) {
    this.place = document.querySelector<HTMLElement>("[data-saved]")!;
    this.url = `${work.dataset.prepare}/plan`;
    this.key = `atrio-plan-${work.dataset.prepare}`;
    this.version = Number(work.dataset.version);
    this.restore();
    plan.addEventListener("changed", () => this.changed());
    this.undoing();
    const form = document.querySelector<HTMLFormElement>('form[action$="/send"]')!;
    form.addEventListener("submit", (event) => void this.send(event, form));
  }

  // What was kept for another state of the plan is of no use.
  private restore(): void {
    const kept = JSON.parse(localStorage.getItem(this.key) ?? "null") as { version: number; plan: ReturnType<Plan["stored"]> } | null;
    localStorage.removeItem(this.key);
    if (kept?.version === this.version) queueMicrotask(() => this.plan.restore(kept.plan));
  }

  private undoing(): void {
    const button = document.querySelector<HTMLButtonElement>("[data-undo]")!;
    button.hidden = false;
    button.addEventListener("click", () => this.plan.undo());
    this.plan.addEventListener("drawn", () => (button.disabled = !this.plan.canUndo));
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || isTyping()) return;
      event.preventDefault();
      this.plan.undo();
    });
  }

  private changed(): void {
    this.saved = false;
    localStorage.setItem(this.key, JSON.stringify({ version: this.version, plan: this.plan.stored() }));
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.save(), WAIT);
  }

  // One save at a time; what changes meanwhile is saved after it.
  private save(): Promise<boolean> {
    clearTimeout(this.waiting);
    if (this.running) {
      this.pending = true;
      return this.running;
    }
    this.running = this.post().finally(() => (this.running = null));
    return this.running.then((done) => {
      if (!this.pending) return done;
      this.pending = false;
      return this.save();
    });
  }

  private async post(): Promise<boolean> {
    this.say(this.plan.say("saving"));
    const { recipients, fields } = this.plan.stored();
    const body = JSON.stringify({ recipients, fields: fields.map((field) => Object.fromEntries(PARTS.map((part) => [part, field[part]]))) });
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": csrfToken() };
    const answer = await fetch(this.url, { method: "POST", credentials: "same-origin", headers, body }).catch(() => null);
    const told = (await answer?.json().catch(() => null)) as Told | null;
    if (answer?.ok && told?.version) {
      this.saved = !this.pending;
      this.version = told.version;
      localStorage.removeItem(this.key);
      this.say(this.plan.say("saved", { time: told.saved_at ?? "" }));
      return true;
    }
    if (told?.problem) this.say(this.plan.say("unsaved", { reason: this.reason(told) }), true);
    else {
      this.say(this.plan.say("offline"), true);
      this.waiting = window.setTimeout(() => void this.save(), RETRY);
    }
    return false;
  }

  private reason(told: Told): string {
    const name = told.person && this.plan.signers().length > 1 ? this.plan.name(told.person) : "";
    return name ? `${name}: ${told.problem}` : (told.problem ?? "");
  }

  private say(text: string, bad = false): void {
    this.place.textContent = text;
    this.place.classList.toggle("saved-bad", bad);
  }

  // It is sent as it is on the screen: first saved, then sent.
  private async send(event: SubmitEvent, form: HTMLFormElement): Promise<void> {
    if (this.saved && this.plan.fields.length && !this.running) return;
    event.preventDefault();
    if (await this.save()) form.submit();
    else this.plan.announce(this.place.textContent ?? "");
  }
}

function isTyping(): boolean {
  return Boolean(document.activeElement?.matches("input:not([type=radio]):not([type=checkbox]), textarea"));
}
