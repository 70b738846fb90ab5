'use client'

import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { FormFrame } from './form-frame.tsx'
import type { Known } from './known-fields.tsx'
import {
  TargetClaimFields,
  type TargetField,
  TargetPeopleFields,
  TargetPlaceFields,
} from './target-fields.tsx'
import { type TargetValues, targetSettingsForm } from './target-schemas.ts'
import { useActionForm } from './use-action-form.ts'

/** Everything that can be changed about a target. */
export function TargetSettings({
  settings,
  known,
  save,
}: {
  settings: TargetValues
  known: Known
  save: (values: TargetValues) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: targetSettingsForm,
    defaults: settings,
    action: save,
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved. It holds from the next request.')
    },
  })
  const register = field as TargetField
  return (
    <FormFrame
      submit={submit}
      refusal={refusal}
      buttons={
        <Button type="submit" variant="primary" className="mt-6" pending={pending} disabled={!dirty}>
          Save changes
        </Button>
      }
    >
      <TargetPlaceFields field={register} />
      <TargetPeopleFields field={register} known={known} />
      <TargetClaimFields field={register} />
    </FormFrame>
  )
}
