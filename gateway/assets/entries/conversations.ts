// A conversation stays up to date while somebody looks at it, and what is typed is kept until it was sent.
import { enliven } from "../src/page";

const EVERY = 5000;
// Each question counts as a sign of life of the session, so nobody is asked for who is not there (docs/decisions/0017).
const PRESENT = 5 * 60 * 1000;

let seenAt = Date.now();
for (const name of ["pointermove", "keydown", "scroll", "touchstart"]) {
  document.addEventListener(name, () => (seenAt = Date.now()), { passive: true });
}

async function refresh(): Promise<boolean> {
  const thread = document.getElementById("messages");
  const address = thread?.dataset.news;
  if (!thread || !address) return false;
  if (document.hidden || Date.now() - seenAt > PRESENT) return true;
  const answer = await fetch(`${address}?stamp=${thread.dataset.stamp}`, { credentials: "same-origin" });
  if (answer.status === 200 && !answer.redirected) {
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("messages");
    if (!fresh) return false; // a page that is no thread: signed out
    thread.replaceWith(fresh);
    enliven(fresh);
    document.body.dispatchEvent(new Event("counts-changed"));
  }
  return answer.status < 300 || answer.status >= 500;
}

function keepAsking(): void {
  setTimeout(async () => {
    if (await refresh().catch(() => true)) keepAsking();
  }, EVERY);
}
if (document.querySelector("[data-news]")) keepAsking();

const PREFIX = "atrio-draft:";
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-drafts]")) {
  const own = form.dataset.drafts ?? "";
  const sent = form.dataset.sent;
  if (sent) {
    localStorage.removeItem(PREFIX + own.replace(/[^:]*$/, sent));
    const address = new URL(window.location.href);
    address.searchParams.delete("sent");
    history.replaceState(null, "", address);
  }
  for (const field of form.querySelectorAll<HTMLTextAreaElement | HTMLInputElement>("textarea, input[name=title]")) {
    const draft = () => JSON.parse(localStorage.getItem(PREFIX + own) ?? "{}") as Record<string, string>;
    if (!field.value) field.value = draft()[field.name] ?? "";
    field.addEventListener("input", () => {
      localStorage.setItem(PREFIX + own, JSON.stringify({ ...draft(), [field.name]: field.value }));
    });
  }
}

// Nothing that was typed stays on a machine that others use.
document.addEventListener("submit", (event) => {
  if (!(event.target as HTMLFormElement).action.endsWith("/sign-out")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});
