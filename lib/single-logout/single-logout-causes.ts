/** Why a logout failed for reasons of the flow itself, not of what the identity provider said. A closed list. */
export type SingleLogoutCause =
  | 'logout_parameters'
  | 'logout_connection_unknown'
  | 'logout_redirect_not_registered'
  | 'logout_issuer_unknown'
  | 'logout_unknown'
  | 'logout_wrong_address'
  | 'logout_abandoned'

export const singleLogoutCauses: Record<
  SingleLogoutCause,
  {
    /** Name of the check that failed. */
    name: string
    /** What an admin reads; `connection` is what people call it. */
    sentence: (connection: string, received: string) => string
    /** What the person is told. */
    message: string
  }
> = {
  logout_parameters: {
    name: 'Parameters',
    sentence: () =>
      'The application did not say whom to sign out: it must send nameId, tenant and product, each once. nameId is the id that userinfo answered.',
    message: 'The application asked for a sign-out that cannot be understood.',
  },
  logout_connection_unknown: {
    name: 'Connection',
    sentence: (_, received) =>
      `There is no sign-in set up for ${received}. Check the spelling in the application.`,
    message: 'There is no sign-in set up for this company and product.',
  },
  logout_redirect_not_registered: {
    name: 'Redirect URL',
    sentence: (_, received) =>
      `The application wants people sent to ${received} after the sign-out, which is not registered with the connection. Add it to the redirect URLs of the connection if the application is yours.`,
    message: 'The application asked for a way back that is not registered.',
  },
  logout_issuer_unknown: {
    name: 'Connection of the issuer',
    sentence: (_, received) =>
      `A logout message came from ${received}, which no connection belongs to. If it is yours, upload its metadata to the connection; otherwise somebody sends us what is meant for others.`,
    message: 'This sign-out comes from an identity provider that is not known here.',
  },
  logout_unknown: {
    name: 'Sign-out is waiting',
    sentence: () =>
      'There is no sign-out waiting for this answer: it was finished before, perhaps by going back in the browser, took longer than 15 minutes, or was never begun here.',
    message: 'This sign-out is over already.',
  },
  logout_wrong_address: {
    name: 'Address of the connection',
    sentence: (connection) =>
      `The answer for ${connection} came to the address of another connection. Compare the single logout URL set at the identity provider with the one of this connection.`,
    message: 'This sign-out came to the wrong address.',
  },
  logout_abandoned: {
    name: 'Answer of the identity provider',
    sentence: (connection) =>
      `Nobody came back from ${connection} within 15 minutes after a sign-out. Its session there may have ended all the same: check that our single logout URL is entered at the identity provider, so that it sends people back.`,
    message: 'This sign-out took too long.',
  },
}
