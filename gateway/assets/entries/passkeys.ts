// Passkeys (WebAuthn level 3): signing in and proving with one, making one, and the browser offering them in a field.
import { autofill } from "../src/passkeys/autofill";
import { Ceremony, supported } from "../src/passkeys/ceremony";

if (supported()) {
  document.querySelectorAll<HTMLElement>("[data-passkey-missing]").forEach((element) => (element.hidden = true));
  const ceremonies = [...document.querySelectorAll<HTMLFormElement>("form[data-passkey]")].map((form) => new Ceremony(form));
  const offered = ceremonies.find((ceremony) => "autofill" in ceremony.form.dataset);
  if (offered) void autofill(offered);
}
