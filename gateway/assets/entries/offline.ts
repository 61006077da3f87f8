// The page for when there is no network stands under the address that was asked for: opening it anew is all it needs.
const again = (): void => window.location.reload();

window.addEventListener("online", again);
document.querySelector("[data-reload]")?.addEventListener("click", (event) => {
  event.preventDefault();
  again();
});
