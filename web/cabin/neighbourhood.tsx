/** This neighbourhood: who looks after it by name, what is open, and what was done. */
import { CircleUserRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { NeighbourhoodView } from '#adapters/residents/api.types.ts';
import { formatCount, percentFigure } from '#web/kit/number.view.ts';
import { locate } from './api.ts';
import { BeforeAfter } from './before-after.tsx';
import { cabin, go, useCabin } from './cabin.ts';
import { useWords } from './i18n.ts';
import { Action, Failure, Options, Page, Waiting } from './parts.tsx';
import { getNeighbourhood, useRemote } from './remote.ts';

const REMEMBERED = 'cityloom.community';

export default function Neighbourhood({ community }: { community: string | undefined }) {
  const kiosk = useCabin((state) => state.kiosk);
  const chosen =
    community ?? kiosk?.community?.id ?? (kiosk ? undefined : (localStorage.getItem(REMEMBERED) ?? undefined));
  return chosen ? <Community key={chosen} id={chosen} /> : <ChooseCommunity />;
}

function ChooseCommunity() {
  const { t, say } = useWords();
  const communities = useCabin((state) => state.city?.communities) ?? [];
  const [here, setHere] = useState<string>();
  useEffect(() => {
    if (cabin.get().kiosk) return;
    // Only when it was allowed before: nobody is asked for their place unasked.
    void navigator.permissions?.query({ name: 'geolocation' }).then(({ state }) => {
      if (state !== 'granted') return;
      navigator.geolocation.getCurrentPosition(({ coords }) => {
        locate([coords.longitude, coords.latitude]).then(
          ({ community }) => setHere(community?.id),
          () => undefined,
        );
      });
    });
  }, []);
  const choose = (id: string) => {
    if (!cabin.get().kiosk) localStorage.setItem(REMEMBERED, id);
    go(['neighbourhood', id], 'replace');
  };
  const sorted = [...communities].sort((a, b) => Number(b.id === here) - Number(a.id === here));
  return (
    <Page title={t('place.which')}>
      <Options
        legend={t('place.which')}
        isLegendHidden
        values={sorted.map(({ id, name }) => ({ key: id, name: say(name) }))}
        // The own one stands first and is not chosen already: a choice is a touch.
        chosen={[]}
        onChange={([chosen]) => choose(chosen!)}
      />
    </Page>
  );
}

function Community({ id }: { id: string }) {
  const { t, say } = useWords();
  const { value, error, reload } = useRemote(`community ${id}`, () => getNeighbourhood(id));
  if (!value)
    return (
      <Page title={t('home.neighbourhood')}>{error ? <Failure error={error} retry={reload} /> : <Waiting />}</Page>
    );
  return (
    <Page title={say(value.name)} lead={[say(value.district), say(value.street)].filter(Boolean).join(' · ')}>
      <Workers workers={value.workers} />
      <Figures view={value} />
      <section>
        <h2>{t('place.open')}</h2>
        {value.open.length === 0 && <p className="quiet">{t('place.nothingOpen')}</p>}
        <ul className="rows">
          {value.open.map((each) => (
            <li key={`${each.category} ${say(each.name)}`} className="row spread">
              <span>{say(each.name)}</span>
              <span className="strong">{each.count ?? t('place.few')}</span>
            </li>
          ))}
        </ul>
      </section>
      <Done done={value.done} />
      {!cabin.get().kiosk && (
        <div className="actions">
          <Action
            onClick={() => {
              localStorage.removeItem(REMEMBERED);
              go(['neighbourhood']);
            }}
          >
            {t('place.other')}
          </Action>
        </div>
      )}
    </Page>
  );
}

function Workers({ workers }: { workers: NeighbourhoodView['workers'] }) {
  const { t, say } = useWords();
  if (workers.length === 0) return null;
  return (
    <section>
      <h2>{t('place.workers')}</h2>
      <ul className="rows">
        {workers.map((worker) => (
          <li key={worker.name} className="row">
            <CircleUserRound aria-hidden size={32} />
            <div>
              <p className="strong">{worker.name}</p>
              <p className="hint">{worker.cells.map(say).join(' · ')}</p>
              {worker.phone && <a href={`tel:${worker.phone}`}>{worker.phone}</a>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Two sentences with their figures, not a dashboard. */
function Figures({ view }: { view: NeighbourhoodView }) {
  const { t, language } = useWords();
  const count = (value: number) => formatCount(value, language);
  const percent = (ratio: number) => percentFigure(ratio, language).value;
  return (
    <section>
      <h2>{t('place.month')}</h2>
      <p>
        {view.reported === undefined
          ? t('place.reportedFew')
          : t('place.reported', { reported: count(view.reported), closed: count(view.closed ?? 0) })}
      </p>
      {view.closedOnTimeRatio !== undefined && <p>{t('place.onTime', { percent: percent(view.closedOnTimeRatio) })}</p>}
      {view.satisfied !== undefined && <p>{t('place.satisfied', { rating: view.satisfied.toFixed(1) })}</p>}
    </section>
  );
}

function Done({ done }: { done: NeighbourhoodView['done'] }) {
  const { t, say, day } = useWords();
  if (done.length === 0) return null;
  return (
    <section>
      <h2>{t('place.done')}</h2>
      <ul className="cards">
        {done.map((each) => (
          <li key={`${each.closedAt} ${say(each.address)}`} className="card">
            <p className="strong">{say(each.name)}</p>
            <p>
              {say(each.address)} · <span className="hint">{day(each.closedAt)}</span>
            </p>
            <p>{say(each.sentence)}</p>
            <BeforeAfter before={each.before ? [each.before] : []} after={each.after ? [each.after] : []} />
          </li>
        ))}
      </ul>
    </section>
  );
}
