// Filling in: each place on the pages opens what fills it, Next leads to the next open one, Finish sends the form.
import type { Ink } from "./ink";
import { Spot } from "./spot";
import { Pad } from "./pad";
import { Step } from "./step";

export class Ceremony {
  private readonly steps: Step[];
  private readonly pad: Pad;
  private readonly entry: HTMLDialogElement;
  private readonly next: HTMLButtonElement;
  private readonly finish: HTMLButtonElement;
  private readonly status: HTMLElement;
  private readonly adopted = new Map<string, Ink>();
  private changed = false;

  constructor(
    private readonly form: HTMLFormElement,
    work: HTMLElement,
  ) {
    const spots = new Map(
      [...work.querySelectorAll<SVGAElement>("[data-spot]")].map((each) => [each.dataset.spot, new Spot(each)]),
    );
    this.steps = [...form.querySelectorAll<HTMLElement>("[data-step]")].map(
      (each) => new Step(each, spots.get(each.dataset.step)!, form),
    );
    this.pad = new Pad(document.querySelector<HTMLDialogElement>("#pad")!);
    this.entry = document.querySelector<HTMLDialogElement>("#entry")!;
    this.next = document.querySelector<HTMLButtonElement>("[data-next]")!;
    this.finish = document.querySelector<HTMLButtonElement>("[data-finish]")!;
    this.status = form.querySelector<HTMLElement>("[data-status]")!;
    this.begin();
  }

  private begin(): void {
    this.form.classList.add("signing-live");
    document.querySelector<HTMLElement>("[data-progress]")!.hidden = false;
    this.next.hidden = false;
    for (const step of this.steps) step.listen(() => this.open(step), () => this.leadTo(step));
    this.next.addEventListener("click", () => this.goOn());
    this.finish.addEventListener("click", () => this.explain());
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.entry.querySelector("[data-close]")!.addEventListener("click", () => this.entry.close());
    // Leaving with something filled in asks; sending it, or declining in the dialog, does not.
    document.addEventListener("submit", (event) => (event.target as Element).id === "decline" && this.leave(), true);
    window.addEventListener("pageshow", () => this.update());
    window.addEventListener("beforeunload", (event) => this.changed && event.preventDefault());
    this.update();
  }

  private open(step: Step): void {
    if (step.type === "checkbox") return this.filled(step, () => step.check());
    if (step.type === "signature" || step.type === "initials") return this.sign(step);
    this.write(step);
  }

  // A signature that was made once is put into the other places by one tap; a second tap makes another one.
  private sign(step: Step): void {
    const before = this.adopted.get(step.type);
    if (before && !step.isFilled) return this.filled(step, () => step.ink(before));
    const name = this.form.dataset.signer ?? "";
    const proposed = step.type === "signature" ? name : initials(name);
    this.pad.open(step.type as "signature" | "initials", step.name, proposed, (ink) => {
      this.adopted.set(step.type, ink);
      this.filled(step, () => step.ink(ink));
    });
    step.liftAbove(this.pad.height);
  }

  private write(step: Step): void {
    const input = this.entry.querySelector<HTMLInputElement>("#entry-text")!;
    this.entry.querySelector("#entry-title")!.textContent = step.name;
    input.type = step.type === "date" ? "date" : "text";
    input.maxLength = 1000;
    input.value = step.value;
    this.entry.onclose = () => {
      if (input.value !== step.value) this.filled(step, () => step.write(input.value.trim()));
    };
    this.entry.showModal();
    step.liftAbove(this.entry.offsetHeight);
    input.focus();
    if (input.type === "text") input.select();
  }

  private filled(step: Step, act: () => void): void {
    act();
    step.settle();
    this.changed = true;
    this.update();
    const open = this.steps.some((each) => each.isOpen);
    this.status.textContent = open ? this.count() : (this.form.dataset.ready ?? "");
  }

  private goOn(): void {
    const open = this.steps.filter((step) => step.isOpen);
    const here = this.steps.findIndex((step) => step.hasFocus);
    const target = open.find((step) => this.steps.indexOf(step) > here) ?? open[0];
    if (!target) return this.finish.focus();
    if (target.hasFocus || (open.length === 1 && target.isNext && target.wasShown)) return this.open(target);
    this.leadTo(target);
  }

  private leadTo(step: Step): void {
    step.show();
    this.update(step);
  }

  private submit(event: SubmitEvent): void {
    if (this.explain()) event.preventDefault();
    else this.leave();
  }

  // Lead to what is still open, and say so; return whether something is.
  private explain(): boolean {
    const missing = this.steps.find((step) => step.isOpen);
    if (!missing) return false;
    this.leadTo(missing);
    this.status.textContent = (this.form.dataset.missing ?? "").replace("{field}", missing.name);
    return true;
  }

  private leave(): void {
    this.changed = false;
  }

  private update(preferred?: Step): void {
    const next = preferred?.isOpen ? preferred : this.steps.find((step) => step.isOpen);
    for (const step of this.steps) step.draw(step === next, this.form.dataset);
    const required = this.steps.filter((step) => step.isRequired);
    const done = required.filter((step) => step.isFilled).length;
    document.querySelector("[data-progress-text]")!.textContent = this.count();
    const meter = document.querySelector<HTMLProgressElement>("[data-progress] progress")!;
    Object.assign(meter, { max: required.length, value: done });
    const ready = done === required.length;
    if (ready) this.finish.removeAttribute("aria-disabled");
    else this.finish.setAttribute("aria-disabled", "true");
    this.finish.classList.toggle("btn-primary", ready);
    this.next.classList.toggle("btn-primary", !ready);
    this.next.hidden = ready;
  }

  private count(): string {
    const done = this.steps.filter((step) => step.isRequired && step.isFilled).length;
    return (this.form.dataset.count ?? "").replace("{done}", String(done));
  }
}

function initials(name: string): string {
  return name
    .split(/[\s-]+/)
    .filter(Boolean)
    .map((word) => word[0].toUpperCase())
    .join("");
}
