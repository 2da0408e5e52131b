import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildBrowserPrograms } from './build.ts'
import { ROOT } from './source-tree.ts'

/**
 * `npm start`: builds the cabinet and the widget where needed, then becomes the server.
 *
 * Where the system can, this process turns into the server (same pid), so that signals and `kill -9` reach it and
 * nothing else stands between. On Windows the server is a child that gets our signals.
 */
async function start(): Promise<void> {
  await buildBrowserPrograms((line) => process.stderr.write(`${line}\n`))
  const args = [join(ROOT, 'packages/server/src/main.ts'), ...process.argv.slice(2)]
  if (process.platform !== 'win32' && process.execve) {
    process.execve(process.execPath, [process.execPath, ...args], process.env)
  }
  const server = spawn(process.execPath, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => server.kill(signal))
  server.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0)
  })
}

await start()
