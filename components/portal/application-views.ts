/** An application as a row of a list. */
export type ApplicationSummary = {
  id: string
  clientId: string
  name: string
  product: string
  type: ApplicationType
  lastUsedAt: Date | string | null
}

export type ApplicationType = 'confidential' | 'public' | 'native'

/** A secret as people tell one from the other: by its last characters. */
export type SecretView = {
  id: string
  hint: string
  createdAt: Date | string
  lastUsedAt: Date | string | null
}

/** The types in words people use for what they build. */
export const applicationTypeWords: Record<ApplicationType, { title: string; short: string; text: string }> = {
  confidential: {
    title: 'Web application with a server',
    short: 'Web, with a server',
    text: 'Your own server signs people in and keeps a secret: Next.js, Rails, Django, Spring, Express.',
  },
  public: {
    title: 'Single-page application',
    short: 'Single-page',
    text: 'Everything runs in the browser, where no secret stays one. PKCE protects the sign-in instead.',
  },
  native: {
    title: 'Mobile or desktop app',
    short: 'Mobile or desktop',
    text: 'iOS, Android, Electron or a command line. It signs people in through the system’s browser.',
  },
}
