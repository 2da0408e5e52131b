import { useCallback, useState } from 'preact/hooks'
import type { AppFrame, AppOffer } from '../../portal/app-frame.ts'
import { AppFrameView } from './app-frame.tsx'
import { type PortalData, portalApi, RefusedError } from './portal-api.ts'
import { usePreferences } from './preferences.ts'
import { type LivePortal, usePolled } from './use-live.ts'

/** Applications of the portal: an administrator installs them, employees open them. */
export function ApplicationsPage({ live, data }: { live: LivePortal; data: PortalData }) {
  const { texts } = usePreferences()
  const people = data.employees.filter(({ isActive }) => isActive)
  const [userId, setUserId] = useState(people[0]?.id ?? 0)
  const [offers, refresh] = usePolled(portalApi.offers)
  const [opened, setOpened] = useState<{ frame: AppFrame; offer: AppOffer }>()
  const [refusal, setRefusal] = useState('')
  const person = people.find(({ id }) => id === userId)

  const attempt = useCallback(
    async (act: () => Promise<void>) => {
      setRefusal('')
      try {
        await act()
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error
        setRefusal(error.message)
      }
      await refresh()
      await live.refresh()
    },
    [refresh, live.refresh],
  )
  const install = (offer: AppOffer): Promise<void> =>
    attempt(async () => {
      const { frame } = await portalApi.installApp(offer.clientId, userId)
      setOpened(frame === null ? undefined : { frame, offer })
    })
  const open = (offer: AppOffer): Promise<void> =>
    attempt(async () => {
      const { frame } = await portalApi.openApp(offer.clientId, userId)
      setOpened({ frame, offer })
    })
  // The page of a real portal is loaded anew when an install page says that it is done, and starts the application.
  const finish = useCallback(
    () =>
      attempt(async () => {
        if (opened === undefined) return
        await portalApi.app(opened.offer.clientId, 'finish')
        if (!opened.offer.hasMainPage) return
        const { frame } = await portalApi.openApp(opened.offer.clientId, userId)
        setOpened({ frame, offer: opened.offer })
      }),
    [attempt, opened, userId],
  )

  return (
    <section aria-labelledby="apps-title">
      <div class="page-head">
        <h1 id="apps-title">{texts.nav.apps}</h1>
        <label class="at-screen">
          {texts.atScreen}{' '}
          <select
            value={userId}
            onChange={(event) => {
              setUserId(Number(event.currentTarget.value))
              setOpened(undefined)
            }}
          >
            {people.map((one) => (
              <option key={one.id} value={one.id}>
                {`${one.name} ${one.lastName}`.trim()}
                {one.isAdmin ? ` (${texts.admin})` : ''}
              </option>
            ))}
          </select>
        </label>
      </div>
      {refusal !== '' && (
        <p class="notice bad" role="alert">
          {refusal}
        </p>
      )}
      {offers?.apps.length === 0 && <p class="notice">{texts.noApps}</p>}
      <div class="panels">
        {offers?.apps.map((offer) => (
          <section class="panel" key={offer.clientId}>
            <h2>{offer.title}</h2>
            <p>
              <span
                class={`tag ${offer.state === 'installed' ? 'good' : offer.state === 'none' ? '' : 'warn'}`}
              >
                {texts.appStates[offer.state]}
              </span>
              {!offer.hasInstallPage && <span class="tag">{texts.withoutPages}</span>}
            </p>
            <p>
              <small>{offer.scope.join(', ')}</small>
            </p>
            {person?.isAdmin === false && <p class="quiet-words">{texts.onlyAdmins}</p>}
            <div class="acts">
              <button
                type="button"
                disabled={person?.isAdmin !== true}
                data-testid="install-app"
                onClick={() => void install(offer)}
              >
                {offer.state === 'installed' ? texts.installAgain : texts.install}
              </button>
              <button
                type="button"
                disabled={offer.state !== 'installed' || !offer.hasMainPage}
                data-testid="open-app"
                onClick={() => void open(offer)}
              >
                {texts.openApp}
              </button>
              <button
                type="button"
                class="quiet danger"
                disabled={offer.state === 'none'}
                onClick={() =>
                  void attempt(async () => {
                    await portalApi.app(offer.clientId, 'uninstall', { clean: false })
                    setOpened(undefined)
                  })
                }
              >
                {texts.uninstall}
              </button>
            </div>
          </section>
        ))}
      </div>
      {opened !== undefined && (
        <AppFrameView
          key={opened.frame.name}
          frame={opened.frame}
          title={opened.offer.title}
          onFinish={finish}
        />
      )}
    </section>
  )
}
