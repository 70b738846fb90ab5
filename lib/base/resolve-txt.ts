/**
 * Looks up the TXT records of a name in the DNS (RFC 1035 §3.3.14): one list of strings a record. Empty when the name
 * does not exist or has no such record. Throws when no answer came that says so: a timeout, a server that failed.
 */
export type ResolveTxt = (name: string) => Promise<string[][]>
