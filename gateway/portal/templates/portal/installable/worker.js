// Keeps the page for when there is no network, and what it is made of. Nothing else is kept, and nothing of the admin.
const KEPT = {{ kept | tojson }};
const CACHE = `atrio-${KEPT.version}-${KEPT.offline}`;
const NOT_OURS = /^\/(admin|api|dev|v1)(\/|$)/;

self.addEventListener("install", (event) => {
  const all = [KEPT.offline, ...KEPT.files].map((url) => new Request(url, { credentials: "omit" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(all)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const drop = (names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(drop).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || NOT_OURS.test(url.pathname)) return;
  const kept = () => caches.open(CACHE);
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => kept().then((cache) => cache.match(KEPT.offline))));
  } else if (KEPT.files.includes(url.pathname + url.search)) {
    event.respondWith(kept().then((cache) => cache.match(request)).then((found) => found ?? fetch(request)));
  }
});
