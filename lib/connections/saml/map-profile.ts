import { sha256 } from '../../base/encoding.ts'
import type { AttributeMap } from '../../matching/attribute-map.ts'
import type { VerifiedAssertion } from '../../saml/verify-response.ts'
import type { ExternalProfile } from '../contract.ts'

/** Names under which identity providers send a field, beside the field's own; compared without regard to case. */
const names = {
  id: ['id', 'nameidentifier', 'uid'],
  email: ['email', 'emailaddress', 'mail', 'urn:oid:0.9.2342.19200300.100.1.3'],
  firstName: ['firstname', 'givenname', 'given_name', 'urn:oid:2.5.4.42'],
  lastName: ['lastname', 'surname', 'sn', 'family_name', 'urn:oid:2.5.4.4'],
  roles: ['roles', 'role'],
  groups: ['groups', 'group', 'memberof'],
} as const

type Field = keyof typeof names

/**
 * The person an assertion describes (the mapping of the Polis dialect). `attributeMap` names, per field, the one
 * attribute to take instead of the usual ones. Null when there is neither an id, a NameID, nor an e-mail address.
 */
export function mapProfile(
  assertion: Pick<VerifiedAssertion, 'attributes' | 'nameId'>,
  attributeMap: AttributeMap | null,
): ExternalProfile | null {
  const values = (field: Field) => findValues(assertion.attributes, field, attributeMap?.[field])
  const email = values('email')?.[0] ?? emailInNameId(assertion.nameId)
  const id = values('id')?.[0] ?? assertion.nameId?.value ?? (email && sha256Hex(email))
  if (!id) return null
  return {
    id,
    email,
    firstName: values('firstName')?.[0] ?? null,
    lastName: values('lastName')?.[0] ?? null,
    roles: values('roles'),
    groups: values('groups'),
    raw: Object.fromEntries(
      [...assertion.attributes].map(([name, all]) => [name, all.length === 1 ? all[0]! : all]),
    ),
  }
}

/** The values of a field, or null. The map's name is exact; the usual names match whole, or as the last step of a URI. */
function findValues(
  attributes: Map<string, string[]>,
  field: Field,
  mapped: string | undefined,
): string[] | null {
  if (mapped) return nonEmpty(attributes.get(mapped))
  for (const wanted of names[field]) {
    for (const [name, all] of attributes) {
      const whole = name.toLowerCase()
      const found = whole === wanted || whole.slice(whole.lastIndexOf('/') + 1) === wanted
      if (found && nonEmpty(all)) return nonEmpty(all)
    }
  }
  return null
}

function nonEmpty(values: string[] | undefined): string[] | null {
  const filled = (values ?? []).map((value) => value.trim()).filter(Boolean)
  return filled.length > 0 ? filled : null
}

/** A NameID that says it is an e-mail address, or looks like one and says nothing, serves where no attribute does. */
function emailInNameId(nameId: VerifiedAssertion['nameId']): string | null {
  if (!nameId || !/^[^\s@]+@[^\s@]+$/.test(nameId.value)) return null
  const { format } = nameId
  const fits = !format || format.endsWith(':emailAddress') || format.endsWith(':unspecified')
  return fits ? nameId.value : null
}

function sha256Hex(text: string): string {
  return Buffer.from(sha256(text), 'base64url').toString('hex')
}
