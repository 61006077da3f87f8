// htmx: parts of a page without loading the whole. Attributes hx-get, hx-post, ... work in every template.
import htmx from "htmx.org";
import { csrfToken, enliven, failed } from "./page";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;

document.addEventListener("htmx:configRequest", (event) => {
  (event as CustomEvent).detail.headers["X-CSRF-Token"] = csrfToken();
});
document.addEventListener("htmx:load", (event) => enliven((event as CustomEvent).detail.elt));
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => {
    const quiet = (event as CustomEvent).detail.elt?.matches?.(".topbar-tools, .desk-bar, [data-fresh]");
    if (!quiet) failed();
  });
}
