/** Why a login failed for reasons of the flow itself, not of what the identity provider said. A closed list. */
export type LoginCause =
  | 'login_unsolicited'
  | 'login_unsolicited_not_allowed'
  | 'login_initiator_wrong_issuer'
  | 'login_unknown'
  | 'login_expired'
  | 'login_abandoned'
  | 'login_cookie_missing'
  | 'login_other_browser'
  | 'login_connection_deactivated'
  | 'login_wrong_address'
  | 'login_test_idp_for_live_tenant'
  | 'login_application_gone'
  | 'login_not_fresh'
  | 'saml_replayed'
  | 'jwt_replayed'
  | 'portal_not_this_connection'
  | 'portal_member_unknown'
  | 'portal_subject_transient'

/** What an answer that came before is called, by the kind of connection it came through. */
export function replayCauseOf({ kind }: { kind: string }): LoginCause {
  return kind === 'jwt' ? 'jwt_replayed' : 'saml_replayed'
}

/** The name of the check that an answer came for the first time. */
export function replayCheckOf(connection: { kind: string }): string {
  return explanations[replayCauseOf(connection)].name
}

/** The name of the check that failed, and a sentence for the admin. `connection` is what people call it. */
export function explainLoginCause(cause: LoginCause, connection: string): { name: string; sentence: string } {
  return { name: explanations[cause].name, sentence: explanations[cause].sentence(connection) }
}

const explanations: Record<LoginCause, { name: string; sentence: (connection: string) => string }> = {
  login_unsolicited: {
    name: 'Sign-in was asked for',
    sentence: () =>
      'An identity provider sent somebody without being asked, and no connection belongs to it. Sign-in must begin at the application; let people start there.',
  },
  login_unsolicited_not_allowed: {
    name: 'Sign-in was asked for',
    sentence: (connection) =>
      `${connection} sent somebody without being asked, which this connection does not allow. Let people start at the application, or allow sign-ins that start at the identity provider in the settings of the connection.`,
  },
  login_initiator_wrong_issuer: {
    name: 'Issuer',
    sentence: (connection) =>
      `A portal wanted to begin a sign-in through ${connection} in the name of another identity provider. Compare the address entered there (initiate login URI) with the one this connection shows.`,
  },
  login_unknown: {
    name: 'Sign-in is waiting',
    sentence: () =>
      'There is no sign-in waiting for this answer: it was finished before, perhaps by going back in the browser, or was never begun here.',
  },
  login_expired: {
    name: 'Sign-in is waiting',
    sentence: () =>
      'The person took longer than 15 minutes at the identity provider. They can simply start again.',
  },
  login_abandoned: {
    name: 'Answer of the identity provider',
    sentence: (connection) =>
      `Nobody came back from ${connection} within 15 minutes. The person closed the page, or was shown an error there: then compare the ACS URL and the entity ID set at the identity provider with those of this connection.`,
  },
  login_cookie_missing: {
    name: 'Same browser',
    sentence: () =>
      'The browser came back without the cookie that binds a sign-in to it. It blocks cookies, or the answer was posted by something else than the browser that began.',
  },
  login_other_browser: {
    name: 'Same browser',
    sentence: () =>
      'The answer came from another browser than the one that began this sign-in. If nobody changed browsers on the way, somebody tried to slip in a sign-in of their own.',
  },
  login_connection_deactivated: {
    name: 'Connection is active',
    sentence: (connection) =>
      `The connection ${connection} was deactivated while the person was at the identity provider.`,
  },
  login_wrong_address: {
    name: 'Address of the connection',
    sentence: (connection) =>
      `The answer for ${connection} came to another address than that of the connection. Compare the ACS URL or redirect URI set at the identity provider with the one of this connection; if it is right, somebody tried to pass an answer off as another provider’s.`,
  },
  login_test_idp_for_live_tenant: {
    name: 'Identity provider is a real one',
    sentence: (connection) =>
      `The tenant is marked live, and ${connection} leads to the built-in test identity provider, where anyone can sign in as anyone. Set up the company's own identity provider, or take the live mark away.`,
  },
  login_application_gone: {
    name: 'Application',
    sentence: () => 'The application was deleted while the person was at the identity provider.',
  },
  login_not_fresh: {
    name: 'Time of sign-in',
    sentence: (connection) =>
      `The application asked for a new sign-in, or a recent one, and ${connection} let the person in by an earlier one. It does not heed ForceAuthn; set it up to do so, or do not ask for it (prompt=login, max_age).`,
  },
  jwt_replayed: {
    name: 'Token is used once',
    sentence: (connection) =>
      `${connection} sent a token that was used before. Either somebody replayed it, or went back in the browser, or the customer’s page hands out the same token twice: have it make a new one for every sign-in, with a random jti, so that two of one second differ.`,
  },
  portal_not_this_connection: {
    name: 'Sign-in of members',
    sentence: (connection) =>
      `Members do not sign in to the portal through ${connection}, or not any more, or it leads to a test identity provider that others can reach. See Settings → Members.`,
  },
  portal_member_unknown: {
    name: 'Member',
    sentence: (connection) =>
      `${connection} recognised somebody, but no member of the portal is linked to this person. An e-mail address is not enough: members link themselves, signed in, under Settings → Your account, or by the link of their invitation.`,
  },
  portal_subject_transient: {
    name: 'Name of the person',
    sentence: (connection) =>
      `${connection} calls people by another name each time (NameID format transient), by which nobody can be recognised again. Set it up to send a persistent one.`,
  },
  saml_replayed: {
    name: 'Assertion is used once',
    sentence: (connection) =>
      `${connection} sent an assertion that was used before. Either somebody replayed it, or the identity provider gives the same ID twice.`,
  },
}
