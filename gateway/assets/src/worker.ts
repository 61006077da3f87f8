// The portal among a phone's apps: its worker comes with a person who signs in and goes, with what it keeps, when they
// sign out. Pages of the admin say nothing of it and leave it alone.
const address = document.documentElement.dataset.worker;

async function drop(): Promise<void> {
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
  for (const name of await caches.keys()) if (name.startsWith("atrio-")) await caches.delete(name);
}

function begin(): void {
  if (address) navigator.serviceWorker.register(address).catch(() => undefined);
  else drop().catch(() => undefined);
}

if (address !== undefined && "serviceWorker" in navigator) {
  if (document.readyState === "complete") begin();
  else window.addEventListener("load", begin);
}
