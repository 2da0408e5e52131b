import { BbText } from './bb-text.tsx'
import { employeeName, moment } from './format.ts'
import type { PortalData } from './portal-api.ts'
import { usePreferences } from './preferences.ts'

/** Notices of `im.notify.*`, newest first. */
export function NotificationList({ data }: { data: PortalData }) {
  const { texts, language } = usePreferences()
  return (
    <section aria-labelledby="notices-title">
      <div class="page-head">
        <h1 id="notices-title">{texts.nav.notifications}</h1>
      </div>
      {data.notifications.length === 0 && <p class="empty">{texts.noNotices}</p>}
      <ol class="timeline">
        {data.notifications.toReversed().map((one) => (
          <li key={one.id} class="log">
            <div class="entry-head">
              <strong>
                {texts.toWhom}: {employeeName(data, one.userId)}
              </strong>
              <time>{moment(one.createdAt, language)}</time>
            </div>
            <div class="words">
              <BbText text={one.text} />
            </div>
            <small>{one.isSystem ? texts.fromSystem : employeeName(data, one.fromUserId)}</small>
          </li>
        ))}
      </ol>
    </section>
  )
}
