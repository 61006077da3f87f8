// Forms with data-upload: files can be dropped, are listed with their size, and go up with a progress bar.
import { csrfToken, each, enliven, follow } from "./page";

const UNITS = ["B", "KB", "MB", "GB"];

function sized(bytes: number): string {
  let unit = 0;
  while (bytes >= 1000 && unit < UNITS.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  return `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes)} ${UNITS[unit]}`;
}

class Upload {
  private readonly input: HTMLInputElement;
  private readonly list: HTMLElement;

  constructor(private readonly form: HTMLFormElement) {
    this.input = form.querySelector<HTMLInputElement>("input[type=file]")!;
    this.list = form.querySelector<HTMLElement>("[data-upload-list]")!;
    form.querySelectorAll<HTMLElement>("[data-drop-hint]").forEach((hint) => (hint.hidden = false));
    form.classList.add("upload-live");
    this.input.addEventListener("change", () => this.show());
    this.acceptDrops(form.querySelector<HTMLElement>("[data-drop]")!);
    form.addEventListener("submit", (event) => this.send(event));
  }

  private acceptDrops(zone: HTMLElement): void {
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, (event) => {
        event.preventDefault();
        zone.classList.add("drop-over");
      });
    }
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("drop-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      this.choose([...this.chosen(), ...(event.dataTransfer?.files ?? [])]);
    });
  }

  private chosen(): File[] {
    return this.input.multiple ? [...(this.input.files ?? [])] : [];
  }

  private choose(files: File[]): void {
    const transfer = new DataTransfer();
    for (const file of this.input.multiple ? files : files.slice(-1)) transfer.items.add(file);
    this.input.files = transfer.files;
    this.show();
  }

  private show(): void {
    const files = [...(this.input.files ?? [])];
    this.list.replaceChildren(...files.map((file, at) => this.line(file, at, files)));
  }

  private line(file: File, at: number, files: File[]): HTMLLIElement {
    const line = document.createElement("li");
    const name = document.createElement("span");
    const size = document.createElement("span");
    const remove = document.createElement("button");
    name.className = "upload-name";
    size.className = "quiet num";
    name.textContent = file.name;
    size.textContent = sized(file.size);
    remove.type = "button";
    remove.className = "btn btn-sm btn-quiet";
    remove.textContent = this.list.dataset.remove ?? "";
    remove.setAttribute("aria-label", `${this.list.dataset.remove}: ${file.name}`);
    remove.addEventListener("click", () => this.choose(files.filter((_, index) => index !== at)));
    line.append(name, size, remove);
    return line;
  }

  private send(event: SubmitEvent): void {
    if (!this.input.files?.length) return;
    event.preventDefault();
    const button = event.submitter as HTMLButtonElement | null;
    const bar = document.createElement("progress");
    bar.className = "meter";
    bar.max = 1;
    this.list.after(bar);
    if (button) button.disabled = true;
    const request = new XMLHttpRequest();
    request.open("POST", this.form.action);
    request.setRequestHeader("X-Soft-Redirect", "1");
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.upload.addEventListener("progress", (step) => (bar.value = step.total ? step.loaded / step.total : 0));
    request.addEventListener("loadend", () => {
      bar.remove();
      if (button) button.disabled = false;
      this.finish(request);
    });
    request.send(new FormData(this.form, button));
  }

  private finish(request: XMLHttpRequest): void {
    if (follow(request.getResponseHeader("X-Location"))) return;
    if (request.status === 422 && this.replace(request.responseText)) return;
    const text = request.status === 413 ? this.list.dataset.tooLarge : this.list.dataset.failed;
    const line = document.createElement("li");
    line.className = "upload-bad";
    line.setAttribute("role", "alert");
    line.textContent = text ?? "";
    this.list.append(line);
  }

  // The same form with its errors, out of the page that the server sent instead.
  private replace(html: string): boolean {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(this.form.id);
    if (!fresh) return false;
    const place = this.form.parentElement;
    this.form.replaceWith(fresh);
    if (place) enliven(place);
    return true;
  }
}

const live = new WeakSet<HTMLFormElement>();
each<HTMLFormElement>("form[data-upload]", (form) => {
  if (live.has(form)) return;
  live.add(form);
  new Upload(form);
});
