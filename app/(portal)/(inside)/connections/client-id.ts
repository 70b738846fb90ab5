import { z } from 'zod'

/** A clientID as it stands in an address. */
export const clientIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,200}$/)

/** A clientID as `mintClientId` makes it, for a connection that is to be. */
export const newClientIdSchema = z.string().regex(/^[A-Za-z0-9_-]{27}$/)
