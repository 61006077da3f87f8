// Rows that can be ticked: all at once by the box in the head, a range with Shift, how many are ticked; j and k move.
import { each } from "./page";

each<HTMLFormElement>("form[data-rows]", (form) => {
  const boxes = [...form.querySelectorAll<HTMLInputElement>(".pick input")];
  const head = form.querySelector<HTMLElement>("thead th");
  const count = form.querySelector<HTMLElement>("[data-rows-count]");
  if (!boxes.length || !head || !count) return;
  const all = document.createElement("input");
  all.type = "checkbox";
  all.className = "form-check-input";
  all.setAttribute("aria-label", head.textContent?.trim() ?? "");
  head.replaceChildren(all);
  let last = -1;

  function tell(): void {
    const ticked = boxes.filter((box) => box.checked).length;
    count!.textContent = (count!.dataset.rowsCount ?? "").replace("{count}", String(ticked));
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  }

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    tell();
  });
  boxes.forEach((box, place) => {
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last >= 0) {
        const [from, to] = [Math.min(last, place), Math.max(last, place)];
        for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
      }
      last = place;
      tell();
    });
  });
  document.addEventListener("keydown", (event) => {
    const typing = (event.target as Element).closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || (event.key !== "j" && event.key !== "k")) return;
    const present = boxes.indexOf(document.activeElement as HTMLInputElement);
    boxes[Math.max(0, Math.min(boxes.length - 1, present + (event.key === "j" ? 1 : -1)))]?.focus();
  });
  tell();
});
