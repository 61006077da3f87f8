// The page for when there is no network stands under the address that was asked for: opening it anew is all it needs.
const EVERY = 4000;
const again = (): void => window.location.reload();

// The system's word that there is a network says nothing of ours: we ask until somebody answers.
async function ask(): Promise<void> {
  const answer = await fetch("/healthz", { cache: "no-store", credentials: "omit" }).catch(() => null);
  if (answer?.ok) again();
}

setInterval(() => void ask(), EVERY);
window.addEventListener("online", () => void ask());
document.querySelector("[data-reload]")?.addEventListener("click", (event) => {
  event.preventDefault();
  again();
});
