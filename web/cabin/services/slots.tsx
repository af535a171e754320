/** Choose a day, then a time: two small questions instead of a calendar. */
import { useEffect, useState } from 'react';
import type { ServiceView, SlotView } from '#adapters/residents/api.types.ts';
import { dateKey } from '#web/kit/time.view.ts';
import { listSlots } from '../api.ts';
import { useWords } from '../i18n.ts';
import { Failure, Options, Waiting } from '../parts.tsx';
import { useRemote } from '../remote.ts';
import { byDay } from './services.view.ts';

const DAYS = 14;

export function Slots(props: {
  service: Pick<ServiceView, 'id' | 'places'>;
  chosen: SlotView | undefined;
  error: string | undefined;
  onChoose: (slot: SlotView | undefined) => void;
}) {
  const { t, say, day, time, zone } = useWords();
  const [now] = useState(() => Date.now());
  const { value, error, reload } = useRemote(`slots ${props.service.id}`, () =>
    listSlots(props.service.id, dateKey(now, zone), DAYS),
  );
  const [place, setPlace] = useState(props.service.places.length === 1 ? props.service.places[0]!.id : undefined);
  const [dayKey, setDayKey] = useState<string>();
  const needsPlace = props.service.places.length > 1;
  const ofPlace = (value?.slots ?? []).filter((slot) => slot.placeId === undefined || slot.placeId === place);
  const days = byDay(ofPlace, zone, now).filter(({ free }) => free > 0);
  const current = days.find(({ key }) => key === dayKey) ?? days[0];
  // biome-ignore lint/correctness/useExhaustiveDependencies: another place has other times
  useEffect(() => props.onChoose(undefined), [place]);
  if (!value) return error ? <Failure error={error} retry={reload} /> : <Waiting />;
  return (
    <>
      {needsPlace && (
        <Options
          legend={t('slots.place')}
          values={props.service.places.map(({ id, name }) => ({ key: id, name: say(name) }))}
          chosen={place ? [place] : []}
          onChange={([chosen]) => setPlace(chosen)}
        />
      )}
      {(!needsPlace || place) && days.length === 0 && <p className="quiet">{t('slots.none')}</p>}
      {current && (
        <>
          <Options
            inline
            legend={t('slots.day')}
            values={days.map(({ key, at, free }) => ({
              key,
              name: (
                <>
                  {day(at)} <span className="hint">{t('slots.free', { count: free })}</span>
                </>
              ),
            }))}
            chosen={[current.key]}
            onChange={([chosen]) => {
              setDayKey(chosen);
              props.onChoose(undefined);
            }}
          />
          <Options
            inline
            legend={t('slots.time')}
            error={props.error}
            values={current.slots
              .filter(({ free }) => free > 0)
              .map(({ id, begin }) => ({ key: id, name: time(begin) }))}
            chosen={props.chosen ? [props.chosen.id] : []}
            onChange={([chosen]) => props.onChoose(current.slots.find(({ id }) => id === chosen))}
          />
        </>
      )}
    </>
  );
}
