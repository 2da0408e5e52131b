import { type Text, text } from '@trunkline/contracts/locale'

/** Messages of liquidjs that an administrator can bring about, and how we say them. */
const SAID: readonly (readonly [RegExp, (...found: string[]) => Text])[] = [
  [
    /^output .* not closed/,
    () =>
      text(
        'Переменная не закрыта: после её имени нужны скобки «}}».',
        'A variable is not closed: its name is followed by “}}”.',
      ),
  ],
  [
    /^tag "(.+)" not found/,
    (name) => text(`Команды «${name}» в названиях нет.`, `There is no command “${name}” for names.`),
  ],
  [/^tag (.+) not closed/, (tag) => text(`Команда не закрыта: ${tag}.`, `A command is not closed: ${tag}.`)],
  [
    /^undefined filter: (\S+)/,
    (name) => text(`Такой обработки нет: ${name}.`, `There is no such filter: ${name}.`),
  ],
]

/** Why a template could not be read, from the message of the engine; its English words never reach a Russian reader. */
export function syntaxWords(message: string): Text {
  const where = /, line:(\d+), col:(\d+)/.exec(message)
  const plain = message.replace(/, (file:|line:).*$/s, '')
  for (const [pattern, say] of SAID) {
    const found = pattern.exec(plain)
    if (found) return say(...found.slice(1))
  }
  const at = where?.[2]
  return text(
    `Шаблон не разобран${at ? ` (знак ${at})` : ''}. Проверьте скобки «{{ }}» и «{% %}».`,
    `The template could not be read${at ? ` (character ${at})` : ''}. Check the brackets “{{ }}” and “{% %}”.`,
  )
}
