/** What a browser does with passkeys (Web Authentication Level 3, §5.1). Null when the person, or the browser, would not. */

/** Makes one by the options of the server; its answer as JSON. */
export function makePasskey(options: object): Promise<string | null> {
  return attempt(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
        options as PublicKeyCredentialCreationOptionsJSON,
      ),
    }),
  )
}

/** Uses one by the options of the server; its answer as JSON. */
export function answerWithPasskey(options: object): Promise<string | null> {
  return attempt(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
        options as PublicKeyCredentialRequestOptionsJSON,
      ),
    }),
  )
}

async function attempt(ask: () => Promise<Credential | null>): Promise<string | null> {
  try {
    const credential = await ask()
    return credential instanceof PublicKeyCredential ? JSON.stringify(credential.toJSON()) : null
  } catch {
    return null
  }
}
