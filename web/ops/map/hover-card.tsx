import { useEffect, useState } from 'react';
import type { ThingView } from '#adapters/console/api.types.ts';
import { GradeMark } from '#web/kit/marks.tsx';
import { formatNumber, printedUnit } from '#web/kit/number.view.ts';
import { getThing } from '../api.ts';
import { useWords } from '../i18n.ts';
import { stateOfThing } from '../map-states.ts';
import { getOps, useOps } from '../store.ts';
import type { Hit } from './ops-map.ts';

/** What lies under the pointer, in three lines at most. */
export function HoverCard({ hit, at }: { hit: Hit; at: { x: number; y: number } }) {
  const toLeft = at.x > window.innerWidth / 2;
  const style = toLeft ? { right: window.innerWidth - at.x + 14, top: at.y + 10 } : { left: at.x + 14, top: at.y + 10 };
  return (
    <div className="hover-card" style={style} aria-hidden="true">
      {hit.kind === 'case' ? <CaseLines id={hit.id} /> : hit.kind === 'thing' ? <ThingLines hit={hit} /> : null}
    </div>
  );
}

function CaseLines({ id }: { id: string }) {
  const { say } = useWords();
  const entry = useOps((state) => state.cases?.get(id));
  if (!entry) return null;
  return (
    <>
      <strong>
        <GradeMark grade={entry.grade} label="" size={12} /> {say(entry.name)}
      </strong>
      <span>{say(entry.address)}</span>
    </>
  );
}

function ThingLines({ hit }: { hit: Extract<Hit, { kind: 'thing' }> }) {
  const { say, t, language } = useWords();
  const thing = useThing(hit.id);
  const state = stateOfThing(hit.id);
  const name = thing ? say(thing.name) : say(hit.name);
  const measured = thing?.datastreams.find(({ latest }) => latest?.value !== undefined && latest.value !== null);
  return (
    <>
      <strong>{name || t('common.loading')}</strong>
      {thing && <span>{[say(thing.className), t(`thingState.${state}`)].filter(Boolean).join(' · ')}</span>}
      {measured?.latest?.value !== undefined && (
        <span>
          {say(measured.name)} {formatNumber(measured.latest.value, language)} {printedUnit(measured.unit)}
        </span>
      )}
    </>
  );
}

/** Fetched only when the pointer rests. */
function useThing(id: number): ThingView | undefined {
  const [thing, setThing] = useState<ThingView>();
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      getThing(id, getOps().at, abort.signal).then(setThing, () => undefined);
    }, 90);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [id]);
  return thing?.id === id ? thing : undefined;
}
