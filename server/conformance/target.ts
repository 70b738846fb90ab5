import type { Question } from '#server/testing/applications.ts'
import type { Visit, WebBrowser } from '#server/testing/web-browser.ts'

/** An OpenID provider under test. */
export type Target = {
  issuer: URL
  /** The person it knows. */
  person: Person
  registerClient(metadata: ClientMetadata): Promise<RegisteredClient>
  /** Null when the page asks nothing: an error, or "you are signed out". */
  questionOf(page: Visit): Question | null
  /** Answers the question as the person does who agrees. */
  answer(question: Question, page: Visit, browser: WebBrowser): Promise<Visit>
  /** Puts the provider's clock forward, where it has one of its own. */
  passTime(seconds: number): void
  close(): Promise<void>
}

/** The members of OpenID Connect Dynamic Client Registration §2 that the plans need. */
export type ClientMetadata = {
  redirect_uris: string[]
  post_logout_redirect_uris: string[]
  backchannel_logout_uri?: string
  backchannel_logout_session_required?: boolean
  token_endpoint_auth_method: 'client_secret_basic' | 'client_secret_post'
}

export type RegisteredClient = { client_id: string; client_secret: string }

/** Claims by the scope that asks for them (OpenID Connect Core §5.4). */
export type ClaimScope = 'profile' | 'email' | 'address' | 'phone'

export type Person = {
  /** What the person types at the sign-in page. */
  login: string
  password: string
  /** Claims whose value the test knows. `updated_at` and `email_verified` are the provider's to say. */
  claims: Record<ClaimScope, Record<string, unknown>>
}

export const person: Person = {
  login: 'ada.lovelace@acme.example',
  password: 'notes on the analytical engine',
  claims: {
    profile: {
      name: 'Ada King Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      middle_name: 'King',
      nickname: 'Countess',
      preferred_username: 'ada',
      profile: 'https://acme.example/people/ada',
      picture: 'https://acme.example/people/ada.png',
      website: 'https://ada.example',
      gender: 'female',
      birthdate: '1815-12-10',
      zoneinfo: 'Europe/London',
      locale: 'en-GB',
    },
    email: { email: 'ada.lovelace@acme.example' },
    address: {
      address: {
        formatted: '12 St James’s Square\nLondon SW1Y 4JH',
        street_address: '12 St James’s Square',
        locality: 'London',
        region: 'Greater London',
        postal_code: 'SW1Y 4JH',
        country: 'United Kingdom',
      },
    },
    phone: { phone_number: '+44 20 7946 0018', phone_number_verified: true },
  },
}
