import { expect, test } from './fixtures.ts'
import { watchForTrouble } from './watch-for-trouble.ts'

test('the watch that every journey is under sees errors, refusals of the policy and what is missing', async ({
  page,
  context,
  expectTrouble,
}) => {
  expectTrouble(/broken|policy|Policy|missing|csp/)
  const { watch, found, expect: leaveOut } = watchForTrouble()
  watch(context)
  await page.goto('/demo')
  await page.evaluate(() => {
    console.error('broken on purpose')
    const script = document.createElement('script')
    script.textContent = 'document.title = "the policy has a hole"'
    document.head.append(script)
    const image = document.createElement('img')
    image.src = '/missing.png'
    document.body.append(image)
    setTimeout(() => {
      throw new Error('broken later')
    })
  })
  await expect.poll(found).toContainEqual(expect.stringMatching(/^console: broken on purpose/))
  await expect.poll(found).toContainEqual(expect.stringMatching(/Content Security Policy/))
  await expect.poll(found).toContainEqual(expect.stringMatching(/^404: .*\/missing\.png/))
  await expect.poll(found).toContainEqual('thrown: broken later')
  await expect(page).not.toHaveTitle('the policy has a hole')
  leaveOut(/./)
  expect(found()).toEqual([])
})
