// Menus are <details>: they open without script; here they close by Escape, by a click beside them and one another.

function openMenus(): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")];
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target as Node)) menu.open = false;
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
