import type { AddressInfo } from 'node:net'
import express, { type Request } from 'express'
import session from 'express-session'
import passport from 'passport'
import OAuth2Strategy, { type StrategyOptions } from 'passport-oauth2'

/** Who signed in, as the application keeps them in its own session. */
export type PassportUser = { claims: Record<string, unknown>; accessToken: string }

export type PassportApp = {
  origin: string
  redirectUrl: string
  /** Takes the settings of the application at its provider; before that nobody can sign in. */
  configure(settings: { issuer: string; clientId: string; clientSecret: string }): void
  stop(): Promise<void>
}

/**
 * An Express application with a session of its own whose people sign in through passport-oauth2: `/auth` begins,
 * `/auth/callback` is come back to, `/me` says who is signed in, `/failed` is where it ends otherwise. The query of `/auth`
 * becomes parameters of the authorization request.
 */
export async function startPassportApp(): Promise<PassportApp> {
  const app = express()
  const own = new passport.Passport()
  own.serializeUser((user, done) => done(null, user))
  own.deserializeUser((user: Express.User, done) => done(null, user))
  app.use(
    session({ secret: 'of the application, for its own cookies', resave: false, saveUninitialized: false }),
  )
  app.use(own.session())
  app.get('/auth', (request, response, next) =>
    own.authenticate('oauth2', { parameters: request.query } as object)(request, response, next),
  )
  app.get(
    '/auth/callback',
    own.authenticate('oauth2', { successRedirect: '/me', failureRedirect: '/failed' }),
  )
  app.get('/me', (request: Request, response) => void response.json(request.user ?? null))
  app.get('/failed', (_request, response) => void response.status(401).send('not signed in'))
  const server = app.listen(0)
  await new Promise((resolve) => server.once('listening', resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const redirectUrl = `${origin}/auth/callback`
  return {
    origin,
    redirectUrl,
    configure: ({ issuer, clientId, clientSecret }) =>
      void own.use(
        new Strategy(
          {
            authorizationURL: `${issuer}/api/oauth/authorize`,
            tokenURL: `${issuer}/api/oauth/token`,
            clientID: clientId,
            clientSecret,
            callbackURL: redirectUrl,
            scope: ['openid', 'email', 'profile'],
            state: true,
            pkce: true,
          } as StrategyOptions,
          `${issuer}/api/oauth/userinfo`,
        ),
      ),
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What its documentation leaves to each provider: where the profile is, and parameters of one's own. */
class Strategy extends OAuth2Strategy {
  private readonly userinfoUrl: string

  constructor(options: StrategyOptions, userinfoUrl: string) {
    super(options, (accessToken: string, _refreshToken: string, claims: object, done: Done) =>
      done(null, { claims, accessToken }),
    )
    this.userinfoUrl = userinfoUrl
    // biome-ignore lint/correctness/useHookAtTopLevel: a setting of this client, whatever its name looks like
    this._oauth2.useAuthorizationHeaderforGET(true)
  }

  override userProfile(accessToken: string, done: Done): void {
    this._oauth2.get(this.userinfoUrl, accessToken, (error, body) =>
      error ? done(new Error(`userinfo: ${JSON.stringify(error)}`)) : done(null, JSON.parse(String(body))),
    )
  }

  override authorizationParams({ parameters }: { parameters?: object }): object {
    return { ...parameters }
  }
}

type Done = (error: Error | null, result?: object) => void
