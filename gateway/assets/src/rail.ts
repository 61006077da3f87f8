// The rail of the admin folds to icons and stays so in this browser; on a phone it lies over the page.
const KEY = "atrio-rail";
const button = document.querySelector<HTMLButtonElement>("[data-fold-rail]");
const toggle = document.getElementById("rail-toggle") as HTMLInputElement | null;

function fold(folded: boolean): void {
  document.body.classList.toggle("rail-folded", folded);
  button?.setAttribute("aria-expanded", String(!folded));
  localStorage.setItem(KEY, folded ? "folded" : "open");
}

if (button) {
  button.hidden = false;
  fold(localStorage.getItem(KEY) === "folded");
  button.addEventListener("click", () => fold(!document.body.classList.contains("rail-folded")));
}
document.addEventListener("click", (event) => {
  const target = event.target as Element;
  if (toggle?.checked && !target.closest(".rail, .rail-open, .rail-toggle")) toggle.checked = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && toggle) toggle.checked = false;
});
