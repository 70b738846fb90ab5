// Passkeys on pages that are plain HTML otherwise. A form with data-passkey asks the browser for one when it is sent, and
// takes along what it signed as `answer` (Web Authentication Level 3 §5.1, in the JSON of §5.1.8 and §5.1.9).

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))

const toText = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const withIds = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }))

async function create(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withIds(options.excludeCredentials),
  }
  const { response, ...credential } = await ask('create', publicKey)
  return {
    ...credential,
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  }
}

async function get(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: withIds(options.allowCredentials),
  }
  const { response, ...credential } = await ask('get', publicKey)
  return {
    ...credential,
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle ? toText(response.userHandle) : null,
    },
  }
}

async function ask(ceremony, publicKey) {
  const { id, type, rawId, response } = await navigator.credentials[ceremony]({ publicKey })
  return { id, type, rawId: toText(rawId), clientExtensionResults: {}, response }
}

// What went wrong is not told apart by browsers, so that pages cannot spy on who has which passkey.
const problems = {
  InvalidStateError: 'There is a passkey for this account on this device already.',
  SecurityError: 'Passkeys do not work at this address.',
}

async function send(form) {
  const problem = form.querySelector('[data-passkey-problem]')
  problem.hidden = true
  try {
    const answer = await { create, get }[form.dataset.passkey](JSON.parse(form.dataset.options))
    form.elements.namedItem('answer').value = JSON.stringify(answer)
    form.submit()
  } catch (thrown) {
    problem.textContent = problems[thrown.name] ?? 'No passkey was used. Try again, or use another way.'
    problem.hidden = false
  }
}

if (window.PublicKeyCredential) {
  for (const hidden of document.querySelectorAll('[data-passkey-only]')) hidden.hidden = false
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      send(form)
    })
    if ('atOnce' in form.dataset) send(form)
  }
} else {
  for (const note of document.querySelectorAll('[data-passkey-missing]')) note.hidden = false
}
