import type { ComponentProps } from 'react'
import { Notice } from '../ui/notice.tsx'
import type { FormFrame } from './form-frame.tsx'

/** A form as long as a page: sections one below the other, and at its foot what was refused, and the buttons. */
export function PageForm({ submit, refusal, buttons, children }: ComponentProps<typeof FormFrame>) {
  return (
    <form onSubmit={submit} noValidate className="grid gap-6">
      {children}
      {refusal && (
        <Notice tone="bad" live>
          {refusal}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">{buttons}</div>
    </form>
  )
}
