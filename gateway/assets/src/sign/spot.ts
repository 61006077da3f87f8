// Draws into the places on the pages what was filled in, as services/signing/stamping.py will stamp it.
import type { Ink } from "./ink";

const SVG = "http://www.w3.org/2000/svg";
const PADDING = 2;
const CAPTION_ROOM = 8;
const CAPTION_FROM_HEIGHT = 26;

function make(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.textContent = text;
  return element;
}

export class Spot {
  readonly width: number;
  readonly height: number;
  private readonly place: SVGGElement;

  constructor(readonly element: SVGAElement) {
    this.width = Number(element.dataset.width);
    this.height = Number(element.dataset.height);
    this.place = element.querySelector<SVGGElement>(".spot-value")!;
    const label = element.querySelector<SVGTextElement>(".spot-label");
    if (label) fit(label, this.width - 2 * PADDING);
  }

  signature(ink: Ink | null, caption: string): void {
    this.place.replaceChildren();
    if (!ink) return;
    const floor = caption && this.height >= CAPTION_FROM_HEIGHT ? CAPTION_ROOM : 0;
    if (floor) this.caption(caption);
    if (ink.drawing) this.drawing(ink.drawing, floor);
    else this.typed(ink, floor);
  }

  text(value: string): void {
    this.place.replaceChildren();
    if (!value) return;
    const size = Math.min(11, this.height / 1.2);
    const line = make("text", { x: PADDING, y: this.height / 2, "font-size": size, "dominant-baseline": "central" }, value);
    this.place.append(line);
    fit(line as SVGTextElement, this.width - 2 * PADDING);
  }

  checked(is: boolean): void {
    this.place.replaceChildren();
    if (!is) return;
    const side = Math.min(this.width, this.height);
    const [x, y] = [(this.width - side) / 2, (this.height - side) / 2];
    const path = `M${x + side * 0.18} ${y + side * 0.48} L${x + side * 0.42} ${y + side * 0.74} L${x + side * 0.84} ${y + side * 0.24}`;
    this.place.append(make("path", { class: "pen-line", d: path, "stroke-width": Math.max(side * 0.12, 0.8) }));
  }

  private drawing(href: string, floor: number): void {
    this.place.append(
      make("image", {
        href,
        x: PADDING,
        y: PADDING,
        width: this.width - 2 * PADDING,
        height: this.height - floor - PADDING,
        preserveAspectRatio: "xMinYMid meet",
      }),
    );
  }

  private typed(ink: Ink, floor: number): void {
    const room = this.height - floor;
    const size = Math.min(room * 0.78, 40);
    const line = make("text", { class: `pen font-${ink.font ?? "script"}`, x: 2 * PADDING, "font-size": size }, ink.typed);
    this.place.append(line);
    const drawn = fit(line as SVGTextElement, this.width - 4 * PADDING);
    line.setAttribute("y", String(room - (room - drawn * 0.62) / 2));
  }

  private caption(text: string): void {
    const y = this.height - CAPTION_ROOM;
    this.place.append(make("line", { class: "caption-line", x1: 0, x2: this.width, y1: y + 0.6, y2: y + 0.6 }));
    const line = make("text", { class: "caption", x: 0, y: this.height - 0.7, "font-size": 5.5 }, text);
    this.place.append(line);
    fit(line as SVGTextElement, this.width);
  }
}

// Make a line as much smaller as it needs to be as wide as `width` at most; return its size.
function fit(line: SVGTextElement, width: number): number {
  const size = Number(line.getAttribute("font-size"));
  const wide = line.getComputedTextLength();
  const fitting = wide > width ? (size * width) / wide : size;
  line.setAttribute("font-size", String(fitting));
  return fitting;
}
