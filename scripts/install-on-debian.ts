import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/**
 * Installs a package where that is a matter of course: as root on Debian and its kin, as in a container of a
 * continuous integration. Returns whether it was tried with success; elsewhere does nothing.
 */
export function installOnDebian(name: string): boolean {
  if (!isRoot() || !existsSync('/usr/bin/apt-get')) return false
  console.log(`Installing ${name} with apt-get …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const steps = [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', name],
  ]
  return steps.every(
    (step) => spawnSync('apt-get', step, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0,
  )
}

export function isRoot(): boolean {
  return process.getuid?.() === 0
}
