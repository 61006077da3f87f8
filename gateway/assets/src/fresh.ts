// What stands in [data-fresh] is asked for anew when its tab is looked at again, and when another tab has gone on: what
// was done there leaves the list here.
const WAIT = 1000;
let last = Date.now();
let planned = 0;

function freshen(): void {
  planned = 0;
  if (document.visibilityState !== "visible") return; // the tab asks when it is looked at
  last = Date.now();
  for (const part of document.querySelectorAll("[data-fresh]")) part.dispatchEvent(new Event("come-back"));
}

function soon(): void {
  planned ||= window.setTimeout(freshen, Math.max(0, last + WAIT - Date.now()));
}

document.addEventListener("visibilitychange", soon);
window.addEventListener("focus", soon);
if ("BroadcastChannel" in window) {
  const pages = new BroadcastChannel("atrio-pages");
  pages.addEventListener("message", soon);
  pages.postMessage("opened");
}
