import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * How to run PostgreSQL's programs here. PostgreSQL refuses to run as root, and initdb also refuses a uid without
 * an entry in /etc/passwd (containers that pick a random uid).
 */
export interface Launcher {
  /** For the log. */
  readonly kind: 'as-is' | 'user-namespace' | 'other-uid'
  readonly command: (program: string) => readonly [string, ...string[]]
  /** The uid that owns the files and runs the processes, when it is not ours. */
  readonly runAs?: { readonly uid: number; readonly gid: number }
}

export interface LauncherChoice {
  readonly dataDir: string
  readonly program: string
  /** Narrows the choice, so that tests reach the fallback on a machine that has user namespaces. */
  readonly allowUserNamespace?: boolean
}

/**
 * Picks the first that works:
 * 1. as we are, when we are an ordinary user known to the system;
 * 2. in a user namespace that shows our uid as an unprivileged one: no user is made, no ownership changes, and it
 *    works in folders that only root may enter;
 * 3. as root without user namespaces (Docker's default seccomp profile refuses them): as an existing uid.
 * @throws with a sentence for the administrator when none works.
 */
export async function chooseLauncher(choice: LauncherChoice): Promise<Launcher> {
  const uid = process.geteuid?.() ?? -1
  const known = await passwdEntries()
  if (uid !== 0 && (process.platform !== 'linux' || known.some((entry) => entry.uid === uid))) {
    return { kind: 'as-is', command: (program) => [program] }
  }
  const shown = known.find((entry) => entry.uid !== 0)
  if (shown && choice.allowUserNamespace !== false && (await namespaceWorks(shown.uid, choice))) {
    return {
      kind: 'user-namespace',
      command: (program) => ['unshare', '--user', `--map-user=${shown.uid}`, program],
    }
  }
  if (uid === 0) {
    const runAs = await unprivilegedOwner(choice.dataDir, known)
    if (runAs) return { kind: 'other-uid', command: (program) => [program], runAs }
  }
  throw new Error(
    `PostgreSQL cannot run as uid ${uid} here: user namespaces are refused and there is no other user to run it as. ` +
      'Run the product as an ordinary user, or set DATABASE_URL.',
  )
}

interface PasswdEntry {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

async function passwdEntries(): Promise<PasswdEntry[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '')
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : []
  })
}

/** Inside the namespace root's power over others' files is gone, so the folders themselves are tried. */
async function namespaceWorks(shownUid: number, choice: LauncherChoice): Promise<boolean> {
  const probe = `[ -x "$1" ] && [ -w "$2" ] && [ -x "$2" ]`
  const args = ['--user', `--map-user=${shownUid}`, 'sh', '-c', probe, 'sh', choice.program, choice.dataDir]
  return run('unshare', args).then(
    () => true,
    () => false,
  )
}

/** Whoever owns the folder around the data, else the user that packages make for PostgreSQL, else nobody. */
async function unprivilegedOwner(dataDir: string, known: PasswdEntry[]): Promise<PasswdEntry | undefined> {
  const around = await stat(dirname(dataDir)).catch(() => null)
  return (
    known.find((entry) => entry.uid === around?.uid && entry.uid !== 0) ??
    known.find((entry) => entry.name === 'postgres') ??
    known.find((entry) => entry.name === 'nobody')
  )
}
