// The list of placed fields, and what can be set of the one that is selected.
import type { Places } from "./places";
import type { Field, Plan } from "./plan";

export class Placed {
  private readonly list: HTMLElement;
  private readonly nothing: HTMLElement;
  private readonly panel: HTMLElement;
  private readonly who: HTMLSelectElement;
  private readonly label: HTMLInputElement;
  private readonly required: HTMLInputElement;
  private readonly every: HTMLElement;

  constructor(
    work: HTMLElement,
    private readonly plan: Plan,
    private readonly places: Places,
  ) {
    const find = <E extends HTMLElement>(selector: string): E => work.querySelector<E>(selector)!;
    this.list = find("[data-placed]");
    this.nothing = find("[data-nothing]");
    this.panel = find("[data-selected]");
    this.who = find("#sel-who");
    this.label = find("#sel-label");
    this.required = find("#sel-required");
    this.every = find("[data-every-page]");
    this.who.addEventListener("change", () => this.set({ recipient: this.who.value }));
    this.label.addEventListener("change", () => this.set({ label: this.label.value.trim() }));
    this.required.addEventListener("change", () => this.set({ required: this.required.checked }));
    this.every.addEventListener("click", () => this.onEveryPage());
    find("[data-remove]").addEventListener("click", () => plan.selected !== null && plan.remove(plan.selected));
    plan.addEventListener("drawn", () => this.draw());
  }

  private set(values: Partial<Field>): void {
    const field = this.plan.field(this.plan.selected);
    if (field) this.plan.change(() => Object.assign(field, values));
  }

  private onEveryPage(): void {
    const field = this.plan.field(this.plan.selected);
    if (!field) return;
    const same = (each: Field): boolean => each.type === field.type && each.recipient === field.recipient;
    const missing = [...this.plan.pages.keys()].filter((page) => !this.plan.fields.some((each) => same(each) && each.page === page));
    this.plan.copyTo(field, missing);
  }

  private draw(): void {
    const ordered = [...this.plan.fields].sort((one, other) => one.page - other.page || one.y - other.y || one.x - other.x);
    this.list.replaceChildren(...ordered.map((field) => this.line(field)));
    this.nothing.hidden = ordered.length > 0;
    const field = this.plan.field(this.plan.selected);
    this.panel.hidden = !field;
    if (!field) return;
    this.panel.querySelector("[data-selected-name]")!.textContent = this.plan.types.get(field.type) ?? "";
    this.who.replaceChildren(...this.plan.signers().map((one) => new Option(this.plan.name(one.key), one.key)));
    this.who.value = field.recipient;
    if (document.activeElement !== this.label) this.label.value = field.label;
    this.required.checked = field.required;
    this.every.hidden = this.plan.pages.size < 2;
  }

  private line(field: Field): HTMLLIElement {
    const line = document.createElement("li");
    const button = Object.assign(document.createElement("button"), { type: "button", className: `placed-line ${this.plan.colour(field.recipient)}` });
    const dot = Object.assign(document.createElement("span"), { className: "dot" });
    const text = Object.assign(document.createElement("span"), { textContent: this.plan.title(field) });
    const page = Object.assign(document.createElement("span"), { className: "quiet num", textContent: this.plan.say("page", { page: field.page }) });
    if (field.key === this.plan.selected) button.setAttribute("aria-current", "true");
    button.append(dot, text, page);
    button.addEventListener("click", () => this.places.focus(field.key));
    line.append(button);
    return line;
  }
}
