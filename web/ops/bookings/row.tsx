import type { StaffBookingView } from '#adapters/console/booking-api.types.ts';
import type { WorkerAction } from '#domains/resident-services/resident-services.types.ts';
import { Button } from '#web/kit/button.tsx';
import { useNow, useOps } from '../store.ts';
import { isLate, isOver, stepsOf } from './bookings.view.ts';
import { useBookingWords } from './words.ts';

interface RowProps {
  readonly visit: StaffBookingView;
  /** Nobody is served before the day has come. */
  readonly isToday: boolean;
  readonly step: (action: WorkerAction) => void;
  readonly miss: () => void;
  readonly show: () => void;
}

export function Row({ visit, isToday, step, miss, show }: RowProps) {
  const { b, say, time } = useBookingWords();
  const now = useNow();
  const permissions = useOps((state) => state.session?.permissions);
  const { answers, begin, cellName, end, kind, queueNumber, serviceName, state, worker } = visit;
  const { next, mayMiss } = stepsOf(visit);
  const mayServe = isToday && permissions?.includes('case.handle');
  const isDoor = kind === 'at-the-door';
  const stateName = isDoor && state !== 'booked' ? `state.door.${state}` : `state.${state}`;
  return (
    <li data-state={state} data-over={isOver(state) || undefined} aria-label={`${queueNumber} ${say(serviceName)}`}>
      <p className="turn">
        <span className="number">{queueNumber}</span>
        <span className="figures">
          {time(begin)}–{time(end)}
        </span>
      </p>
      <div className="about">
        <h3>{say(serviceName)}</h3>
        <p className="quiet">
          {isDoor && cellName && <span>{say(cellName)}</span>}
          {answers.map(({ question, answer }) => (
            <span key={say(question)}>
              {say(question)} {say(answer)}
            </span>
          ))}
        </p>
      </div>
      <p className="booking-state" data-late={(isToday && isLate(visit, now)) || undefined}>
        {isToday && isLate(visit, now) ? b(isDoor ? 'late.door' : 'late.place') : b(stateName)}
        {worker && <span className="hint">{worker}</span>}
      </p>
      <div className="steps">
        {visit.hasContact && !isOver(state) && permissions?.includes('vault.reveal') && (
          <Button look="plain" onPress={show} aria-label={b('contactOf', { number: queueNumber })}>
            {b('contact')}
          </Button>
        )}
        {mayServe && mayMiss && (
          <Button look="plain" onPress={miss} aria-label={b('missedOf', { number: queueNumber })}>
            {b('act.missed')}
          </Button>
        )}
        {mayServe && next && (
          <Button onPress={() => step(next)} aria-label={`${b(actKey(next, isDoor))} ${queueNumber}`}>
            {b(actKey(next, isDoor))}
          </Button>
        )}
      </div>
    </li>
  );
}

const actKey = (action: WorkerAction, isDoor: boolean): string =>
  action === 'arrive' && isDoor ? 'act.door.arrive' : `act.${action}`;
