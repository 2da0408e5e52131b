import type { Locator, Page } from 'playwright-core'

/** How the walk calls things in the language of the page; everything else is found by its place in the form. */
export const WALK_WORDS = {
  ru: {
    sentence:
      'Подходит, если Сайт содержит «forum.example» и (Текст первого сообщения начинается с «http» или (Имя — не указано и Почта содержит «@spam.example»)).',
    spam: 'Спам с форума',
    price: 'Крупный заказ',
    night: 'Ночные заявки',
    site: 'Сайт',
    firstText: 'Текст первого сообщения',
    email: 'Почта',
    name: 'Имя',
    empty: 'не указано',
    contains: 'содержит',
    beginsWith: 'начинается с',
    reason: 'Настроили передачу с нуля',
    valueMissing: 'Укажите значение для параметра: Почта.',
    locked: 'Не нужно, пока при таком обращении карточка не создаётся',
    unknownVariable: 'nonsense',
  },
  en: {
    sentence:
      'Fits if Site contains “forum.example” and (Text of the first message begins with “http” or (Name is not given and E-mail contains “@spam.example”)).',
    spam: 'Spam of the forum',
    price: 'Large order',
    night: 'Contacts of the night',
    site: 'Site',
    firstText: 'Text of the first message',
    email: 'E-mail',
    name: 'Name',
    empty: 'is not given',
    contains: 'contains',
    beginsWith: 'begins with',
    reason: 'Set up from nothing',
    valueMissing: 'Give a value for the parameter: E-mail.',
    locked: 'Not needed while such a contact makes no card',
    unknownVariable: 'nonsense',
  },
} as const

/** One setting of the form. */
export const fieldOf = (page: Page, name: string): Locator => page.locator(`[data-field="${name}"]`)

/** The pickers under an element: lists with a search of their own. */
export const pickerOf = (where: Locator): Locator => where.locator('button[aria-haspopup="listbox"]')

/** Turns a switch of the form on, whatever it was. */
export async function switchOn(page: Page, name: string): Promise<void> {
  const control = fieldOf(page, name).getByRole('switch')
  if ((await control.getAttribute('aria-checked')) !== 'true') await control.click()
}

/** Opens a picker and takes the option with these words, or the one at this place (the first when left out). */
export async function pick(picker: Locator, option: string | number = 0): Promise<string> {
  const page = picker.page()
  await picker.click()
  const list = page.getByRole('listbox')
  const wanted =
    typeof option === 'number'
      ? list.getByRole('option').nth(option)
      : list.getByRole('option', { name: option, exact: true }).first()
  await wanted.waitFor()
  const words = ((await wanted.textContent()) ?? '').trim()
  await wanted.click()
  // A list of many stays open for the next one.
  if (await list.isVisible()) await page.keyboard.press('Escape')
  await list.waitFor({ state: 'hidden' })
  return words
}

/** The n-th comparison under an element, in the order they are read. */
export const conditionOf = (where: Locator, at: number): Locator =>
  where.locator('[data-test="condition"]').nth(at)

/** Fills one comparison: parameter, operator, and a text where it takes one. */
export async function compare(
  condition: Locator,
  parameter: string,
  operator: string,
  value?: string,
): Promise<void> {
  await pick(
    condition.getByRole('combobox').or(condition.locator('button[aria-haspopup]')).first(),
    parameter,
  )
  await condition.locator('select').first().selectOption({ label: operator })
  if (value !== undefined) await condition.locator('input[type="text"]').last().fill(value)
}

/** Adds a rule to a list, gives it a name, and returns it. */
export async function addRule(list: Locator, title: string): Promise<Locator> {
  const before = await list.locator('[data-test="rule"]').count()
  await list.locator('[data-test="add-rule"]').click()
  const rule = list.locator('[data-test="rule"]').nth(before)
  await rule.getByRole('textbox').first().fill(title)
  return rule
}

/** Names of the rules of a list, from the top. */
export async function titlesOf(list: Locator): Promise<string[]> {
  return list.locator('[data-test="rule"] [data-do="toggle"] .font-medium').allTextContents()
}

/** What the sentence under the conditions of a rule says. */
export async function sentenceOf(rule: Locator): Promise<string> {
  return ((await rule.locator('[data-test="sentence"]').first().textContent()) ?? '').trim()
}
