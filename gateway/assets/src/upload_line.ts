// One file on its way: its line with progress, speed and buttons, and the upload itself, which is gone on with after a
// lost connection and after a reload (tus 1.0).
import { Upload } from "tus-js-client";

export type Words = Record<string, string>;
export type State = "waiting" | "going" | "paused" | "bad" | "done";

const PIECE = 16 * 1024 * 1024;
const WAITS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 30000, 60000, 60000];
const UNITS = ["B", "KB", "MB", "GB"];

export function words(list: HTMLElement): Words {
  return JSON.parse(list.dataset.words ?? "{}") as Words;
}

export function sized(bytes: number): string {
  let unit = 0;
  while (bytes >= 1000 && unit < UNITS.length - 1) {
    bytes /= 1000;
    unit += 1;
  }
  return `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes)} ${UNITS[unit]}`;
}

function part<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text = ""): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

export class Line {
  readonly element = part("li", "upload-line");
  state: State = "waiting";
  documentId = "";
  private readonly bar = part("progress", "meter");
  private readonly note = part("span", "quiet num upload-note");
  private readonly pause: HTMLButtonElement;
  private readonly drop: HTMLButtonElement;
  private upload: Upload | null = null;
  private began = 0;
  private at = 0;

  constructor(
    readonly file: File,
    private readonly words: Words,
    private readonly onChange: () => void,
    public onRemove: () => void,
  ) {
    this.pause = this.button(words.pause, () => this.press());
    this.drop = this.button(words.remove, () => this.remove());
    this.bar.max = 1;
    this.bar.value = 0;
    this.bar.hidden = true;
    this.bar.setAttribute("aria-label", file.name);
    const buttons = part("span", "upload-buttons");
    buttons.append(this.pause, this.drop);
    this.element.append(part("span", "upload-name", file.name), this.note, buttons, this.bar);
    this.set("waiting", sized(file.size));
  }

  private button(label: string, act: () => void): HTMLButtonElement {
    const button = part("button", "btn btn-sm btn-quiet", label);
    button.type = "button";
    button.setAttribute("aria-label", `${label}: ${this.file.name}`);
    button.addEventListener("click", act);
    return button;
  }

  private set(state: State, note: string): void {
    this.state = state;
    this.note.textContent = note;
    this.element.classList.toggle("upload-failed", state === "bad");
    this.note.setAttribute("role", state === "bad" ? "alert" : "none");
    const label = { going: this.words.pause, paused: this.words.resume, bad: this.words.retry, waiting: "", done: "" }[state];
    this.pause.hidden = !label || !this.upload;
    this.pause.textContent = label;
    this.pause.setAttribute("aria-label", `${label}: ${this.file.name}`);
    this.drop.hidden = state === "done";
  }

  focus(): void {
    (this.pause.hidden ? this.drop : this.pause).focus();
  }

  again(): void {
    if (this.state === "bad") this.set("waiting", sized(this.file.size));
  }

  private press(): void {
    if (this.state === "going") {
      void this.upload?.abort();
      this.set("paused", this.words.paused);
    } else {
      this.go();
    }
    this.onChange();
  }

  remove(): void {
    if (this.upload && this.state !== "done") void this.upload.abort(true).catch(() => undefined);
    this.element.remove();
    this.onRemove();
  }

  show(sent: number, total: number): void {
    this.bar.hidden = false;
    this.bar.value = total ? sent / total : 0;
  }

  start(endpoint: string, token: string): void {
    this.upload = new Upload(this.file, {
      endpoint,
      chunkSize: PIECE,
      retryDelays: WAITS,
      removeFingerprintOnSuccess: true,
      headers: { "X-CSRF-Token": token },
      metadata: { filename: this.file.name, filetype: this.file.type },
      onShouldRetry: (error) => this.isPassing(error.originalResponse?.getStatus() ?? 0),
      onProgress: (sent, total) => this.progress(sent, total),
      onError: (error) => this.fail("originalResponse" in error ? (error.originalResponse?.getBody() ?? "") : ""),
      onSuccess: ({ lastResponse }) => {
        this.documentId = lastResponse.getHeader("Upload-Document") ?? "";
        this.bar.value = 1;
        if (this.documentId) this.set("done", this.words.done);
        else this.fail("");
        this.onChange();
      },
    });
    this.set("going", sized(this.file.size));
    this.upload
      .findPreviousUploads()
      .then((found) => {
        if (found.length) this.upload?.resumeFromPreviousUpload(found[0]);
        this.go();
      })
      .catch(() => this.fail(""));
  }

  private go(): void {
    this.began = 0;
    this.set("going", sized(this.file.size));
    this.upload?.start();
  }

  // Lost connections and a part that is down pass; what was refused stays refused.
  private isPassing(status: number): boolean {
    const passing = !status || status >= 500 ? status !== 507 : [400, 409, 423, 429, 460].includes(status);
    if (passing) this.note.textContent = this.words.waiting;
    return passing;
  }

  private progress(sent: number, total: number): void {
    const now = performance.now();
    if (!this.began) [this.began, this.at] = [now, sent];
    this.show(sent, total);
    const seconds = (now - this.began) / 1000;
    const speed = seconds > 0.5 ? ` · ${sized((sent - this.at) / seconds)}/s` : "";
    if (this.state === "going") this.note.textContent = `${Math.floor((100 * sent) / Math.max(total, 1))} % · ${sized(total)}${speed}`;
  }

  private fail(body: string): void {
    let code = "";
    try {
      code = (JSON.parse(body) as { code?: string }).code ?? "";
    } catch {
      // no answer at all, or one of something that stands in between
    }
    this.set("bad", this.words[code] ?? this.words.failed);
    this.onChange();
  }
}
