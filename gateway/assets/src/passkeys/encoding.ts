// Options and answers as JSON (WebAuthn level 3, section 5.1.8 and on), for browsers that do not convert themselves.

export type Json = Record<string, unknown>;

export function bytes(text: string): ArrayBuffer {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
}

export function text(buffer: ArrayBuffer): string {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const withBytes = (list: unknown) => ((list as Json[] | undefined) ?? []).map((one) => ({ ...one, id: bytes(one.id as string) }));

export function requestOptions(json: Json): PublicKeyCredentialRequestOptions {
  const allowCredentials = withBytes(json.allowCredentials);
  return { ...json, challenge: bytes(json.challenge as string), allowCredentials } as unknown as PublicKeyCredentialRequestOptions;
}

export function creationOptions(json: Json): PublicKeyCredentialCreationOptions {
  const user = json.user as Json;
  return {
    ...json,
    challenge: bytes(json.challenge as string),
    user: { ...user, id: bytes(user.id as string) },
    excludeCredentials: withBytes(json.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
}

export function answer(credential: PublicKeyCredential): Json {
  const response = credential.response as AuthenticatorAttestationResponse & AuthenticatorAssertionResponse;
  const parts: Json = { clientDataJSON: text(response.clientDataJSON) };
  if ("attestationObject" in response) {
    parts.attestationObject = text(response.attestationObject);
    parts.transports = response.getTransports?.() ?? [];
  } else {
    const assertion = response as AuthenticatorAssertionResponse;
    parts.authenticatorData = text(assertion.authenticatorData);
    parts.signature = text(assertion.signature);
    parts.userHandle = assertion.userHandle ? text(assertion.userHandle) : null;
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: parts,
  };
}
