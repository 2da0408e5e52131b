import ts from 'typescript'
import { parseSource } from './read-imports.ts'
import type { SourceFile } from './source-tree.ts'

const LEVELS = new Set(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'child'])

/** Names of what a log must never hold: what people wrote, who they are, and what opens doors. */
const NEVER =
  /^(text|body|html|payload|message(Text)?|subject|phones?|e?mails?|(first|last|full|display)Name|address|.*token|.*password|.*secret(?!Id)|authorization|cookies?|headers|credentials|params|query)$/i

/**
 * Finds log calls that hand over a field whose name says it may hold a customer's words, a person or a secret.
 * A call is one of a method named as a level on something named `log` or `logger`.
 * @returns one sentence for each field.
 */
export function tellingLogs(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const tree = parseSource(file)
    const faults: string[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && isLogCall(node)) {
        for (const field of fieldsOf(node)) {
          const line = tree.getLineAndCharacterOfPosition(field.getStart(tree)).line + 1
          faults.push(`${file.path}:${line} logs ${field.text}: a log holds no words, persons or secrets.`)
        }
      }
      ts.forEachChild(node, visit)
    }
    visit(tree)
    return faults
  })
}

function isLogCall(call: ts.CallExpression): boolean {
  if (!ts.isPropertyAccessExpression(call.expression) || !LEVELS.has(call.expression.name.text)) return false
  return /(^|\.)(\w*[lL]og|\w*[lL]ogger)$/.test(call.expression.expression.getText())
}

function fieldsOf(call: ts.CallExpression): ts.Identifier[] {
  return call.arguments
    .filter(ts.isObjectLiteralExpression)
    .flatMap((argument) =>
      argument.properties
        .map((property) => property.name)
        .filter(
          (name): name is ts.Identifier =>
            name !== undefined && ts.isIdentifier(name) && NEVER.test(name.text),
        ),
    )
}
