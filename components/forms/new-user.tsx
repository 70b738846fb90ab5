'use client'

import Link from 'next/link'
import { Button, buttonClass } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { Section } from '../ui/section.tsx'
import type { ActionResult } from './action-result.ts'
import { TenantField } from './known-fields.tsx'
import { PageForm } from './page-form.tsx'
import { useActionForm } from './use-action-form.ts'
import { BelongingsFields, NameFields, PersonFields, type UserField } from './user-fields.tsx'
import { type NewUserValues, newUserForm } from './user-schemas.ts'

const empty: Omit<NewUserValues, 'tenant'> = {
  email: '',
  username: '',
  firstName: '',
  lastName: '',
  ssoUsername: '',
  password: '',
  namespaces: '',
  tags: '',
  attributes: '',
}

/** The form that makes a user. `create` goes to the page of the new user. */
export function NewUser({
  tenant,
  tenants,
  create,
}: {
  tenant: string
  /** Offered while typing. */
  tenants: { slug: string; name: string }[]
  create: (values: NewUserValues) => Promise<ActionResult>
}) {
  const { field, submit, pending, refusal } = useActionForm({
    schema: newUserForm,
    defaults: { ...empty, tenant },
    action: create,
  })
  const register = field as UserField

  return (
    <PageForm
      submit={submit}
      refusal={refusal}
      buttons={
        <>
          <Button type="submit" variant="primary" size="lg" pending={pending}>
            Create user
          </Button>
          <Link href="/users" className={buttonClass('quiet', 'lg')}>
            Cancel
          </Link>
        </>
      }
    >
      <Section title="1. Who it is">
        <div className="grid max-w-2xl gap-5">
          <div className="grid gap-5 sm:grid-cols-2">
            <TenantField
              tenants={tenants}
              hint="The slug of the company this person belongs to."
              {...field('tenant')}
            />
            <TextField
              label="E-mail address"
              type="email"
              autoComplete="off"
              placeholder="ada@globex.example"
              hint="You vouch that it is theirs."
              {...field('email')}
            />
          </div>
          <PersonFields field={register} />
        </div>
      </Section>
      <Section
        title="2. How they sign in"
        lead="Through the connections of their company, which recognise them by these names. A password is only needed where there is none."
      >
        <div className="grid max-w-2xl gap-5">
          <NameFields field={register} />
          <TextField
            label="Password"
            optional
            type="password"
            autoComplete="new-password"
            hint="At least 8 characters. To let people choose their own, send them an invitation instead."
            {...field('password')}
          />
        </div>
      </Section>
      <Section title="3. Where they belong">
        <div className="grid max-w-2xl gap-5">
          <BelongingsFields field={register} open={false} />
        </div>
      </Section>
    </PageForm>
  )
}
