import { text } from '@trunkline/contracts/locale'

/** Words a person sees about this channel type. The title also stands beside the kind of event: «Чат Сайт», “Site chat”. */
export const siteWidgetTexts = {
  title: text('Сайт', 'Site'),
  summary: text(
    'Окно чата на вашем сайте: посетитель пишет, оператор отвечает из входящих.',
    'A chat window on your site: a visitor writes, an operator answers from the inbox.',
  ),
  help: text(
    'Укажите адреса сайтов, сохраните канал и вставьте строку кода из его карточки перед </body> на страницах сайта. Больше ничего подключать не нужно.',
    'Enter the site addresses, save the channel and paste the line of code from its card before </body> on the pages of your site. Nothing else needs connecting.',
  ),
}
