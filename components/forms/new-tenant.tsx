'use client'

import { Plus } from 'lucide-react'
import { useState } from 'react'
import { newTenantSchema } from '#lib/tenants/tenant-input.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogButtons } from '../ui/dialog.tsx'
import { TextField } from '../ui/field.tsx'
import type { ActionResult } from './action-result.ts'
import { FormFrame } from './form-frame.tsx'
import { suggestSlug } from './suggest-slug.ts'
import { useActionForm } from './use-action-form.ts'

type Create = (values: { name: string; slug: string }) => Promise<ActionResult>

/** The button "New tenant" with its dialog. `create` goes to the new tenant's page. */
export function NewTenant({ create }: { create: Create }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button variant="primary" icon={<Plus aria-hidden="true" />} onClick={() => setOpen(true)}>
        New tenant
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="New tenant"
        description="A tenant is one customer company. Its connections say where its people sign in."
      >
        <NewTenantForm create={create} cancel={() => setOpen(false)} />
      </Dialog>
    </>
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
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <DialogButtons>
          <Button onClick={cancel}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending}>
            Create tenant
          </Button>
        </DialogButtons>
      }
    >
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
    </FormFrame>
  )
}
