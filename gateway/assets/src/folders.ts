// Rows of documents are dragged onto folders; the same is done by ticking them and "Move to…".

const ROWS = "[data-file-rows]";

document.addEventListener("pointerdown", (event) => {
  const row = (event.target as Element).closest<HTMLElement>(`${ROWS} tr[data-document]`);
  if (row && event.pointerType === "mouse") row.draggable = true;
});

document.addEventListener("dragstart", (event) => {
  const row = (event.target as Element).closest?.<HTMLElement>("tr[data-document]");
  if (row) event.dataTransfer?.setData("application/x-document", row.dataset.document ?? "");
});

function folderAt(event: DragEvent): HTMLElement | null {
  if (!event.dataTransfer?.types.includes("application/x-document")) return null;
  return (event.target as Element).closest?.<HTMLElement>("[data-drop-folder]") ?? null;
}

document.addEventListener("dragover", (event) => {
  const folder = folderAt(event);
  if (!folder) return;
  event.preventDefault();
  folder.classList.add("drop-here");
});

document.addEventListener("dragleave", (event) => folderAt(event)?.classList.remove("drop-here"));

document.addEventListener("drop", (event) => {
  const folder = folderAt(event);
  const form = document.querySelector<HTMLFormElement>(ROWS);
  if (!folder || !form) return;
  event.preventDefault();
  const dropped = event.dataTransfer?.getData("application/x-document") ?? "";
  const ticked = [...form.querySelectorAll<HTMLInputElement>("input[name=id]:checked")].map((box) => box.value);
  if (!ticked.includes(dropped)) {
    for (const box of form.querySelectorAll<HTMLInputElement>("input[name=id]")) box.checked = box.value === dropped;
  }
  for (const [name, value] of [["act", "move"], ["folder", folder.dataset.dropFolder ?? ""]]) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    form.append(field);
  }
  form.requestSubmit();
});
