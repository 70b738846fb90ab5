import { createPublicKey } from 'node:crypto'
import { VestibuleError } from '../base/errors.ts'
import { type ApplicationSettings, findProblems } from './application-input.ts'

/** Whether everything that was set fits together and every key is one. Throws `validation_failed` with the paths. */
export function checkApplication(settings: ApplicationSettings): void {
  const fields = [...findProblems(settings), ...findBrokenKeys(settings)]
  if (fields.length === 0) return
  const sentence = fields.map(({ path, message }) => `${path} ${message}`).join('; ')
  throw new VestibuleError('validation_failed', `Not valid: ${sentence}.`, { fields })
}

function findBrokenKeys({ jwks }: ApplicationSettings) {
  return (jwks?.keys ?? []).flatMap((key, index) =>
    isPublicKey(key) ? [] : [{ path: `jwks.keys.${index}`, message: 'is not a key that can be used' }],
  )
}

/** A point off its curve, or a length that does not fit, shows only where the key is read. */
function isPublicKey(key: JsonWebKey): boolean {
  try {
    return createPublicKey({ key, format: 'jwk' }).type === 'public'
  } catch {
    return false
  }
}
