'use client'

import { CircleCheck, CircleDashed, CircleX } from 'lucide-react'
import { useEffect, useState } from 'react'
import { type Inspection, type InspectionStep, inspectToken } from '#lib/jwt-sso/inspect-token.ts'
import { CodeBlock } from '../ui/code-block.tsx'
import { TextArea, TextField } from '../ui/field.tsx'
import { Notice } from '../ui/notice.tsx'
import { Section } from '../ui/section.tsx'

/**
 * A token of a customer's page, looked at in this browser: nothing that is pasted leaves it. `audience`: what a token
 * should be for, where that is known.
 */
export function TokenInspector({ audience: known }: { audience: string }) {
  const [token, setToken] = useState('')
  const [secret, setSecret] = useState('')
  const [audience, setAudience] = useState(known)
  const inspection = useInspection(token, secret, audience)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-6">
      <Section title="The token">
        <div className="grid max-w-3xl gap-5">
          <TextArea
            label="Token"
            mono
            rows={5}
            spellCheck={false}
            autoComplete="off"
            placeholder="eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.…"
            hint="As it is, or the whole address it came in. It stays in this browser."
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
          <div className="grid gap-5 sm:grid-cols-2">
            <TextField
              label="Secret"
              optional
              mono
              type="password"
              autoComplete="off"
              spellCheck={false}
              hint="To have the signature verified. It stays in this browser, too."
              value={secret}
              onChange={(event) => setSecret(event.currentTarget.value)}
            />
            <TextField
              label="Audience"
              optional
              mono
              autoComplete="off"
              spellCheck={false}
              hint="What aud should be."
              value={audience}
              onChange={(event) => setAudience(event.currentTarget.value)}
            />
          </div>
        </div>
      </Section>
      {inspection && <Result inspection={inspection} />}
    </div>
  )
}

/** Looks again whenever something was changed; null while there is no token. */
function useInspection(token: string, secret: string, audience: string): Inspection | null {
  const [inspection, setInspection] = useState<Inspection | null>(null)
  useEffect(() => {
    let stale = false
    const given = { token, secret: secret || null, audience: audience || null, now: new Date() }
    const looked = token.trim() === '' ? Promise.resolve(null) : inspectToken(given)
    void looked.then((found) => {
      if (!stale) setInspection(found)
    })
    return () => {
      stale = true
    }
  }, [token, secret, audience])
  return inspection
}

function Result({ inspection: { header, payload, steps, ok } }: { inspection: Inspection }) {
  const failed = steps.filter(({ state }) => state === 'failed').length
  return (
    <>
      <Verdict ok={ok} failed={failed} />
      <Section
        title="Checks"
        lead="In the order in which a sign-in makes them. A sign-in ends at the first that fails."
      >
        <ol className="grid gap-3">
          {steps.map((step) => (
            <Step key={step.name} step={step} />
          ))}
        </ol>
      </Section>
      {(header || payload) && (
        <Section title="What it says" lead="Read, not believed: anybody can write this much.">
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4 lg:grid-cols-2">
            {header && <Part name="Header" text={header} />}
            {payload && <Part name="Payload" text={payload} />}
          </div>
        </Section>
      )}
    </>
  )
}

function Verdict({ ok, failed }: { ok: boolean; failed: number }) {
  if (ok)
    return (
      <Notice tone="good" live title="This token signs somebody in">
        Every check passed. It works once.
      </Notice>
    )
  if (failed === 0)
    return (
      <Notice tone="neutral" live title="Nothing wrong so far">
        Some checks are open: see below what they need.
      </Notice>
    )
  return (
    <Notice tone="bad" live title="This token is refused">
      {failed === 1
        ? 'One check failed; it says what to change.'
        : `${failed} checks failed; each says what to change.`}
    </Notice>
  )
}

const looks = {
  passed: { icon: CircleCheck, ink: 'text-good', words: 'Passed' },
  failed: { icon: CircleX, ink: 'text-bad', words: 'Failed' },
  open: { icon: CircleDashed, ink: 'text-muted', words: 'Open' },
}

function Step({ step: { name, state, sentence } }: { step: InspectionStep }) {
  const { icon: Icon, ink, words } = looks[state]
  return (
    <li className="flex items-start gap-3">
      <Icon className={`mt-0.5 size-4 shrink-0 ${ink}`} aria-hidden="true" />
      <div className="min-w-0 break-words">
        <p className="font-medium">
          {name} <span className="sr-only">{words}</span>
        </p>
        <p className="text-muted">{sentence}</p>
      </div>
    </li>
  )
}

function Part({ name, text }: { name: string; text: string }) {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] content-start gap-1.5">
      <p className="font-medium">{name}</p>
      <CodeBlock text={text} what={name} />
    </div>
  )
}
