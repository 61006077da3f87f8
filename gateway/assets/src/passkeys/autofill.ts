// The browser offers passkeys where it offers e-mails and passwords (conditional mediation); nothing shows otherwise.
import type { Ceremony } from "./ceremony";

export async function autofill(ceremony: Ceremony): Promise<void> {
  try {
    if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    const options = await ceremony.options(true);
    if (options) ceremony.send(await ceremony.sign(options, "conditional"));
  } catch {
    // Nobody asked for it, so nothing is said; the button is still there.
  }
}
