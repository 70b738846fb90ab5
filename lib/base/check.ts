/**
 * One named step of a protocol, as a trace shows it to an admin.
 * `expected` and `received` are short plain texts, never secrets.
 */
export type Check = {
  name: string
  ok: boolean
  expected?: string
  received?: string
}
