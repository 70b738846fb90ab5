import type { EmailCause } from '../jwt-sso-targets/describe-person.ts'
import type { ReturnCause } from '../jwt-sso-targets/return-address.ts'

/** Why somebody was not sent to a product that takes JWT SSO. A closed list. */
export type TargetCause =
  | ReturnCause
  | EmailCause
  | 'jwt_sso_target_unknown'
  | 'jwt_sso_user_inactive'
  | 'jwt_sso_tenant_other'
  | 'jwt_sso_tenant_gone'
  | 'jwt_sso_token_too_long'

/**
 * The name of the check that failed; what the person reads; and the sentence for the admin, who can change something.
 * `target` is what the product is called, `person` the address of whoever signed in.
 */
export function explainTargetCause(
  cause: TargetCause,
  { target, person }: { target: string; person: string },
): { name: string; shown: string; sentence: string } {
  const { name, shown, sentence } = explanations[cause]
  return { name, shown: shown(target), sentence: sentence(target, person) }
}

type Explanation = {
  name: string
  shown: (target: string) => string
  sentence: (target: string, person: string) => string
}

const badLink = (target: string) =>
  `The link that brought you here names a place that ${target} does not have. Open ${target} and start again from there.`

const way = 'The way back (return_to_path)'

const explanations: Record<TargetCause, Explanation> = {
  return_to_repeated: {
    name: 'The way back',
    shown: badLink,
    sentence: (target) =>
      `${target} sent somebody with return_to_path or return_to_params twice, so that it is not clear which one counts. Send each once.`,
  },
  return_to_unreadable: {
    name: 'The way back',
    shown: badLink,
    sentence: (target) =>
      `${target} sent somebody with a return_to_path or return_to_params that is longer than 6000 characters or is not UTF-8. Encode each with encodeURIComponent, and keep the link short.`,
  },
  return_to_path_absolute: {
    name: way,
    shown: badLink,
    sentence: (target) =>
      `Somebody came with a return_to_path that names another place than one below the base URL of ${target}: it has a scheme or two slashes. Either ${target} sends whole addresses, then let it send the path alone, or somebody made a link that should lead people elsewhere.`,
  },
  return_to_path_traversal: {
    name: way,
    shown: badLink,
    sentence: (target) =>
      `Somebody came with a return_to_path that steps out of the base URL of ${target} by a dot segment (..). ${target} has no reason to send one: it is a mistake there, or somebody made the link by hand.`,
  },
  return_to_path_characters: {
    name: way,
    shown: badLink,
    sentence: (target) =>
      `Somebody came with a return_to_path that has characters with which an address can be made to look like another one: a backslash, @, a tab, a line end or another control character, or bytes that are not UTF-8. Leave them out of paths of ${target}.`,
  },
  return_to_path_query: {
    name: way,
    shown: badLink,
    sentence: (target) =>
      `${target} sent somebody with a return_to_path that has a ? or # in it. What comes after the path belongs into return_to_params.`,
  },
  return_to_params_token: {
    name: 'Parameters to carry (return_to_params)',
    shown: badLink,
    sentence: (target) =>
      `Somebody came with a sign-in token (sso_jwt) of their own in return_to_params, which could have replaced ours. Nothing of the kind comes from ${target} itself: somebody may have tried to slip in another person's sign-in.`,
  },
  jwt_sso_target_unknown: {
    name: 'Product',
    shown: () => 'The product you came from is not set up here any more. Ask whoever looks after it.',
    sentence: () =>
      'Somebody came to the SSO URL of a product that is not (or no longer) among the JWT SSO targets. Compare the SSO URL entered in the product with the one shown here.',
  },
  jwt_sso_user_inactive: {
    name: 'User is active',
    shown: (target) => `Your account may not go on to ${target}. Ask your administrator.`,
    sentence: (target, person) =>
      `${person} was signed in, but is disabled or not admitted yet, and was not sent to ${target}.`,
  },
  jwt_sso_tenant_other: {
    name: 'Tenant',
    shown: (target) =>
      `${target} is for people of another company than the one you signed in with. Sign in with your account there.`,
    sentence: (target, person) =>
      `${person} belongs to another tenant than the one ${target} is set up for, and was not sent there.`,
  },
  jwt_sso_tenant_gone: {
    name: 'Tenant',
    shown: (target) =>
      `The company that ${target} was set up for is not here any more. Ask your administrator.`,
    sentence: (target) =>
      `${target} is set up for a tenant that was deleted. Choose another one in its settings, or delete the target.`,
  },
  jwt_sso_token_too_long: {
    name: 'Token fits into an address',
    shown: (target) => `There is too much to tell ${target} about you. Ask your administrator.`,
    sentence: (target, person) =>
      `What ${target} is to be told of ${person} does not fit into an address. Leave out claims of the target that hold much, groups and roles first.`,
  },
  jwt_sso_email_missing: {
    name: 'E-mail address',
    shown: (target) =>
      `${target} knows people by their e-mail address, and your company's sign-in did not tell us yours. Ask your administrator.`,
    sentence: (target, person) =>
      `${target} knows people by their e-mail address, and there is none for ${person}. Let the identity provider send it.`,
  },
  jwt_sso_email_unverified: {
    name: 'E-mail address is proven',
    shown: (target) =>
      `${target} knows people by their e-mail address, and yours has not been proven here yet. Ask your administrator.`,
    sentence: (target, person) =>
      `Nobody has proven that ${person} is this person's address, and ${target} would take them for whoever has it there. Verify the domain for the tenant, trust the addresses of the connection, confirm the address of the user, or choose one tenant for the target if it serves a single company.`,
  },
}
