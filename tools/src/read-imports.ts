import ts from 'typescript'
import type { SourceFile } from './source-tree.ts'

/** One place where a file names another module. */
export interface ImportUse {
  readonly specifier: string
  /** Counted from 1 in the whole file, also for Vue. */
  readonly line: number
  /** `import type`, `export type … from`, or a list of names each marked `type`: gone before the code runs. */
  readonly typeOnly: boolean
}

/**
 * Parses a TypeScript, TSX or Vue file; of Vue the `<script>` parts, with their lines where they were.
 * @returns the syntax tree, whose positions are those of the file.
 */
export function parseSource(file: SourceFile): ts.SourceFile {
  const text = file.path.endsWith('.vue') ? onlyScripts(file.text) : file.text
  const kind = file.path.endsWith('.tsx') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  return ts.createSourceFile(file.path, text, ts.ScriptTarget.Latest, true, kind)
}

/** Everything that is not script becomes blanks, so that lines and columns stay. */
function onlyScripts(text: string): string {
  const kept = text.replace(/[^\n]/g, ' ').split('')
  for (const match of text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/g)) {
    const body = match[1] ?? ''
    const start = match.index + match[0].indexOf('>') + 1
    for (let at = 0; at < body.length; at++) kept[start + at] = body[at] ?? ' '
  }
  return kept.join('')
}

/** Every module that the file names: imports, re-exports, `import()`, `require()`, and types by `import('…')`. */
export function readImports(tree: ts.SourceFile): ImportUse[] {
  const found: ImportUse[] = []
  const add = (literal: ts.Node | undefined, typeOnly: boolean) => {
    if (!literal || !ts.isStringLiteralLike(literal)) return
    const line = tree.getLineAndCharacterOfPosition(literal.getStart(tree)).line + 1
    found.push({ specifier: literal.text, line, typeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsTypesOnly(node.importClause))
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node.moduleReference.expression, node.isTypeOnly)
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true)
    } else if (ts.isCallExpression(node) && callsForModule(node)) add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

function importsTypesOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const named = clause.namedBindings
  if (clause.name || !named || !ts.isNamedImports(named)) return false
  return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly)
}

function callsForModule(call: ts.CallExpression): boolean {
  if (call.expression.kind === ts.SyntaxKind.ImportKeyword) return true
  return ts.isIdentifier(call.expression) && call.expression.text === 'require'
}
