// The brand's colour while it is chosen: how it looks in light and dark, and whether white on it can be read.
import { contrast, onDark } from "../src/contrast";

const LEAST = 4.5;
const preview = document.querySelector<HTMLElement>("[data-brand-preview]");
const input = document.getElementById("f-accent") as HTMLInputElement | null;

if (preview && input) {
  const word = preview.querySelector("[role=status]");
  const show = () => {
    const accent = input.value;
    const ratio = contrast(accent, "#ffffff");
    preview.style.setProperty("--preview-accent", accent);
    preview.style.setProperty("--preview-accent-dark", onDark(accent));
    const text = (ratio < LEAST ? preview.dataset.bad : preview.dataset.good) ?? "";
    if (word) word.textContent = text.replace("{ratio}", (Math.floor(ratio * 10) / 10).toFixed(1));
    preview.classList.toggle("preview-bad", ratio < LEAST);
  };
  input.addEventListener("input", show);
  show();
}
