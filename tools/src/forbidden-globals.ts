import ts from 'typescript'

/** A use of something that every program can reach without an import, where it may not. */
export interface GlobalUse {
  readonly name: string
  readonly line: number
}

/** A pure room gets time, randomness and the outside world as arguments or not at all. */
const IMPURE = new Set([
  'process',
  'crypto',
  'performance',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
])
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random', 'Temporal.Now'])

/**
 * Only these read the environment: everything else is a setting or an argument. `main.ts` hands it to
 * config, `server/postgres` to the programs it starts.
 */
const MAY_READ_ENVIRONMENT =
  /^(packages\/server\/src\/((config|main)\.ts|postgres\/)|packages\/(cabinet|widget|sandbox)\/|e2e\/|bench\/|tools\/)/

/**
 * Finds forbidden globals: in `domain` the clock, randomness, `process`, `crypto` and timers; in the rooms of the
 * server side `process.env`, which only `server/src/config.ts` reads.
 */
export function readForbiddenGlobals(path: string, tree: ts.SourceFile): GlobalUse[] {
  const found: GlobalUse[] = []
  const add = (name: string, node: ts.Node) => {
    found.push({ name, line: tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1 })
  }
  const pure = path.startsWith('packages/domain/src/')
  const readsEnvironment = MAY_READ_ENVIRONMENT.test(path)
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return
    if (pure) checkPure(node, add)
    if (!readsEnvironment && ts.isPropertyAccessExpression(node) && node.getText(tree) === 'process.env') {
      add('process.env (only server/src/config.ts reads the environment)', node)
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

function checkPure(node: ts.Node, add: (name: string, node: ts.Node) => void): void {
  if (ts.isPropertyAccessExpression(node) && IMPURE_MEMBERS.has(node.getText())) add(node.getText(), node)
  else if (isDate(node) && (ts.isCallExpression(node) || !node.arguments?.length))
    add('the current time by Date()', node)
  else if (ts.isIdentifier(node) && IMPURE.has(node.text) && isValue(node)) add(node.text, node)
}

function isDate(node: ts.Node): node is ts.NewExpression | ts.CallExpression {
  const makes = ts.isNewExpression(node) || ts.isCallExpression(node)
  return makes && ts.isIdentifier(node.expression) && node.expression.text === 'Date'
}

/** False where the word is a member, a key, a declaration or a label, which have nothing to do with the global. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === node
  return !(
    ts.isPropertySignature(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isBindingElement(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isImportSpecifier(parent)
  )
}
