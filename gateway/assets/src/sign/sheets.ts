// The pages of a document: their zoom, and which one is in view.
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];

export class Sheets {
  readonly pages: HTMLElement[];
  private readonly thumbs: HTMLElement[];
  private readonly seen = new Set<Element>();
  private readonly pane: HTMLElement;
  private zoom = 1;
  private at = 1;

  constructor(private readonly work: HTMLElement) {
    this.pane = work.querySelector<HTMLElement>(".pane")!;
    this.pages = [...work.querySelectorAll<HTMLElement>("[data-page]")];
    this.thumbs = [...work.querySelectorAll<HTMLElement>("[data-thumb]")];
    this.watch();
    this.control(work.querySelector<HTMLElement>("[data-zoom]"));
  }

  // The number of the page in the middle of the view.
  get current(): number {
    return this.at;
  }

  private watch(): void {
    const observer = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) this.seen[entry.isIntersecting ? "add" : "delete"](entry.target);
        const page = this.pages.find((each) => this.seen.has(each));
        if (page) this.mark(Number(page.dataset.page));
      },
      { rootMargin: "-45% 0px -50% 0px" },
    );
    for (const page of this.pages) observer.observe(page);
    this.mark(1);
  }

  private mark(number: number): void {
    this.at = number;
    for (const thumb of this.thumbs) {
      const is = Number(thumb.dataset.thumb) === number;
      if (!is) thumb.removeAttribute("aria-current");
      else if (!thumb.hasAttribute("aria-current")) {
        thumb.setAttribute("aria-current", "true");
        if (thumb.offsetParent) thumb.scrollIntoView({ block: "nearest" });
      }
    }
  }

  private control(bar: HTMLElement | null): void {
    if (!bar) return;
    bar.hidden = false;
    bar.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("button");
      if (!button) return;
      if ("zoomFit" in button.dataset) return this.apply(1, bar);
      const next = ZOOMS.indexOf(this.zoom) + Number(button.dataset.zoomBy);
      this.apply(ZOOMS[Math.max(0, Math.min(next, ZOOMS.length - 1))], bar);
    });
  }

  private apply(zoom: number, bar: HTMLElement): void {
    const ratio = zoom / this.zoom;
    const [x, y] = [this.pane.scrollLeft + this.pane.clientWidth / 2, this.pane.scrollTop + this.pane.clientHeight / 2];
    const pageY = window.scrollY;
    this.zoom = zoom;
    this.work.style.setProperty("--zoom", String(zoom));
    bar.querySelector("[data-zoom-fit]")!.textContent = `${Math.round(zoom * 100)} %`;
    this.pane.scrollTo(x * ratio - this.pane.clientWidth / 2, y * ratio - this.pane.clientHeight / 2);
    if (pageY) window.scrollTo(0, pageY * ratio);
    for (const image of this.work.querySelectorAll<HTMLImageElement>(".sheet-picture")) image.sizes = `${image.clientWidth}px`;
  }
}
