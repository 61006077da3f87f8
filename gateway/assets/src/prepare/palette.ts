// The types of fields: dragged onto a page, or chosen and put by a tap, or put by keyboard on the page in view.
import type { Sheets } from "../sign/sheets";
import type { Places } from "./places";
import type { Plan } from "./plan";

const DRAG_FROM = 5;
const GAP = 12;

export class Palette {
  private readonly buttons: HTMLButtonElement[];
  private readonly put: HTMLButtonElement;
  private readonly hint: HTMLElement;
  private chosen: HTMLButtonElement | null = null;
  private dragged = false;

  constructor(
    private readonly work: HTMLElement,
    private readonly plan: Plan,
    private readonly places: Places,
    private readonly sheets: Sheets,
  ) {
    const part = work.querySelector<HTMLElement>("[data-palette]")!;
    part.hidden = false;
    this.buttons = [...part.querySelectorAll<HTMLButtonElement>("[data-type]")];
    this.put = part.querySelector<HTMLButtonElement>("[data-put]")!;
    this.hint = part.querySelector<HTMLElement>("[data-hint]")!;
    for (const button of this.buttons) {
      button.addEventListener("pointerdown", (event) => this.drag(button, event));
      button.addEventListener("click", (event) => this.click(button, event));
    }
    this.put.addEventListener("click", () => this.chosen && this.toView(this.chosen));
    work.querySelector(".pane")!.addEventListener("click", (event) => this.tap(event as MouseEvent), true);
    work.querySelector(".pane")!.addEventListener("scroll", () => this.describe(), { passive: true });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.choose(null));
    plan.addEventListener("drawn", () => {
      part.querySelector("[data-for]")!.textContent = plan.active ? plan.say("for", { name: plan.name(plan.active) }) : plan.say("none");
    });
  }

  // By mouse or finger a field is chosen, for the tap that follows; by keyboard it goes on the page in view.
  private click(button: HTMLButtonElement, event: MouseEvent): void {
    if (this.dragged) this.dragged = false;
    else if (event.detail === 0) this.toView(button);
    else this.choose(this.chosen === button ? null : button);
  }

  private choose(button: HTMLButtonElement | null): void {
    this.chosen = button;
    for (const each of this.buttons) each.setAttribute("aria-pressed", String(each === button));
    this.work.classList.toggle("placing", Boolean(button));
    this.put.hidden = !button;
    this.hint.hidden = Boolean(button);
    this.describe();
  }

  private describe(): void {
    if (this.chosen) this.put.textContent = this.plan.say("place", { page: this.sheets.current });
  }

  private tap(event: MouseEvent): void {
    const found = this.chosen && this.places.at(event.clientX, event.clientY);
    if (!this.chosen || !found) return;
    event.stopPropagation();
    this.place(this.chosen, found.page, found.point.x, found.point.y);
  }

  // In the middle of the page in view, or below what stands there already.
  private toView(button: HTMLButtonElement): void {
    const page = this.sheets.current;
    const size = this.plan.pages.get(page)!;
    const [width, height] = [Number(button.dataset.width), Number(button.dataset.height)];
    const left = (size.width - width) / 2;
    let y = size.height / 2;
    const taken = this.plan.fields.filter((field) => field.page === page && field.x < left + width && field.x + field.width > left);
    for (const field of taken.sort((one, other) => one.y - other.y)) {
      if (field.y < y + height / 2 + GAP && field.y + field.height > y - height / 2 - GAP) y = field.y + field.height + GAP + height / 2;
    }
    this.place(button, page, size.width / 2, y);
  }

  private place(button: HTMLButtonElement, page: number, x: number, y: number): void {
    this.choose(null);
    if (!this.plan.active) return this.plan.announce(this.plan.say("none"));
    const [width, height] = [Number(button.dataset.width), Number(button.dataset.height)];
    const middle = { x: x - width / 2, y: y - height / 2 };
    const type = button.dataset.type!;
    const required = type !== "checkbox";
    const field = this.plan.add({ recipient: this.plan.active, type, page, ...middle, width, height, required, label: "" });
    this.places.focus(field.key);
  }

  private drag(button: HTMLButtonElement, start: PointerEvent): void {
    if (start.button !== 0) return;
    let ghost: HTMLElement | null = null;
    const move = (event: PointerEvent): void => {
      if (!ghost && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < DRAG_FROM) return;
      ghost ??= this.ghost(button);
      ghost.style.left = `${event.clientX - ghost.offsetWidth / 2}px`;
      ghost.style.top = `${event.clientY - ghost.offsetHeight / 2}px`;
    };
    const end = (event: PointerEvent): void => {
      button.removeEventListener("pointermove", move);
      button.removeEventListener("pointerup", end);
      button.removeEventListener("pointercancel", end);
      if (!ghost) return;
      ghost.remove();
      this.dragged = true;
      setTimeout(() => (this.dragged = false));
      const found = event.type === "pointerup" ? this.places.at(event.clientX, event.clientY) : null;
      if (found) this.place(button, found.page, found.point.x, found.point.y);
    };
    button.setPointerCapture(start.pointerId);
    button.addEventListener("pointermove", move);
    button.addEventListener("pointerup", end);
    button.addEventListener("pointercancel", end);
  }

  private ghost(button: HTMLButtonElement): HTMLElement {
    const ghost = document.createElement("div");
    const scale = this.places.scale(this.sheets.current);
    ghost.className = `type-ghost ${this.plan.colour(this.plan.active ?? "")}`;
    ghost.style.width = `${Number(button.dataset.width) * scale}px`;
    ghost.style.height = `${Number(button.dataset.height) * scale}px`;
    document.body.append(ghost);
    return ghost;
  }
}
