import type { EnrolmentView } from '#adapters/console/api.types.ts';
import type { CareRules } from '#domains/community/care.types.ts';
import { Button } from '#web/kit/button.tsx';
import { GradeMark } from '#web/kit/marks.tsx';
import { spanOf } from '#web/kit/time.view.ts';
import { useNow } from '../store.ts';
import { type Cared, daysLeft } from './care.view.ts';
import { useCareWords } from './words.ts';

/** A consent is worth renewing while there is still time to ask. */
const SOON_DAYS = 14;

export interface PersonProps {
  readonly cared: Cared;
  readonly rules: CareRules;
  readonly seen: () => void;
  readonly show: () => void;
  readonly away: () => void;
  readonly withdraw: (consent: EnrolmentView) => void;
}

export function Person({ cared, rules, seen, show, away, withdraw }: PersonProps) {
  const { c, say } = useCareWords();
  const { consents, person, standing } = cared;
  const [first] = consents;
  if (!first) return null;
  const name = c('person', { handle: person.slice(0, 4) });
  return (
    <li data-standing={standing} aria-label={name}>
      <div className="who">
        <h3>{name}</h3>
        <p>{say(first.cellName) || first.cell}</p>
        <p className="hint">{c('carer', { name: first.carerName })}</p>
      </div>
      <div className="how">
        <State cared={cared} rules={rules} />
        <ul className="consents">
          {consents.map((each) => (
            <Consent key={each.id} consent={each} rules={rules} person={name} withdraw={() => withdraw(each)} />
          ))}
        </ul>
      </div>
      <div className="what">
        <Button look={standing === 'concern' ? 'primary' : 'normal'} onPress={seen} aria-label={c('seenOf', { name })}>
          {c('seen')}
        </Button>
        <Button onPress={away} aria-label={c('awayOf', { name })}>
          {c(standing === 'away' ? 'awayChange' : 'away')}
        </Button>
        {first.fields.length > 0 && (
          <Button onPress={show} aria-label={c('showOf', { name })}>
            {c('show')}
          </Button>
        )}
      </div>
    </li>
  );
}

function State({ cared, rules }: { cared: Cared; rules: CareRules }) {
  const { c, t, say, span, day, when } = useCareWords();
  const now = useNow();
  const { concern, standing, awayUntil, seenAt } = cared;
  return (
    <div className="state">
      {standing === 'concern' && concern ? (
        <>
          <p className="standing">
            <GradeMark grade={rules.grade} label={t(`grade.${rules.grade}`)} />
            {c('state.concern', { span: span(spanOf(now - concern.since)) })}
          </p>
          <p>{say(concern.sentence)}</p>
        </>
      ) : (
        <p className="standing">{c(`state.${standing}`, { day: awayUntil === undefined ? '' : day(awayUntil) })}</p>
      )}
      <p className="hint">{seenAt === undefined ? c('neverSeen') : c('seenAt', { when: when(seenAt, now) })}</p>
    </div>
  );
}

interface ConsentProps {
  readonly consent: EnrolmentView;
  readonly rules: CareRules;
  readonly person: string;
  readonly withdraw: () => void;
}

function Consent({ consent, rules, person, withdraw }: ConsentProps) {
  const { c, day } = useCareWords();
  const now = useNow();
  const { rule, given, since, expiresAt, recordedBy } = consent;
  const left = daysLeft(expiresAt, now);
  const scope = ruleWords(rule, rules);
  return (
    <li>
      <p>
        <span className="scope">{c(scope.key, scope.values)}</span>
        <span className="hint">
          {c('given', { how: c(`given.${given ?? 'unknown'}`), day: day(since), by: recordedBy ?? '–' })}
        </span>
      </p>
      <p className="left" data-soon={left < SOON_DAYS || undefined}>
        {expiresAt <= now ? c('ended') : left === 0 ? c('endsToday') : c('left', { count: left })}
      </p>
      <Button
        size="small"
        look="plain"
        onPress={withdraw}
        aria-label={c('withdrawOf', { name: person, scope: c(scope.key, scope.values) })}
      >
        {c('withdraw')}
      </Button>
    </li>
  );
}

export function ruleWords(rule: EnrolmentView['rule'], rules: CareRules) {
  const hours = rule === 'water-silent' ? rules.waterSilent?.hours : rules.missedVisit?.hours;
  return { key: `rule.${rule}`, values: { hours: hours ?? 0 } };
}
