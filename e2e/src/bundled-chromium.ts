import { createHash, randomUUID } from 'node:crypto'
import { accessSync, constants, createReadStream, createWriteStream, existsSync, statSync } from 'node:fs'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import { extract } from 'tar-fs'

/** An unpacked browser of our own: all that a launcher needs to know. Paths are absolute. */
export interface UnpackedChromium {
  /** The browser binary. */
  readonly executablePath: string
  /** Environment for the browser process and for nothing else: its own libraries must not reach our children. */
  readonly env: Readonly<Record<string, string>>
}

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url))
/** Written last, so a folder that has it is whole. */
const COMPLETE_MARK = 'complete'
const SCRATCH_PREFIX = '.unpacking-'
/** A scratch folder older than this belongs to a process that died; unpacking takes seconds. */
const SCRATCH_MAX_AGE_MS = 30 * 60_000

/**
 * Unpacks the Chromium that npm brought (`@sparticuz/chromium`, Linux x64 with glibc) and returns where it stands.
 *
 * Safe to call from many processes at once: each unpacks into a scratch folder of its own and renames it; the
 * first rename wins and the others use what it left. The second call costs a few milliseconds.
 * The fonts are the package's (Latin and Cyrillic) with DejaVu and Noto Color Emoji beside them, so that pictures
 * are the same on every machine.
 * @param cacheRoot folder for unpacked browsers; by default under `node_modules/.cache`, or under the temporary
 *   folder where this user cannot write there.
 * @returns undefined when the package is not installed or the machine is of another kind.
 */
export async function unpackBundledChromium(cacheRoot?: string): Promise<UnpackedChromium | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !hasGlibc()) return undefined
  const packageFile = installedFile('@sparticuz/chromium', '../package.json')
  if (!packageFile) return undefined
  const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string }

  const fontFolders = [
    join(installedFolder('dejavu-fonts-ttf'), 'ttf'),
    join(installedFolder('@expo-google-fonts/noto-color-emoji'), '400Regular'),
  ]
  // The folders are written into fonts.conf as absolute paths, so a moved checkout unpacks anew.
  const homeIn = (root: string) => {
    const place = createHash('sha256')
      .update([root, ...fontFolders].join('\n'))
      .digest('hex')
      .slice(0, 8)
    return join(root, `${version}-${place}`)
  }
  const roots = cacheRoot
    ? [cacheRoot]
    : [join(MODULES, '.cache', 'trunkline-chromium'), ownTemporaryFolder()].filter(isOurs)
  let home = roots.map(homeIn).find((path) => existsSync(join(path, COMPLETE_MARK)))
  if (!home) {
    // A checkout owned by another user (root's, used by an ordinary one) cannot be written.
    const root = roots.find(canWrite)
    if (!root) throw new Error(`No folder to unpack Chromium into: tried ${roots.join(', ')}`)
    home = homeIn(root)
    await unpack(join(dirname(packageFile), 'bin'), home, fontFolders)
  }

  const libraryPath = [join(home, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
  return {
    executablePath: join(home, 'chromium'),
    env: { FONTCONFIG_FILE: join(home, 'fonts.conf'), LD_LIBRARY_PATH: libraryPath },
  }
}

async function unpack(archives: string, home: string, fontFolders: readonly string[]): Promise<void> {
  const cacheRoot = dirname(home)
  await mkdir(cacheRoot, { recursive: true })
  await dropAbandoned(cacheRoot)
  // Beside the final place, because a rename is atomic only inside one filesystem.
  const scratch = join(cacheRoot, `${SCRATCH_PREFIX}${randomUUID()}`)
  await mkdir(scratch)
  try {
    const open = (name: string, target: NodeJS.WritableStream) =>
      pipeline(createReadStream(join(archives, name)), createBrotliDecompress(), target)
    await Promise.all([
      open('chromium.br', createWriteStream(join(scratch, 'chromium'))),
      open('al2023.tar.br', extract(join(scratch, 'al2023'))),
      open('fonts.tar.br', extract(join(scratch, 'fonts'))),
      open('swiftshader.tar.br', extract(scratch)),
    ])
    await chmod(join(scratch, 'chromium'), 0o755)
    await chmod(scratch, 0o755)
    await writeFile(
      join(scratch, 'fonts.conf'),
      fontsConf([join(home, 'fonts'), ...fontFolders], join(home, 'fc-cache')),
    )
    await writeFile(join(scratch, COMPLETE_MARK), '')
    await rename(scratch, home)
  } catch (cause) {
    await rm(scratch, { recursive: true, force: true })
    // Another process renamed first: its folder is as good as ours.
    if (!existsSync(join(home, COMPLETE_MARK))) {
      throw new Error(`The bundled Chromium could not be unpacked into ${cacheRoot}`, { cause })
    }
  }
}

/** Removes what processes killed in the middle of unpacking left behind: 200 MB each. */
async function dropAbandoned(cacheRoot: string): Promise<void> {
  for (const name of await readdir(cacheRoot)) {
    if (!name.startsWith(SCRATCH_PREFIX)) continue
    const path = join(cacheRoot, name)
    const seen = await stat(path).catch(() => undefined)
    if (seen && Date.now() - seen.mtimeMs > SCRATCH_MAX_AGE_MS)
      await rm(path, { recursive: true, force: true })
  }
}

function fontsConf(folders: readonly string[], cacheFolder: string): string {
  const escaped = (path: string) => path.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  const lines = folders.map((folder) => `  <dir>${escaped(folder)}</dir>`)
  return [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    ...lines,
    `  <cachedir>${escaped(cacheFolder)}</cachedir>`,
    '</fontconfig>',
    '',
  ].join('\n')
}

/** musl has no glibc version to report; the bundled binary cannot run there. */
function hasGlibc(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } }
  return report.header?.glibcVersionRuntime !== undefined
}

function ownTemporaryFolder(): string {
  return join(tmpdir(), `trunkline-chromium-${process.getuid?.() ?? 'user'}`)
}

/** False for a folder in the shared temporary place that somebody else made there: we would run their binary. */
function isOurs(folder: string): boolean {
  if (folder !== ownTemporaryFolder() || !existsSync(folder)) return true
  return statSync(folder).uid === process.getuid?.()
}

/** Whether this user may make the folder, or put something into it where it exists. */
function canWrite(folder: string): boolean {
  let nearest = folder
  while (!existsSync(nearest)) nearest = dirname(nearest)
  try {
    accessSync(nearest, constants.W_OK)
    return true
  } catch {
    // The only question asked here is whether; the reason does not matter.
    return false
  }
}

function installedFolder(name: string): string {
  const file = installedFile(name, 'package.json')
  if (!file) throw new Error(`Package ${name} is not installed: run npm ci`)
  return dirname(file)
}

/** @returns the absolute path of a file beside a package's entry, or undefined when it is not installed. */
function installedFile(name: string, beside: string): string | undefined {
  try {
    const entry = import.meta.resolve(beside.startsWith('..') ? name : `${name}/${beside}`)
    const path = fileURLToPath(beside.startsWith('..') ? new URL(beside, entry) : entry)
    return existsSync(path) ? path : undefined
  } catch {
    // Not resolvable means not installed; the callers say what that means for them.
    return undefined
  }
}
