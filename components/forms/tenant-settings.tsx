'use client'

import { newTenantSchema } from '#lib/tenants/tenant-input.ts'
import { TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { SettingsForm } from './settings-form.tsx'
import { useActionForm } from './use-action-form.ts'

/** Name and slug of a tenant. `save` goes to the new address when the slug has changed. */
export function TenantSettings({
  tenant,
  save,
}: {
  tenant: { name: string; slug: string }
  save: (values: { name: string; slug: string }) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: newTenantSchema,
    defaults: tenant,
    action: save,
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved.')
    },
  })
  const slug = form.watch('slug')

  return (
    <SettingsForm submit={submit} refusal={refusal} pending={pending} dirty={dirty}>
      <TextField label="Company name" autoComplete="off" {...field('name')} />
      <TextField
        label="Slug"
        mono
        autoComplete="off"
        spellCheck={false}
        hint={
          slug.trim() === tenant.slug ? (
            <>
              Your product sends it as <code>tenant</code> when somebody signs in.
            </>
          ) : (
            <>
              Your product has to send the new slug from now on; sign-ins with <code>{tenant.slug}</code> will
              find nothing.
            </>
          )
        }
        {...field('slug')}
      />
    </SettingsForm>
  )
}
