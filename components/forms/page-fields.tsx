import type { ComponentProps } from 'react'
import { TextField } from '../ui/field.tsx'

type Field = (name: 'ssoUrl' | 'audience') => ComponentProps<'input'> & { error: string | undefined }

/** Where the customer's login page is, and for whom its tokens have to be. */
export function PageFields({ field, audience }: { field: Field; audience: string }) {
  return (
    <>
      <TextField
        label="SSO URL"
        mono
        type="url"
        autoComplete="off"
        spellCheck={false}
        placeholder="https://www.customer.example/sso"
        hint="The customer’s page that knows who somebody is. People are sent there with return_to_path added to the address."
        {...field('ssoUrl')}
      />
      <TextField
        label="Audience"
        optional
        mono
        autoComplete="off"
        spellCheck={false}
        placeholder={audience}
        hint={`What the token has to say in aud. Empty: ${audience}.`}
        {...field('audience')}
      />
    </>
  )
}
