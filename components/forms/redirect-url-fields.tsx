import type { ComponentProps } from 'react'
import { TextArea, TextField } from '../ui/field.tsx'

type Name = 'defaultRedirectUrl' | 'furtherRedirectUrls'
type Registered = { name: string; error: string | undefined } & Pick<
  ComponentProps<'input'> & ComponentProps<'textarea'>,
  'onChange' | 'onBlur' | 'ref'
>

/** Where people may come back: one address by default, and any number of others. */
export function RedirectUrlFields({ field }: { field: (name: Name) => Registered }) {
  return (
    <>
      <TextField
        label="Default redirect URL"
        mono
        type="url"
        placeholder="https://app.acme.example/api/auth/callback"
        hint="Also used when somebody starts at the identity provider."
        {...field('defaultRedirectUrl')}
      />
      <TextArea
        label="Further redirect URLs"
        optional
        mono
        spellCheck={false}
        hint="One a line. https://*.acme.example/callback allows every host of one level, http://localhost:3000/* every path."
        {...field('furtherRedirectUrls')}
      />
    </>
  )
}
