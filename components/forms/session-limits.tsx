'use client'

import { type SessionLimits, sessionLimitsSchema } from '#lib/organizations/session-limits-input.ts'
import { SelectField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'
import type { ActionResult } from './action-result.ts'
import { type DurationChoice, durationChoices } from './duration-choices.ts'
import { SettingsForm } from './settings-form.tsx'
import { useActionForm } from './use-action-form.ts'

const day = 86_400

/** How long end users stay signed in. */
export function SessionLimitsForm({
  limits,
  save,
}: {
  limits: SessionLimits
  save: (values: SessionLimits) => Promise<ActionResult>
}) {
  const { form, field, submit, pending, refusal, dirty } = useActionForm({
    schema: sessionLimitsSchema,
    // As the controls hold them, so that going back to the old choice is no change.
    defaults: {
      sessionIdleSeconds: String(limits.sessionIdleSeconds),
      sessionAbsoluteSeconds: String(limits.sessionAbsoluteSeconds),
    },
    action: save,
    done: () => {
      form.reset(form.getValues())
      toast.good('Saved.')
    },
  })
  return (
    <SettingsForm submit={submit} refusal={refusal} pending={pending} dirty={dirty}>
      <SelectField
        label="Ends when unused for"
        hint="Opening an application counts as use; what people do inside of it does not."
        {...field('sessionIdleSeconds')}
      >
        {options(durationChoices(300, 30 * day, limits.sessionIdleSeconds))}
      </SelectField>
      <SelectField
        label="Ends at the latest after"
        hint="Then people sign in at their identity provider again."
        {...field('sessionAbsoluteSeconds')}
      >
        {options(durationChoices(300, 90 * day, limits.sessionAbsoluteSeconds))}
      </SelectField>
    </SettingsForm>
  )
}

function options(choices: DurationChoice[]) {
  return choices.map(({ seconds, label }) => (
    <option key={seconds} value={seconds}>
      {label}
    </option>
  ))
}
