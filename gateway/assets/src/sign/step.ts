// One field: its line in the list, its inputs in the form, its spot on the page.
import type { Ink } from "./ink";
import type { Spot } from "./spot";

export class Step {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly isRequired: boolean;
  isNext = false;
  wasShown = false;
  private readonly go: HTMLButtonElement;
  private readonly inputs: Record<"text" | "typed" | "font" | "drawing" | "checked", HTMLInputElement | null>;

  constructor(
    private readonly line: HTMLElement,
    private readonly spot: Spot,
    private readonly form: HTMLFormElement,
  ) {
    this.id = line.dataset.step!;
    this.type = line.dataset.type!;
    this.name = line.dataset.name!;
    this.isRequired = "required" in line.dataset;
    this.go = line.querySelector<HTMLButtonElement>("[data-go]")!;
    this.go.hidden = false;
    const input = (name: string) => form.elements.namedItem(`${name}.${this.id}`) as HTMLInputElement | null;
    this.inputs = {
      text: input("text"),
      typed: input("typed"),
      font: input("font"),
      drawing: input("drawing"),
      checked: input("checked"),
    };
    spot.element.setAttribute("role", "button");
    this.paint();
    void document.fonts.ready.then(() => this.paint());
  }

  get isFilled(): boolean {
    const { text, typed, drawing, checked } = this.inputs;
    return Boolean(checked?.checked || text?.value || typed?.value || drawing?.value);
  }

  get isOpen(): boolean {
    return this.isRequired && !this.isFilled;
  }

  get hasFocus(): boolean {
    const focused = document.activeElement;
    return focused === this.spot.element || this.line.contains(focused);
  }

  get value(): string {
    return this.inputs.text?.value ?? "";
  }

  listen(open: () => void, lead: () => void): void {
    this.spot.element.addEventListener("click", (event) => {
      event.preventDefault();
      open();
    });
    this.spot.element.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      open();
    });
    this.go.addEventListener("click", () => {
      lead();
      open();
    });
  }

  check(): void {
    const box = this.inputs.checked!;
    box.checked = !box.checked;
  }

  write(text: string): void {
    this.inputs.text!.value = text;
  }

  // One drawing is sent once, however many places it stands in: the others name the first.
  ink(ink: Ink): void {
    const { typed, font, drawing } = this.inputs;
    this.handOver(drawing!.value);
    typed!.value = ink.typed ?? "";
    font!.value = ink.font ?? "script";
    drawing!.value = "";
    if (!ink.drawing) return;
    const same = this.drawings().find((each) => each.value === ink.drawing);
    drawing!.value = same ? `=${same.name.slice("drawing.".length)}` : ink.drawing;
  }

  // Those that name this one keep what they show.
  private handOver(old: string): void {
    const [first, ...others] = this.drawings().filter((each) => each.value === `=${this.id}`);
    if (!first) return;
    first.value = old;
    for (const other of others) other.value = `=${first.name.slice("drawing.".length)}`;
  }

  private drawings(): HTMLInputElement[] {
    return [...this.form.querySelectorAll<HTMLInputElement>('input[name^="drawing."]')];
  }

  // What the server found wrong with it is over once it is filled in anew.
  settle(): void {
    this.line.classList.remove("fill-bad");
    this.line.querySelector(":scope > .field-error")?.remove();
    this.paint();
  }

  show(): void {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.spot.element.scrollIntoView({ block: "center", inline: "center", behavior: still ? "auto" : "smooth" });
    this.spot.element.focus({ preventScroll: true });
    this.wasShown = true;
  }

  // Scroll so that the place can be seen above a dialog of this height.
  liftAbove(height: number): void {
    const hidden = this.spot.element.getBoundingClientRect().bottom + height + 24 - window.innerHeight;
    if (hidden <= 0) return;
    const pane = this.spot.element.closest<HTMLElement>(".pane");
    if (pane && pane.scrollHeight > pane.clientHeight) pane.scrollBy(0, hidden);
    else window.scrollBy(0, hidden);
  }

  draw(isNext: boolean, words: DOMStringMap): void {
    this.isNext = isNext;
    const state = this.isFilled ? "done" : isNext ? "next" : "open";
    this.line.dataset.state = this.spot.element.dataset.state = state;
    const said = this.isFilled ? words.done : this.isRequired ? words.open : `${words.optional}, ${words.open}`;
    this.line.querySelector("[data-state]")!.textContent = `, ${said}`;
    this.spot.element.setAttribute("aria-label", `${this.name}, ${said}`);
  }

  private paint(): void {
    const { text, typed, font, drawing, checked } = this.inputs;
    if (this.type === "checkbox") return this.spot.checked(Boolean(checked?.checked));
    if (this.type === "date") return this.spot.text(longDate(text?.value ?? ""));
    if (this.type === "text") return this.spot.text(text?.value ?? "");
    const ink = this.isFilled ? { drawing: this.resolved(drawing!.value), typed: typed!.value, font: font!.value } : null;
    this.spot.signature(ink, this.type === "signature" ? (this.form.dataset.caption ?? "") : "");
  }

  private resolved(drawing: string): string {
    if (!drawing.startsWith("=")) return drawing;
    return (this.form.elements.namedItem(`drawing.${drawing.slice(1)}`) as HTMLInputElement | null)?.value ?? "";
  }
}

function longDate(iso: string): string {
  const day = new Date(`${iso}T00:00`);
  if (Number.isNaN(day.getTime())) return "";
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" }).format(day);
}
