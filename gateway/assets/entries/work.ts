// The work list by keyboard: j and k move (src/rows.ts), Enter opens, x ticks, a gives, e is done, s puts off, ? helps.
const form = document.querySelector<HTMLFormElement>("form[data-work]");
const help = document.getElementById("work-keys") as HTMLDialogElement | null;
const opener = document.querySelector<HTMLButtonElement>("[data-work-keys]");
const PLACE = "atrio-work-place";

function boxes(): HTMLInputElement[] {
  return [...(form?.querySelectorAll<HTMLInputElement>(".pick input") ?? [])];
}

function present(): HTMLInputElement | undefined {
  return boxes().find((box) => box === document.activeElement);
}

function tick(box: HTMLInputElement): void {
  if (!box.checked) box.click();
}

function press(value: string): void {
  form?.querySelector<HTMLButtonElement>(`button[name=do][value=${value}]`)?.click();
}

const acts: Record<string, (box: HTMLInputElement) => void> = {
  Enter: (box) => box.closest("tr")?.querySelector<HTMLAnchorElement>(".row-link")?.click(),
  x: (box) => box.click(),
  a: (box) => {
    tick(box);
    form?.querySelector<HTMLSelectElement>("select[name=assignee_id]")?.focus();
  },
  e: (box) => {
    tick(box);
    press("done");
  },
  s: (box) => {
    tick(box);
    press(form?.querySelector("button[value=wake]") ? "wake" : "snooze");
  },
};

document.addEventListener("keydown", (event) => {
  const typing = (event.target as Element).closest("input:not([type=checkbox]), textarea, select, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") return help?.showModal();
  const box = present();
  const act = acts[event.key];
  if (!box || !act) return;
  event.preventDefault(); // Enter on a box would send the form
  act(box);
});

// After an act the list is there anew: whoever works by keyboard goes on where they were.
form?.addEventListener("submit", () => {
  const place = boxes().findIndex((box) => box.checked);
  sessionStorage.setItem(PLACE, String(place));
});
const kept = sessionStorage.getItem(PLACE);
sessionStorage.removeItem(PLACE);
if (kept !== null) boxes()[Math.min(Number(kept), boxes().length - 1)]?.focus();

if (opener && help) {
  opener.hidden = false;
  opener.addEventListener("click", () => help.showModal());
}
