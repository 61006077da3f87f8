// The fields on the pages: drawn in the points in which they are stored, moved by pointer and by keyboard.
import { type Field, type Plan, SMALLEST } from "./plan";

const SVG = "http://www.w3.org/2000/svg";
const GRIP = 8;
const SNAP = 3;
const MOVES: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

interface Point {
  x: number;
  y: number;
}

export class Places {
  private readonly layers = new Map<number, SVGSVGElement>();
  private readonly drawn = new Map<number, SVGGElement>();
  private telling = 0;

  constructor(
    work: HTMLElement,
    private readonly plan: Plan,
  ) {
    for (const layer of work.querySelectorAll<SVGSVGElement>("[data-places]")) {
      this.layers.set(Number(layer.dataset.places), layer);
      layer.replaceChildren();
      layer.addEventListener("pointerdown", (event) => event.target === layer && this.plan.select(null));
    }
    plan.addEventListener("drawn", () => this.draw());
  }

  // The page at a point of the window, and the point on it; null beside the pages.
  at(clientX: number, clientY: number): { page: number; point: Point } | null {
    for (const [page, layer] of this.layers) {
      const box = layer.getBoundingClientRect();
      if (clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom) continue;
      return { page, point: this.point(page, clientX, clientY) };
    }
    return null;
  }

  focus(key: number): void {
    const element = this.drawn.get(key);
    element?.scrollIntoView({ block: "center", inline: "nearest" });
    element?.focus({ preventScroll: true });
  }

  // How many pixels a point of the page is on the screen.
  scale(page: number): number {
    return this.layers.get(page)!.getBoundingClientRect().width / this.plan.pages.get(page)!.width;
  }

  private point(page: number, clientX: number, clientY: number): Point {
    const box = this.layers.get(page)!.getBoundingClientRect();
    const size = this.plan.pages.get(page)!;
    return { x: ((clientX - box.left) / box.width) * size.width, y: ((clientY - box.top) / box.height) * size.height };
  }

  private draw(): void {
    const kept = new Set(this.plan.fields.map((field) => field.key));
    for (const [key, element] of this.drawn) {
      if (kept.has(key)) continue;
      element.remove();
      this.drawn.delete(key);
    }
    for (const field of this.plan.fields) this.put(this.drawn.get(field.key) ?? this.make(field.key), field);
  }

  private make(key: number): SVGGElement {
    const group = element("g", { tabindex: 0, role: "button" }) as SVGGElement;
    group.append(element("rect", { class: "place-box", rx: 2 }), element("text", { class: "place-label", "dominant-baseline": "central" }));
    group.append(element("rect", { class: "place-grip", width: GRIP, height: GRIP, rx: 1.5 }));
    group.addEventListener("pointerdown", (event) => this.grab(key, event));
    group.addEventListener("keydown", (event) => this.key(key, event));
    group.addEventListener("focus", () => this.plan.select(key));
    this.drawn.set(key, group);
    return group;
  }

  private put(group: SVGGElement, field: Field): void {
    const layer = this.layers.get(field.page)!;
    if (group.parentNode !== layer) layer.append(group);
    const [box, label, grip] = group.children;
    const is = field.key === this.plan.selected;
    group.setAttribute("class", `place ${this.plan.colour(field.recipient)}${field.required ? "" : " place-optional"}`);
    group.setAttribute("aria-pressed", String(is));
    group.setAttribute("aria-label", `${this.plan.title(field)}, ${this.plan.say("page", { page: field.page })}`);
    set(box, { x: field.x, y: field.y, width: field.width, height: field.height });
    const size = Math.min(9, field.height * 0.6);
    set(label, { x: field.x + 4, y: field.y + field.height / 2, "font-size": size });
    label.textContent = short(field, this.plan, size);
    set(grip, { x: field.x + field.width - GRIP / 2, y: field.y + field.height - GRIP / 2 });
  }

