'use client'

import { Tabs } from '@base-ui/react/tabs'
import { CodeBlock } from '../ui/code-block.tsx'

/** Code to copy for one library: files with their names. */
export type SnippetView = {
  id: string
  title: string
  lead: string
  files: { name: string; code: string }[]
}

/** One tab a library, or whatever `label` calls them. */
export function SnippetTabs({ snippets, label = 'Libraries' }: { snippets: SnippetView[]; label?: string }) {
  return (
    <Tabs.Root defaultValue={snippets[0]?.id}>
      <Tabs.List aria-label={label} className="scroll-quiet flex gap-6 overflow-x-auto border-line border-b">
        {snippets.map(({ id, title }) => (
          <Tabs.Tab
            key={id}
            value={id}
            className="-mb-px whitespace-nowrap border-transparent border-b-2 py-2 text-muted hover:text-ink focus-visible:-outline-offset-2 data-active:border-accent data-active:font-medium data-active:text-ink"
          >
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {snippets.map(({ id, title, lead, files }) => (
        <Tabs.Panel key={id} value={id} className="grid grid-cols-[minmax(0,1fr)] gap-4 pt-4" tabIndex={-1}>
          <p className="text-muted">{lead}</p>
          {files.map(({ name, code }) => (
            <div key={name} className="grid grid-cols-[minmax(0,1fr)] gap-1.5">
              <p className="font-mono text-sm">{name}</p>
              <CodeBlock text={code} what={`${name} for ${title}`} />
            </div>
          ))}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  )
}
