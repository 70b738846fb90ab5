'use client'

import { Plus } from 'lucide-react'
import { newTenantSchema } from '#lib/tenants/tenant-input.ts'
import { DialogButton } from '../ui/dialog-button.tsx'
import { TextField } from '../ui/field.tsx'
import type { ActionResult } from './action-result.ts'
import { DialogForm } from './dialog-form.tsx'
import { suggestSlug } from './suggest-slug.ts'
import { useActionForm } from './use-action-form.ts'

type Create = (values: { name: string; slug: string }) => Promise<ActionResult>

/** The button "New tenant" with its dialog. `create` goes to the new tenant's page. */
export function NewTenant({ create }: { create: Create }) {
  return (
    <DialogButton
      variant="primary"
      icon={<Plus aria-hidden="true" />}
      label="New tenant"
      title="New tenant"
      description="A tenant is one customer company. Its connections say where its people sign in."
    >
      {(close) => <NewTenantForm create={create} cancel={close} />}
    </DialogButton>
  )
}

function NewTenantForm({ create, cancel }: { create: Create; cancel: () => void }) {
  const { form, field, submit, pending, refusal } = useActionForm({
    schema: newTenantSchema,
    defaults: { name: '', slug: '' },
    action: create,
  })
  const name = field('name')

  return (
    <DialogForm submit={submit} refusal={refusal} pending={pending} close={cancel} label="Create tenant">
      <TextField
        label="Company name"
        placeholder="Globex Corporation"
        autoComplete="off"
        {...name}
        onChange={(event) => {
          const { dirtyFields } = form.formState
          if (!dirtyFields.slug) form.setValue('slug', suggestSlug(event.target.value))
          return name.onChange(event)
        }}
      />
      <TextField
        label="Slug"
        mono
        placeholder="globex"
        autoComplete="off"
        spellCheck={false}
        hint={
          <>
            Your product sends it as <code>tenant</code> when somebody signs in, so choose what your code
            already calls this company.
          </>
        }
        {...field('slug')}
      />
    </DialogForm>
  )
}
