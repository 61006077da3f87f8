// Forms with data-upload: files can be dropped anywhere on the page. What lists and sends them (entries/upload.ts) is
// loaded once there is a file; a form without one is sent as any other.
import { each } from "./page";
import type { Uploads } from "./upload_form";

declare global {
  interface Window {
    atrioUploads?: Uploads;
  }
}

let loading: Promise<Uploads> | null = null;

function load(list: HTMLElement): Promise<Uploads> {
  loading ??= new Promise<Uploads>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = list.dataset.script ?? "";
    script.addEventListener("load", () => (window.atrioUploads ? resolve(window.atrioUploads) : reject(new Error("empty"))));
    script.addEventListener("error", () => {
      loading = null;
      reject(new Error("not loaded"));
    });
    document.head.append(script);
  });
  return loading;
}

function hasFiles(event: DragEvent): boolean {
  return [...(event.dataTransfer?.types ?? [])].includes("Files");
}

// A drop outside of every form goes to the first one: the browser would leave the page and show the file.
function acceptDrops(form: HTMLFormElement, zone: HTMLElement, take: (files: File[]) => void): void {
  const first = () => document.querySelector("form[data-upload]") === form;
  const mine = (event: DragEvent) => {
    const over = (event.target as Element).closest?.("form[data-upload]");
    return hasFiles(event) && form.isConnected && (over === form || (!over && first()));
  };
  for (const name of ["dragenter", "dragover"] as const) {
    document.addEventListener(name, (event) => {
      if (!mine(event)) return;
      event.preventDefault();
      zone.classList.add("drop-over");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) zone.classList.remove("drop-over");
  });
  document.addEventListener("drop", (event) => {
    zone.classList.remove("drop-over");
    if (!mine(event)) return;
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });
}

function isInterrupted(): boolean {
  try {
    return Object.keys(localStorage).some((key) => key.startsWith("tus::"));
  } catch {
    return false;
  }
}

const live = new WeakSet<HTMLFormElement>();
each<HTMLFormElement>("form[data-upload]", (form) => {
  const list = form.querySelector<HTMLElement>("[data-upload-list]");
  const zone = form.querySelector<HTMLElement>("[data-drop]");
  if (live.has(form) || !list || !zone) return;
  live.add(form);
  form.classList.add("upload-live");
  form.querySelectorAll<HTMLElement>("[data-drop-hint]").forEach((hint) => (hint.hidden = false));
  form.querySelectorAll<HTMLElement>("[data-resume-hint]").forEach((hint) => (hint.hidden = !isInterrupted()));
  const take = (files: File[]) => {
    if (!files.length) return;
    load(list)
      .then((uploads) => uploads.add(form, files))
      .catch(() => (list.textContent = list.dataset.failed ?? ""));
  };
  for (const input of form.querySelectorAll<HTMLInputElement>("input[type=file]")) {
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      take(files);
    });
  }
  acceptDrops(form, zone, take);
});