  private grab(key: number, event: PointerEvent): void {
    const field = this.plan.field(key);
    const group = this.drawn.get(key);
    if (!field || !group || event.button !== 0) return;
    event.stopPropagation();
    const sizing = (event.target as Element).classList.contains("place-grip");
    const start = this.point(field.page, event.clientX, event.clientY);
    const [dx, dy] = [start.x - field.x, start.y - field.y];
    let current = field;
    const move = (at: PointerEvent): void => {
      const to = sizing ? null : this.at(at.clientX, at.clientY);
      const page = to?.page ?? field.page;
      const point = to?.point ?? this.point(field.page, at.clientX, at.clientY);
      const moved = sizing
        ? { ...field, width: Math.max(point.x - field.x, SMALLEST), height: Math.max(point.y - field.y, SMALLEST) }
        : this.snapped({ ...field, page, x: point.x - dx, y: point.y - dy });
      current = this.plan.inside(moved);
      this.put(group, current);
    };
    const end = (): void => {
      for (const [name, listener] of Object.entries({ pointermove: move, pointerup: end, pointercancel: end })) {
        group.removeEventListener(name, listener as EventListener);
      }
      if (differ(current, field)) this.plan.change(() => Object.assign(field, current));
    };
    group.setPointerCapture(event.pointerId);
    group.addEventListener("pointermove", move);
    group.addEventListener("pointerup", end);
    group.addEventListener("pointercancel", end);
  }

  // Fields close to a line with another one are put on it.
  private snapped(field: Field): Field {
    const others = this.plan.fields.filter((each) => each.page === field.page && each.key !== field.key);
    const x = others.map((each) => each.x).find((each) => Math.abs(each - field.x) < SNAP);
    const foot = field.y + field.height;
    const y = others.map((each) => each.y + each.height).find((each) => Math.abs(each - foot) < SNAP);
    return { ...field, x: x ?? field.x, y: y === undefined ? field.y : y - field.height };
  }

  private key(key: number, event: KeyboardEvent): void {
    const field = this.plan.field(key);
    if (!field) return;
    const step = MOVES[event.key];
    const turn = { PageDown: 1, PageUp: -1 }[event.key];
    if (step && event.shiftKey) this.change(field, { width: field.width + 2 * step[0], height: field.height + 2 * step[1] });
    else if (step) this.change(field, { x: field.x + 2 * step[0], y: field.y + 2 * step[1] });
    else if (turn && this.plan.pages.has(field.page + turn)) this.change(field, { page: field.page + turn }, true);
    else if (event.key === "Delete" || event.key === "Backspace") this.plan.remove(key);
    else if (event.key === "Escape") this.plan.select(null);
    else return;
    event.preventDefault();
  }

  private change(field: Field, values: Partial<Field>, refocus = false): void {
    this.plan.change(() => Object.assign(field, this.plan.inside({ ...field, ...values })));
    if (refocus) this.focus(field.key);
    clearTimeout(this.telling);
    const word = "width" in values ? "size" : "at";
    const rounded = Object.fromEntries((["x", "y", "width", "height"] as const).map((each) => [each, Math.round(field[each])]));
    this.telling = window.setTimeout(() => this.plan.announce(this.plan.say(word, rounded)), 400);
  }
}

function differ(one: Field, other: Field): boolean {
  return (["page", "x", "y", "width", "height"] as const).some((name) => one[name] !== other[name]);
}

function short(field: Field, plan: Plan, size: number): string {
  if (field.type === "checkbox") return "";
  const type = field.label || plan.types.get(field.type) || "";
  const full = plan.signers().length > 1 ? `${type} · ${plan.name(field.recipient).split(" ")[0]}` : type;
  const room = Math.floor((field.width - 6) / (size * 0.55));
  return full.length > room ? `${full.slice(0, Math.max(room - 1, 0))}…` : full;
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name);
  set(made, attributes);
  return made;
}

function set(target: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) target.setAttribute(name, String(value));
}
