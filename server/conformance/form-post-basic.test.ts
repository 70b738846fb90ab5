import { test } from 'vitest'
import { basicModules } from './basic-modules.ts'
import { describeOnEachTarget } from './bench.ts'

describeOnEachTarget(
  'oidcc-formpost-basic-certification-test-plan',
  (bench) => {
    for (const [name, run] of Object.entries(basicModules)) test(name, () => run(bench))
  },
  { responseMode: 'form_post' },
)
