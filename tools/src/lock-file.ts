/** An entry of package-lock.json (version 3), as far as it matters here. */
export interface LockEntry {
  version?: string
  license?: string
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

export interface LockFile {
  packages: Record<string, LockEntry>
}

/** An optional package that some entry asks for and the lock does not name. */
export interface MissingOptional {
  readonly name: string
  readonly version: string
  readonly askedBy: string
}

const SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64']

/**
 * Finds packages for other systems that the lock file lacks.
 *
 * npm leaves them out when the registry it asked did not have them (a mirror that lags), and then `npm ci` refuses the
 * lock wherever it is used: "Missing: … from lock file".
 */
export function missingOptionals(lock: LockFile): MissingOptional[] {
  const known = new Set(Object.keys(lock.packages).map((path) => path.split('node_modules/').at(-1)))
  const missing = new Map<string, MissingOptional>()
  for (const [askedBy, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!known.has(name)) missing.set(name, { name, version, askedBy })
    }
  }
  return [...missing.values()]
}

/**
 * The same lock with the missing packages named, each bound to its system so that npm takes it nowhere else.
 * They carry no checksum, because nobody here has seen them: npm fetches them by name and version where they fit.
 * @throws where the version is a range or the name does not tell the system: then a person must look.
 */
export function completeLock(lock: LockFile): LockFile {
  const added = missingOptionals(lock).map(({ name, version, askedBy }) => {
    if (!/^\d+\.\d+\.\d+/.test(version))
      throw new Error(`${askedBy} asks for ${name}@${version}: not one version`)
    const { license } = lock.packages[askedBy] ?? {}
    // A family of packages for systems has one licence, that of the package which asks for them.
    const entry = { version, ...(license ? { license } : {}), optional: true, ...systemOf(name) }
    return [`node_modules/${name}`, entry] as const
  })
  const all = [...Object.entries(lock.packages), ...added].sort(([one], [other]) => (one < other ? -1 : 1))
  return { ...lock, packages: Object.fromEntries(all) }
}

/** Reads `linux-arm64-musl` out of a package's name, as every such family spells it. */
function systemOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[-/]/)
  const os = SYSTEMS.find((system) => words.includes(system))
  const cpu = PROCESSORS.find((processor) => words.includes(processor))
  if (!cpu || (!os && cpu !== 'wasm32')) throw new Error(`The name ${name} does not tell its system`)
  const libc = words.find((word) => word === 'musl' || word === 'gnu')
  const isLinux = os === 'linux' && libc !== undefined
  return {
    cpu: [cpu],
    ...(os ? { os: [os] } : {}),
    ...(isLinux ? { libc: [libc === 'gnu' ? 'glibc' : 'musl'] } : {}),
  }
}
