import ts from 'typescript'
import { parseSource } from './read-imports.ts'
import type { SourceFile } from './source-tree.ts'

/**
 * Finds settings that a person can change and no code obeys.
 * @param schemas files that declare sections as `export const …Settings = Type.Object({ … })`.
 * @param readers the code that decides, without its tests: a setting counts as read where its name is taken from an
 *   object (`settings.chats.timing`, `const { timing } = …`).
 * @returns one sentence for each.
 */
export function unreadSettings(schemas: readonly SourceFile[], readers: readonly SourceFile[]): string[] {
  const read = new Set(readers.flatMap((file) => namesTaken(parseSource(file))))
  return schemas.flatMap((file) =>
    settingsIn(parseSource(file))
      .filter(({ key }) => !read.has(key))
      .map(({ section, key }) => `${file.path}: nobody reads ${section}.${key}; delete it or obey it.`),
  )
}

/**
 * Every setting declared in a file, with the name of its section's schema, or of the function that gives the settings
 * which sections share (`export function passingFields(…) { return { … } }`).
 */
export function settingsIn(tree: ts.SourceFile): { section: string; key: string }[] {
  return tree.statements.flatMap((statement) => {
    if (ts.isFunctionDeclaration(statement)) return sharedFields(statement, tree)
    if (!ts.isVariableStatement(statement)) return []
    return statement.declarationList.declarations.flatMap((declaration) => {
      const section = declaration.name.getText(tree)
      const made = declaration.initializer
      if (!section.endsWith('Settings') || !made || !ts.isCallExpression(made)) return []
      const [fields] = made.arguments
      return fields && ts.isObjectLiteralExpression(fields) ? keysOf(fields, section) : []
    })
  })
}

function sharedFields(made: ts.FunctionDeclaration, tree: ts.SourceFile): { section: string; key: string }[] {
  const name = made.name?.getText(tree) ?? ''
  if (!name.endsWith('Fields')) return []
  return (made.body?.statements ?? []).flatMap((statement) =>
    ts.isReturnStatement(statement) &&
    statement.expression &&
    ts.isObjectLiteralExpression(statement.expression)
      ? keysOf(statement.expression, name)
      : [],
  )
}

function keysOf(fields: ts.ObjectLiteralExpression, section: string): { section: string; key: string }[] {
  return fields.properties.flatMap((field) =>
    field.name && ts.isIdentifier(field.name) ? [{ section, key: field.name.text }] : [],
  )
}

function namesTaken(tree: ts.SourceFile): string[] {
  const names: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) names.push(node.name.text)
    else if (ts.isBindingElement(node)) names.push((node.propertyName ?? node.name).getText(tree))
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return names
}
