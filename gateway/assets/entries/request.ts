// What is typed into a request survives a lost connection: kept here, per request and part, until it was sent.
const PREFIX = "atrio-draft:request:";

const sent = document.querySelector<HTMLElement>("[data-draft-sent]")?.dataset.draftSent;
if (sent) {
  localStorage.removeItem(PREFIX + sent);
  const address = new URL(window.location.href);
  address.searchParams.delete("sent");
  history.replaceState(null, "", address);
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) {
  const own = PREFIX + (form.dataset.draft ?? "");
  const field = form.querySelector("textarea");
  if (!field) continue;
  const kept = localStorage.getItem(own);
  if (kept && !field.value) {
    field.value = kept;
    form.closest("details")?.setAttribute("open", "");
  }
  form.addEventListener("input", (event) => {
    if (event.target !== field) return;
    if (field.value) localStorage.setItem(own, field.value);
    else localStorage.removeItem(own);
  });
}

// Nothing that was typed stays on a machine that others use.
document.addEventListener("submit", (event) => {
  if (!(event.target as HTMLFormElement).action.endsWith("/sign-out")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});
