'use client'

import type { FieldError } from '#lib/base/errors.ts'
import { SwitchField, TextArea } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { SettingsForm } from './settings-form.tsx'
import { type TenantEntryChange, tenantEntryForm, toTenantEntryChange } from './tenant-entry-schema.ts'
import { useActionForm } from './use-action-form.ts'

type Entry = {
  slug: string
  passwordSignIn: boolean
  registration: { enabled: boolean; domains: string[] }
  joinRequests: { enabled: boolean }
  tagCategories: string[]
  warnings: FieldError[]
}

/** How people come to an account with a tenant without an admin's doing, and what they may bring along. */
export function TenantEntry({
  tenant,
  save,
}: {
  tenant: Entry
  save: (change: TenantEntryChange) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: tenantEntryForm,
    defaults: {
      registrationEnabled: tenant.registration.enabled,
      registrationDomains: tenant.registration.domains.join('\n'),
      joinRequestsEnabled: tenant.joinRequests.enabled,
      tagCategories: tenant.tagCategories.join('\n'),
    },
    action: (values) => save(toTenantEntryChange(values, tenant.passwordSignIn)),
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved.')
    },
  })
  const registering = form.watch('registrationEnabled')
  const asking = form.watch('joinRequestsEnabled')
  const page = (path: string) => `${path}?${new URLSearchParams({ tenant: tenant.slug })}`

  return (
    <SettingsForm submit={submit} refusal={refusal} pending={pending} dirty={dirty} label="Save">
      {tenant.warnings.map(({ path, message }) => (
        <Notice key={path} tone="warn">
          {message}
        </Notice>
      ))}
      <SwitchField
        label="People may make an account themselves"
        disabled={!tenant.passwordSignIn}
        hint={
          tenant.passwordSignIn ? (
            <>
              With an e-mail address, which they prove, and a password.
              {registering && <PageLink href={page('/register')} />}
            </>
          ) : (
            'Off, because passwords are refused: whoever registers chooses one.'
          )
        }
        {...field('registrationEnabled')}
      />
      {registering && (
        <TextArea
          label="With addresses of these domains"
          optional
          mono
          spellCheck={false}
          placeholder="globex.example"
          hint="One a line. Without any, everybody may."
          {...field('registrationDomains')}
        />
      )}
      <SwitchField
        label="People may ask to join"
        hint={
          <>
            They find this company by its name or its domain, prove their address, and wait until an admin
            decides.
            {asking && <PageLink href={page('/join')} />}
          </>
        }
        {...field('joinRequestsEnabled')}
      />
      <TextArea
        label="Tags people may bring along"
        optional
        spellCheck={false}
        placeholder="Department"
        hint="Categories, one a line. What a JWT says under them is kept with the user; other tags are left out."
        {...field('tagCategories')}
      />
    </SettingsForm>
  )
}

function PageLink({ href }: { href: string }) {
  return (
    <>
      {' '}
      <a href={href} target="_blank" rel="noreferrer" className="text-accent underline underline-offset-2">
        Their page
      </a>
    </>
  )
}
