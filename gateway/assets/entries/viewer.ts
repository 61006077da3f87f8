// A document page by page: zoom by buttons and keys, the documents beside it by keys.
import { Sheets } from "../src/sign/sheets";

const work = document.querySelector<HTMLElement>(".viewer-work");
if (work) new Sheets(work);

const keys: Record<string, string> = {
  "+": "[data-zoom-by='1']",
  "=": "[data-zoom-by='1']",
  "-": "[data-zoom-by='-1']",
  "0": "[data-zoom-fit]",
  n: "[data-after]",
  p: "[data-before]",
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if ((event.target as Element).closest("input, textarea, select, dialog")) return;
  document.querySelector<HTMLElement>(keys[event.key] ?? "[data-no-key]")?.click();
});
