import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runProcess } from './run-process.ts'

it('keeps both streams and the code', async () => {
  const script = "process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 7"
  const ended = await runProcess(['node', '-e', script], { limitMs: 10_000 })
  expect(ended.code).toBe(7)
  expect(ended.output).toContain('out')
  expect(ended.output).toContain('err')
})

it('gives the child the environment that was asked for, and no colours', async () => {
  const script = 'process.stdout.write(process.env.GIVEN + process.env.NO_COLOR)'
  const { output } = await runProcess(['node', '-e', script], { limitMs: 10_000, env: { GIVEN: 'x' } })
  expect(output).toBe('x1')
})

it.runIf(process.platform !== 'win32')(
  'ends a hanging program and the children that it left behind',
  async () => {
    const script = `
    const { spawn } = require('node:child_process')
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
    process.stdout.write(String(child.pid))
    setInterval(() => {}, 1000)`
    const ended = await runProcess(['node', '-e', script], { limitMs: 1_500 })
    expect(ended.code).not.toBe(0)
    expect(ended.output).toContain('limit of 2 s')
    const grandchild = Number(/^\d+/.exec(ended.output)?.[0])
    expect(grandchild).toBeGreaterThan(1)
    await expect.poll(() => isRunning(grandchild), { timeout: 5_000 }).toBe(false)
  },
)

it('says so when there is no such program', async () => {
  await expect(runProcess(['no-such-program-here'], { limitMs: 1_000 })).rejects.toThrow(/ENOENT/)
})

/** A zombie that nobody has reaped yet runs no more. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    // No such process.
    return false
  }
  return !isZombie(pid)
}

function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.startsWith('Z') ?? false
  } catch {
    // Reaped between the two looks.
    return true
  }
}
