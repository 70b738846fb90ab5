import { type SampleValues, writeCustomerSamples } from '#lib/jwt-sso/customer-samples.ts'
import { SnippetTabs } from './snippet-tabs.tsx'

/** Code for the customer's page, one tab a language. */
export function CustomerSamples(values: SampleValues) {
  const snippets = writeCustomerSamples(values).map(({ file, code, ...sample }) => ({
    ...sample,
    files: [{ name: file, code }],
  }))
  return <SnippetTabs snippets={snippets} label="Languages" />
}
