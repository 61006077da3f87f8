// Rows that can be dragged by their handle. Their order in the page is what the form sends; buttons do the same.
import { each } from "../src/page";

each<HTMLElement>("[data-sortable]", (list) => {
  let dragged: HTMLElement | null = null;

  list.querySelectorAll<HTMLElement>("[data-sortable-handle]").forEach((handle) => {
    const row = handle.closest<HTMLElement>("[data-sortable-item]");
    if (!row) return;
    handle.hidden = false;
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      dragged = row;
      row.classList.add("is-dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (dragged === row) place(list, row, event.clientY);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      handle.addEventListener(end, () => {
        dragged = null;
        row.classList.remove("is-dragged");
        number(list);
      });
    }
  });
});

function place(list: HTMLElement, row: HTMLElement, y: number): void {
  const others = [...list.querySelectorAll<HTMLElement>("[data-sortable-item]")].filter((other) => other !== row);
  const below = others.find((other) => {
    const box = other.getBoundingClientRect();
    return y < box.top + box.height / 2;
  });
  if (below ? row.nextElementSibling !== below : list.lastElementChild !== row) list.insertBefore(row, below ?? null);
}

/** The buttons "up" and "down" name a place in the list, which dragging has changed. */
function number(list: HTMLElement): void {
  const rows = [...list.querySelectorAll<HTMLElement>("[data-sortable-item]")];
  rows.forEach((row, place) => {
    row.querySelectorAll<HTMLButtonElement>("button[name=do]").forEach((button) => {
      const [act] = button.value.split(":");
      button.value = `${act}:${place}`;
      button.disabled = (act === "up" && place === 0) || (act === "down" && place === rows.length - 1);
    });
  });
}
