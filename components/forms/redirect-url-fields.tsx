import type { ComponentProps } from 'react'
import { TextArea, TextField } from '../ui/field.tsx'
import { Section } from '../ui/section.tsx'

type Name = 'defaultRedirectUrl' | 'furtherRedirectUrls'
type Registered = { name: string; error: string | undefined } & Pick<
  ComponentProps<'input'> & ComponentProps<'textarea'>,
  'onChange' | 'onBlur' | 'ref'
>
type Field = (name: Name) => Registered

/** Where people may come back: one address by default, and any number of others. */
export function RedirectUrlFields({ field }: { field: Field }) {
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

/** The same as a step of making a connection. */
export function RedirectUrlSection({ step, field }: { step: number; field: Field }) {
  return (
    <Section
      title={`${step}. Where people come back`}
      lead="Only these addresses of your application ever receive a sign-in."
    >
      <div className="grid max-w-2xl gap-5">
        <RedirectUrlFields field={field} />
      </div>
    </Section>
  )
}
