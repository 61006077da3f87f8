// A form with files: they go up three at a time, each with a line of its own, and then the form with their ids.
import { csrfToken, enliven, follow } from "./page";
import { type Words, Line, words } from "./upload_line";

export interface Uploads {
  add(form: HTMLFormElement, files: File[]): void;
}

const AT_ONCE = 3;

class UploadForm {
  private readonly inputs: HTMLInputElement[];
  private readonly list: HTMLElement;
  private readonly words: Words;
  private lines: Line[] = [];
  private sending: HTMLButtonElement | null = null;
  private isSending = false;

  constructor(private readonly form: HTMLFormElement) {
    this.inputs = [...form.querySelectorAll<HTMLInputElement>("input[type=file]")];
    this.list = form.querySelector<HTMLElement>("[data-upload-list]")!;
    this.words = words(this.list);
    form.addEventListener("submit", (event) => this.submit(event));
  }

  add(files: File[]): void {
    if (!this.inputs[0].multiple) [...this.lines].forEach((line) => line.remove());
    const wanted = this.inputs[0].multiple ? files : files.slice(-1);
    for (const file of wanted) {
      const line = new Line(file, this.words, () => this.step(), () => this.forget(line));
      this.lines.push(line);
      this.list.append(line.element);
    }
    // The lines have them: a form that sent them as well would send them twice.
    if (this.target) this.inputs.forEach((input) => (input.value = ""));
    else this.keep();
    if (this.isSending) this.step();
  }

  private get target(): string {
    return this.list.dataset.target ?? "";
  }

  // Where files cannot go by themselves they stay in the form's field.
  private keep(): void {
    const transfer = new DataTransfer();
    for (const line of this.lines) transfer.items.add(line.file);
    this.inputs[0].files = transfer.files;
  }

  private forget(line: Line): void {
    this.lines = this.lines.filter((other) => other !== line);
    if (!this.target) this.keep();
    if (this.isSending) this.step();
  }

  private submit(event: SubmitEvent): void {
    if (!this.lines.length) return;
    event.preventDefault();
    this.sending = event.submitter as HTMLButtonElement | null;
    this.isSending = true;
    this.lines.forEach((line) => line.again());
    this.step();
  }

  // Begin what waits; once all is there, send the form.
  private step(): void {
    if (!this.isSending) return;
    if (this.sending) this.sending.disabled = true;
    if (!this.target) return this.send();
    const going = this.lines.filter((line) => line.state === "going").length;
    const waiting = this.lines.filter((line) => line.state === "waiting");
    waiting.slice(0, Math.max(0, AT_ONCE - going)).forEach((line) => line.start(this.endpoint(), csrfToken()));
    if (this.lines.some((line) => line.state === "going" || line.state === "waiting" || line.state === "paused")) return;
    const bad = this.lines.find((line) => line.state === "bad");
    if (!bad) return this.send();
    this.isSending = false;
    if (this.sending) this.sending.disabled = false;
    bad.focus();
  }

  private endpoint(): string {
    const url = new URL(this.target, window.location.href);
    const fields = new FormData(this.form);
    for (const name of ["request_id", "folder_id"]) {
      const value = fields.get(name);
      if (typeof value === "string" && value) url.searchParams.set(name, value);
    }
    if (fields.get("share") === "yes") url.searchParams.set("share", "true");
    return url.pathname + url.search;
  }

  private send(): void {
    this.isSending = false;
    const body = new FormData();
    for (const line of this.lines) if (line.documentId) body.append("uploaded", line.documentId);
    for (const [name, value] of new FormData(this.form, this.sending)) body.append(name, value);
    const request = new XMLHttpRequest();
    request.open("POST", this.form.action);
    request.setRequestHeader("X-Soft-Redirect", "1");
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    if (!this.target) request.upload.addEventListener("progress", (step) => this.lines.forEach((line) => line.show(step.loaded, step.total)));
    request.addEventListener("loadend", () => {
      if (this.sending) this.sending.disabled = false;
      this.finish(request);
    });
    request.send(body);
  }

  private finish(request: XMLHttpRequest): void {
    if (follow(request.getResponseHeader("X-Location"))) return;
    if (request.status === 422 && this.replace(request.responseText)) return;
    const line = document.createElement("li");
    line.className = "upload-bad";
    line.setAttribute("role", "alert");
    line.textContent = request.status === 413 ? this.words.too_large : this.words.failed;
    this.list.append(line);
  }

  // The same form with its errors, out of the page that the server sent instead; what has arrived stays with it.
  private replace(html: string): boolean {
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById(this.form.id);
    if (!(fresh instanceof HTMLElement)) return false;
    const form = document.importNode(fresh, true) as HTMLFormElement;
    const place = this.form.parentElement;
    this.form.replaceWith(form);
    if (place) enliven(place);
    const next = uploads.of(form);
    next.lines = this.lines.filter((line) => line.documentId || !this.target);
    next.lines.forEach((line) => {
      line.onRemove = () => next.forget(line);
      next.list.append(line.element);
    });
    if (!this.target) next.keep();
    return true;
  }
}

class AllUploads implements Uploads {
  private readonly forms = new WeakMap<HTMLFormElement, UploadForm>();

  of(form: HTMLFormElement): UploadForm {
    let found = this.forms.get(form);
    if (!found) this.forms.set(form, (found = new UploadForm(form)));
    return found;
  }

  add(form: HTMLFormElement, files: File[]): void {
    this.of(form).add(files);
  }
}

export const uploads = new AllUploads();
