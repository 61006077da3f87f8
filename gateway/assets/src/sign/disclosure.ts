// "Agree and continue" rests until the box is ticked. The server refuses without it too.
const form = document.querySelector<HTMLFormElement>("[data-agree]");
const box = form?.querySelector<HTMLInputElement>("input[name=agree]");
const button = form?.querySelector<HTMLButtonElement>("button");

function update(): void {
  if (box?.checked) button?.removeAttribute("aria-disabled");
  else button?.setAttribute("aria-disabled", "true");
}

if (form) {
  box?.addEventListener("change", update);
  window.addEventListener("pageshow", update);
  update();
}

export {};
