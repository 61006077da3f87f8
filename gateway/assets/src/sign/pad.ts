// The dialog in which a signature or initials are drawn, typed or taken from a picture.
import SignaturePad from "signature_pad";
import { type Ink, fromPicture, png } from "./ink";

const SAMPLE_EDGE = 14; // a script's capitals reach out of their line

type Way = "draw" | "type" | "upload";

export class Pad {
  private readonly tabs: HTMLButtonElement[];
  private readonly canvas: HTMLCanvasElement;
  private readonly text: HTMLInputElement;
  private readonly picture: HTMLImageElement;
  private readonly file: HTMLInputElement;
  private readonly error: HTMLElement;
  private readonly use: HTMLButtonElement;
  private readonly colour = getComputedStyle(document.documentElement).getPropertyValue("--pen").trim();
  private readonly pen: SignaturePad;
  private lifted: string | null = null;
  private way: Way = "draw";
  private taken: (ink: Ink) => void = () => {};

  constructor(private readonly dialog: HTMLDialogElement) {
    const find = <E extends Element>(selector: string): E => dialog.querySelector<E>(selector)!;
    this.tabs = [...dialog.querySelectorAll<HTMLButtonElement>("[data-way]")];
    this.canvas = find("canvas");
    this.text = find("#pad-text");
    this.picture = find(".pad-picture");
    this.file = find("[data-picture]");
    this.error = find("[data-error]");
    this.use = find("[data-use]");
    this.pen = new SignaturePad(this.canvas, { penColor: this.colour, minWidth: 0.9, maxWidth: 2.8, throttle: 8 });
    this.listen();
  }

  // Open for `kind`, "signature" or "initials"; `proposed` stands in the text at first. `taken` gets what was made.
  open(kind: "signature" | "initials", title: string, proposed: string, taken: (ink: Ink) => void): void {
    this.taken = taken;
    this.dialog.querySelector("#pad-title")!.textContent = title;
    for (const each of [this.use, this.dialog.querySelector<HTMLElement>("[data-text-label]")!]) {
      each.textContent = each.dataset[kind] ?? "";
    }
    this.text.value = proposed;
    this.dialog.showModal();
    this.clear();
    this.show(this.way);
  }

  // How far up from the foot of the window it reaches.
  get height(): number {
    return this.dialog.offsetHeight;
  }

  private listen(): void {
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.show(tab.dataset.way as Way));
      tab.addEventListener("keydown", (event) => this.key(event));
    }
    this.text.addEventListener("input", () => this.sample());
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      void this.take();
    });
    this.file.addEventListener("change", () => void this.read());
    this.use.addEventListener("click", () => void this.take());
    this.pen.addEventListener("beginStroke", () => this.say(null));
    this.dialog.querySelector("[data-clear]")!.addEventListener("click", () => this.clear());
    this.dialog.querySelector("[data-close]")!.addEventListener("click", () => this.dialog.close());
    window.addEventListener("resize", () => this.dialog.open && this.way === "draw" && this.fit());
  }

  private key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = this.tabs.indexOf(event.currentTarget as HTMLButtonElement);
    const next = this.tabs[(at + step + this.tabs.length) % this.tabs.length];
    this.show(next.dataset.way as Way);
    next.focus();
    event.preventDefault();
  }

  private show(way: Way): void {
    this.way = way;
    for (const tab of this.tabs) {
      const is = tab.dataset.way === way;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
      this.dialog.querySelector<HTMLElement>(`#pad-${tab.dataset.way}`)!.hidden = !is;
    }
    this.say(null);
    if (way === "draw") this.fit();
    if (way === "type") this.sample();
  }

  // As many pixels as the screen has, so that lines are sharp; what was drawn stays.
  private fit(): void {
    const ratio = Math.max(window.devicePixelRatio, 2);
    const width = Math.round(this.canvas.clientWidth * ratio);
    const height = Math.round(this.canvas.clientHeight * ratio);
    if (this.canvas.width === width && this.canvas.height === height) return;
    const drawn = this.pen.toData();
    Object.assign(this.canvas, { width, height });
    this.canvas.getContext("2d")!.scale(ratio, ratio);
    this.pen.fromData(drawn);
  }

  private clear(): void {
    this.pen.clear();
    this.lifted = null;
    this.picture.hidden = true;
    this.dialog.querySelector<HTMLElement>("[data-no-picture]")!.hidden = false;
    this.file.value = "";
    if (this.way === "type" && this.dialog.contains(document.activeElement)) this.text.select();
    this.say(null);
  }

  private sample(): void {
    for (const place of this.dialog.querySelectorAll<HTMLElement>("[data-sample]")) {
      place.textContent = this.text.value;
      place.style.fontSize = "";
      const size = parseFloat(getComputedStyle(place).fontSize);
      const room = place.parentElement!.clientWidth - 2 * SAMPLE_EDGE;
      if (place.scrollWidth > room && room > 0) place.style.fontSize = `${(size * room) / place.scrollWidth}px`;
    }
  }

  private async read(): Promise<void> {
    const file = this.file.files?.[0];
    if (!file) return;
    this.lifted = await fromPicture(file, this.colour).catch(() => null);
    this.picture.hidden = !this.lifted;
    this.dialog.querySelector<HTMLElement>("[data-no-picture]")!.hidden = Boolean(this.lifted);
    if (this.lifted) this.picture.src = this.lifted;
    this.say(this.lifted ? null : this.dialog.dataset.wordsPicture);
  }

  private async take(): Promise<void> {
    const ink = this.made();
    if (!ink) return this.say(this.dialog.dataset.wordsEmpty);
    this.dialog.close();
    this.taken(ink);
  }

  private made(): Ink | null {
    if (this.way === "type") {
      const typed = this.text.value.trim();
      const font = this.dialog.querySelector<HTMLInputElement>("[name=pad-font]:checked")!.value;
      return typed ? { typed, font } : null;
    }
    const drawing = this.way === "upload" ? this.lifted : this.pen.isEmpty() ? null : png(this.canvas);
    return drawing ? { drawing } : null;
  }

  private say(text: string | null | undefined): void {
    this.error.hidden = !text;
    this.error.textContent = text ?? "";
    if (text) this.error.setAttribute("role", "alert");
  }
}
