// Menus are <details>: they open without script; here they close by Escape, by a click beside them and one another.

function openMenus(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")];
}

document.addEventListener("click", (event) => {
  const target = event.target as Element;
  for (const menu of openMenus()) {
    if (!menu.contains(target)) menu.open = false;
  }
  // What opens a dialog closes its menu; the focus comes back to the menu's button when the dialog is done.
  const menu = target.closest("a[data-dialog]")?.closest<HTMLDetailsElement>("details.menu");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of openMenus()) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const menu = (document.activeElement as HTMLElement | null)?.closest<HTMLDetailsElement>("details.menu");
  if (!menu?.open) return;
  const stops = [...menu.querySelectorAll<HTMLElement>(".menu-list a, .menu-list button")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[(at + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length]?.focus();
  event.preventDefault();
});
