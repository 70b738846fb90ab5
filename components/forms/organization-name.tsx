'use client'

import { type OrganizationChange, organizationChangeSchema } from '#lib/organizations/organization-input.ts'
import { Button } from '../ui/button.tsx'
import { TextField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { FormFrame } from './form-frame.tsx'
import { useActionForm } from './use-action-form.ts'

/** What the organization is called. */
export function OrganizationName({
  name,
  save,
}: {
  name: string
  save: (values: OrganizationChange) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: organizationChangeSchema,
    defaults: { name },
    action: save,
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved.')
    },
  })
  return (
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <Button type="submit" variant="primary" className="mt-4" pending={pending} disabled={!dirty}>
          Save name
        </Button>
      }
    >
      <TextField label="Name" autoComplete="organization" {...field('name')} />
    </FormFrame>
  )
}
