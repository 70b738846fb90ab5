import { Disclosure } from '../ui/disclosure.tsx'

/** The values a guide may name, by their placeholders. */
export type GuideValues = Partial<Record<'acsUrl' | 'entityId' | 'metadataUrl' | 'redirectUri', string>>

/** How a connection is set up at its provider, step by step, with the connection's own values in place. */
export function ProviderGuide({
  title,
  steps,
  values,
  open,
}: {
  title: string
  steps: readonly string[]
  values: GuideValues
  open?: boolean
}) {
  return (
    <Disclosure summary={title} open={open}>
      <ol className="grid max-w-2xl list-decimal gap-2.5 pl-5 marker:text-muted">
        {steps.map((step) => (
          <li key={step} className="text-pretty pl-1">
            {fill(step, values)}
          </li>
        ))}
      </ol>
    </Disclosure>
  )
}

function fill(step: string, values: GuideValues) {
  return step.split(/(\{\w+\})/).map((piece) => {
    const value = values[piece.slice(1, -1) as keyof GuideValues]
    if (value === undefined) return piece
    return (
      <code key={piece} className="wrap-anywhere rounded-sm bg-sunken px-1 py-0.5 font-mono text-sm">
        {value}
      </code>
    )
  })
}
