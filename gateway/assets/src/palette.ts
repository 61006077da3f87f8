// The command palette of the admin: Ctrl-K, a few letters, Enter.
import { ask } from "./page";

const palette = document.getElementById("palette") as HTMLDialogElement | null;

class Palette {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;
  private readonly pages: HTMLElement[];
  private found: HTMLElement[] = [];
  private at = 0;
  private waiting = 0;

  constructor(private readonly dialog: HTMLDialogElement) {
    this.input = dialog.querySelector("input")!;
    this.list = dialog.querySelector("[role=listbox]")!;
    this.pages = [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
    this.input.addEventListener("input", () => this.filter());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.go((event.target as Element).closest("[role=option]")));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }

  open(): void {
    if (this.dialog.open) return;
    this.input.value = "";
    this.filter();
    this.dialog.showModal();
    this.input.focus();
  }

  private filter(): void {
    const wanted = fold(this.input.value);
    this.found = [];
    this.draw(this.named(wanted));
    clearTimeout(this.waiting);
    if (wanted.length > 1) this.waiting = window.setTimeout(() => this.find(this.input.value), 150);
  }

  private async find(query: string): Promise<void> {
    const response = await ask(`${this.list.dataset.find}?q=${encodeURIComponent(query)}`).catch(() => null);
    if (!response?.ok || query !== this.input.value) return;
    const holder = document.createElement("ul");
    holder.innerHTML = await response.text();
    this.found = [...holder.querySelectorAll<HTMLElement>("[role=option]")];
    this.draw([...this.named(fold(query)), ...this.found]);
  }

  // Pages and actions that have every word in their name, first those whose name begins with what was typed.
  private named(wanted: string): HTMLElement[] {
    const words = wanted.split(/\s+/);
    const names = new Map(this.pages.map((page) => [page, fold(page.textContent ?? "")]));
    const found = this.pages.filter((page) => words.every((word) => names.get(page)!.includes(word)));
    return found.sort((a, b) => Number(names.get(b)!.startsWith(wanted)) - Number(names.get(a)!.startsWith(wanted)));
  }

  private draw(options: HTMLElement[]): void {
    options.forEach((option, index) => (option.id = `palette-${index}`));
    if (options.length) this.list.replaceChildren(...options);
    else this.list.replaceChildren(this.nothing());
    this.mark(0);
  }

  private nothing(): HTMLElement {
    const line = document.createElement("li");
    line.className = "quiet";
    line.textContent = this.list.dataset.nothing ?? "";
    return line;
  }

  private options(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>("[role=option]")];
  }

  private mark(at: number): void {
    const options = this.options();
    this.at = options.length ? (at + options.length) % options.length : 0;
    options.forEach((option, index) => option.setAttribute("aria-selected", String(index === this.at)));
    this.input.setAttribute("aria-activedescendant", options[this.at]?.id ?? "");
    options[this.at]?.scrollIntoView({ block: "nearest" });
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.mark(this.at + (event.key === "ArrowDown" ? 1 : -1));
      event.preventDefault();
    }
    const option = this.options()[this.at];
    if (event.key === "Enter" && option) {
      event.preventDefault();
      this.go(option);
    }
  }

  private go(option: Element | null): void {
    const href = option?.getAttribute("data-href");
    if (href) window.location.assign(href);
  }
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{Mark}/gu, "").toLowerCase().trim();
}

if (palette) {
  const live = new Palette(palette);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      live.open();
    }
  });
  document.querySelectorAll("[data-command]").forEach((link) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      live.open();
    }),
  );
}
