import { cx } from '../ui/cx.ts'

/** The mark of a provider. Its name always stands beside it, so it says nothing to readers. */
export function ProviderIcon({ path, large }: { path: string; large?: boolean }) {
  const size = large ? 32 : 20
  const look = cx('shrink-0', large ? 'size-8' : 'size-5')
  // biome-ignore lint/performance/noImgElement: a drawing of half a kilobyte, which nothing makes smaller
  return <img src={path} alt="" width={size} height={size} className={look} />
}
