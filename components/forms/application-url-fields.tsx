import type { ComponentProps, ReactNode } from 'react'
import type { ApplicationType } from '../portal/application-views.ts'
import { TextArea } from '../ui/field.tsx'

/** Addresses an application may send people to, one a line; what is possible depends on what it is. */
export function ApplicationUrlField({
  applicationType,
  after = 'sign-in',
  label,
  optional,
  ...rest
}: {
  applicationType: ApplicationType
  after?: Occasion
  label: string
  optional?: boolean
  error: string | undefined
} & Omit<ComponentProps<'textarea'>, 'placeholder'>) {
  return (
    <TextArea
      label={label}
      optional={optional}
      mono
      spellCheck={false}
      placeholder={placeholders[after][applicationType]}
      hint={hints[applicationType]}
      {...rest}
    />
  )
}

type Occasion = 'sign-in' | 'sign-out'

const placeholders: Record<Occasion, Record<ApplicationType, string>> = {
  'sign-in': {
    confidential: 'https://crm.example.com/api/auth/callback/vestibule',
    public: 'https://crm.example.com/callback',
    native: 'com.example.crm:/callback\nhttp://127.0.0.1/callback',
  },
  'sign-out': {
    confidential: 'https://crm.example.com/signed-out',
    public: 'https://crm.example.com/signed-out',
    native: 'com.example.crm:/signed-out',
  },
}

const web = (
  <>
    One a line, https; http only to your own machine. <code>https://*.example.com/callback</code> allows every
    host of one level, <code>http://localhost:3000/*</code> every path.
  </>
)

const hints: Record<ApplicationType, ReactNode> = {
  confidential: web,
  public: web,
  native: (
    <>
      One a line: an https address the app has claimed, your domain in reverse as a scheme (
      <code>com.example.crm:/callback</code>), or <code>http://127.0.0.1/callback</code>, which allows any
      port.
    </>
  ),
}
