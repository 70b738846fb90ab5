/**
 * The data room: the only importer of the Prisma client. One file per aggregate, functions named for
 * what they mean (`consumeLoginRequest`, not `loginRequest.deleteMany`). Every query that serves an actor
 * carries the organization. One-time things are consumed by one conditional statement, which holds on
 * PGlite and PostgreSQL alike (an interactive transaction would not on PGlite).
 */
import { Prisma, type PrismaClient } from './generated/client.ts'

export type Db = PrismaClient
export const sql = Prisma.sql
export const joinSql = Prisma.join
export const emptySql = Prisma.empty
/** NULL in a column of JSON, which the JSON `null` is not. */
export const dbNull = Prisma.DbNull

export type Json = Prisma.InputJsonValue

/** What a list answers: one page, and where the next begins. */
export type Page<T> = { data: T[]; nextCursor: string | null }

/** A page of rows fetched with one row more than asked for; the cursor is the id of the last row given out. */
export function toPage<T extends { id: string }>(rows: T[], limit: number): Page<T> {
  const data = rows.slice(0, limit)
  return { data, nextCursor: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
}

/**
 * Whether a statement failed because a unique value is taken: one of Prisma's (P2002), or one of our own (P2010, with the
 * database's 23505). By code: pages load Prisma a second time.
 */
export function isUniqueViolation(thrown: unknown): boolean {
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown }
  return code === 'P2002' || (code === 'P2010' && /Code: `23505`/.test(String(message)))
}

/** A `LIKE` pattern for the `search` columns: finds `text` anywhere, regardless of case. */
export function searchPattern(text: string): string {
  return containsPattern(text.toLowerCase())
}

/** A `LIKE` pattern that finds `text` anywhere, its own wildcards taken literally. */
export function containsPattern(text: string): string {
  return `%${literalPattern(text)}%`
}

/** `text` with the wildcards of `LIKE` taken literally; Prisma's `contains` leaves that to its caller. */
export function literalPattern(text: string): string {
  return text.replace(/[\\%_]/g, (char) => `\\${char}`)
}
