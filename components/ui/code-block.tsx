import { CopyButton } from './copy-button.tsx'

/** Text as a machine sent it, scrolling inside its own box. */
export function CodeBlock({ text, what }: { text: string; what: string }) {
  return (
    <div className="relative rounded-lg border border-line bg-sunken">
      <div className="absolute top-1 right-1 rounded-md bg-sunken">
        <CopyButton value={text} what={what} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard
        tabIndex={0}
        className="scroll-quiet max-h-120 overflow-auto p-4 pr-12 font-mono text-xs leading-5"
      >
        {text}
      </pre>
    </div>
  )
}
