/** Shift and handover, language and light, and the way out. */
import { useId, useState } from 'react';
import { setTheme, type ThemeChoice, useThemeChoice } from '#web/kit/theme.ts';
import { clockTime } from '#web/kit/time.view.ts';
import { signOut, write } from './controller.ts';
import { synchronise } from './sender.ts';
import { useCrew } from './state.ts';
import { type Language, pick, setLanguage, useLanguage, word } from './words.ts';

export function MoreScreen() {
  const day = useCrew((state) => state.day);
  const session = useCrew((state) => state.session);
  const fetchedAt = useCrew((state) => state.fetchedAt);
  const zone = day?.ground?.city.timeZone ?? 'UTC';
  const name = session?.account.displayName ?? '';
  return (
    <>
      <h1>{word('more.title')}</h1>
      <p>{day?.person.partyName ? word('more.person', { name, party: pick(day.person.partyName) }) : name}</p>
      {day !== undefined && <Handovers zone={zone} />}
      {day !== undefined && <ShiftPart zone={zone} />}
      <Choices />
      <section>
        {fetchedAt !== undefined && (
          <p className="quiet">{word('more.fetched', { time: clockTime(fetchedAt, zone) })}</p>
        )}
        <button type="button" className="big normal" onClick={() => void synchronise()}>
          {word('more.refresh')}
        </button>
      </section>
      <SignOut />
    </>
  );
}

function Handovers({ zone }: { zone: string }) {
  const handovers = useCrew((state) => state.day?.handovers) ?? [];
  const waiting = useCrew((state) => state.waiting);
  const read = new Set(waiting.flatMap(({ action }) => (action.kind === 'handover.read' ? action.target : [])));
  return handovers
    .filter(({ id }) => !read.has(id))
    .map(({ id, from, at, note }) => (
      <section key={id} className="handover">
        <h2>{word('more.handover')}</h2>
        <p className="quiet">{word('more.handoverFrom', { name: from, time: clockTime(at, zone) })}</p>
        <p className="sentence">{note}</p>
        <button
          type="button"
          className="big primary"
          onClick={() => void write({ kind: 'handover.read', target: id, title: {} })}
        >
          {word('more.handoverRead')}
        </button>
      </section>
    ));
}

/** What is written and not acknowledged counts: a shift begun without a network has begun. */
function useShift(): { readonly startedAt: number } | undefined {
  const shift = useCrew((state) => state.day?.shift);
  const waiting = useCrew((state) => state.waiting);
  const last = waiting.findLast(({ action }) => action.kind.startsWith('shift.'))?.action;
  if (last === undefined) return shift;
  return last.kind === 'shift.start' ? { startedAt: last.at + last.offset } : undefined;
}

function ShiftPart({ zone }: { zone: string }) {
  const shift = useShift();
  const colleagues = useCrew((state) => state.day?.ground?.colleagues) ?? [];
  const [next, setNext] = useState('');
  const [note, setNote] = useState('');
  const id = useId();
  if (shift === undefined)
    return (
      <section>
        <h2>{word('more.shift')}</h2>
        <button
          type="button"
          className="big primary"
          onClick={() => void write({ kind: 'shift.start', target: 'shift', title: {} })}
        >
          {word('more.shiftStart')}
        </button>
      </section>
    );
  const end = () => {
    const details = { ...(next !== '' && { next }), ...(note.trim() !== '' && { note: note.trim() }) };
    setNote('');
    void write({ kind: 'shift.end', target: 'shift', title: {}, details });
  };
  return (
    <section>
      <h2>{word('more.shift')}</h2>
      <p>{word('more.shiftSince', { time: clockTime(shift.startedAt, zone) })}</p>
      <label htmlFor={`${id}-next`}>{word('more.next')}</label>
      <select id={`${id}-next`} value={next} onChange={(event) => setNext(event.target.value)}>
        <option value="">{word('more.nobody')}</option>
        {colleagues.map(({ account, name }) => (
          <option key={account} value={account}>
            {name}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-note`}>{word('more.handoverNote')}</label>
      <textarea
        id={`${id}-note`}
        rows={3}
        maxLength={2_000}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <button type="button" className="big primary" onClick={end}>
        {word('more.shiftEnd')}
      </button>
    </section>
  );
}

function Choices() {
  const language = useLanguage();
  const theme = useThemeChoice();
  return (
    <section>
      <fieldset className="choice">
        <legend>{word('more.language')}</legend>
        {(['zh', 'en'] satisfies Language[]).map((each) => (
          <button
            key={each}
            type="button"
            lang={each}
            aria-pressed={language === each}
            onClick={() => setLanguage(each)}
          >
            {each === 'zh' ? '中文' : 'English'}
          </button>
        ))}
      </fieldset>
      <fieldset className="choice">
        <legend>{word('more.light')}</legend>
        {(
          [
            ['auto', 'more.lightAuto'],
            ['light', 'more.lightSun'],
            ['dark', 'more.lightNight'],
          ] satisfies [ThemeChoice, Parameters<typeof word>[0]][]
        ).map(([each, words]) => (
          <button key={each} type="button" aria-pressed={theme === each} onClick={() => setTheme(each)}>
            {word(words)}
          </button>
        ))}
      </fieldset>
    </section>
  );
}

function SignOut() {
  const [isAsked, setAsked] = useState(false);
  const count = useCrew(({ waiting, failed }) => waiting.length + failed.length);
  if (isAsked && count > 0)
    return (
      <section role="alert">
        <p className="missing">{word('more.signOutWaiting', { count })}</p>
        <button type="button" className="big primary" onClick={() => setAsked(false)}>
          {word('more.stay')}
        </button>
        <button type="button" className="big normal" onClick={() => void signOut()}>
          {word('more.signOutAnyway')}
        </button>
      </section>
    );
  return (
    <section>
      <button type="button" className="big normal" onClick={() => (count > 0 ? setAsked(true) : void signOut())}>
        {word('more.signOut')}
      </button>
      <p className="quiet">{word('more.signOutHint')}</p>
    </section>
  );
}
