// What every script needs of the page: the token of its forms, messages that come and go.

export function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

// Run `act` once on each element that `selector` finds, now and in what is put into the page later.
const kept: Array<[string, (element: HTMLElement) => void]> = [];

export function each<E extends HTMLElement>(selector: string, act: (element: E) => void): void {
  const done = new WeakSet<HTMLElement>(); // htmx tells of the whole page once more when it has loaded
  const once = (element: HTMLElement) => {
    if (done.has(element)) return;
    done.add(element);
    act(element as E);
  };
  kept.push([selector, once]);
  document.querySelectorAll<E>(selector).forEach(once);
}

export function enliven(root: ParentNode): void {
  for (const [selector, act] of kept) root.querySelectorAll<HTMLElement>(selector).forEach(act);
}

export function toast(text: string, bad = false): void {
  const place = document.getElementById("toasts");
  if (!place) return;
  const line = document.createElement("div");
  line.className = bad ? "toast-line toast-bad" : "toast-line";
  line.textContent = text;
  place.append(line);
  setTimeout(() => line.remove(), bad ? 10000 : 4000);
}

export function failed(): void {
  toast(document.getElementById("toasts")?.dataset.failed ?? "", true);
}

// Ask the server like a form would; a redirect is answered with where it leads, so that its message is not used up.
export async function ask(url: string, init: RequestInit = {}, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    credentials: "same-origin",
    ...init,
    headers: { "X-Soft-Redirect": "1", "X-CSRF-Token": csrfToken(), ...headers },
  });
}

// Go where the server says; return whether it said so.
export function follow(location: string | null): boolean {
  if (!location) return false;
  const target = new URL(location, window.location.href);
  const samePage = target.pathname === window.location.pathname && target.search === window.location.search;
  window.location.assign(target);
  if (samePage) window.location.reload();
  return true;
}
