/** What a server action answers to a form: done, or refused with a sentence and what is wrong with which field. */
export type ActionResult<Value = void> =
  | { ok: true; value: Value }
  | { ok: false; message: string; fields: { path: string; message: string }[] }
