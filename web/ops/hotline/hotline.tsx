import { ArrowLeft, Headset } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { CallView, FiledView, HotlineRulesView, ToTellView } from '#adapters/console/hotline-api.types.ts';
import { Button } from '#web/kit/button.tsx';
import { Empty, SkeletonLines } from '#web/kit/states.tsx';
import { notifyError } from '../controller.ts';
import { setLanguage } from '../i18n.ts';
import { useNow, useOps } from '../store.ts';
import { CallForm } from './call-form.tsx';
import { Callback } from './callback.tsx';
import { Calls, ToTell } from './calls.tsx';
import { Context } from './context.tsx';
import { type Draft, EMPTY_DRAFT } from './desk.view.ts';
import { Figures, RateTables } from './figures.tsx';
import './hotline.css';
import { answer, getCaller, ring } from './hotline-api.ts';
import { useDesk, useEarlier, useSuggestions } from './use-desk.ts';
import { useHotlineWords } from './words.ts';

/** What the desk has in front of it: nothing, a call, what came of it, or somebody to call back. */
type Work =
  | { readonly kind: 'call'; readonly call: CallView }
  | { readonly kind: 'filed'; readonly filed: FiledView }
  | { readonly kind: 'callback'; readonly call: ToTellView };

/** One person, one telephone, one matter at a time. */
export default function HotlineDesk() {
  const { h, language } = useHotlineWords();
  const isAllowed = useOps((state) => state.session?.permissions.includes('hotline.desk'));
  return (
    <main className="hotline">
      <header className="hotline-head">
        <a href="/ops/" className="back">
          <ArrowLeft size={16} aria-hidden /> {h('back')}
        </a>
        <h1>{h('title')}</h1>
        <Button size="small" look="plain" onPress={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {language === 'zh' ? 'EN' : '中文'}
        </Button>
      </header>
      {isAllowed ? <Desk /> : <Empty title={h('title')}>{h('forbidden')}</Empty>}
    </main>
  );
}

function Desk() {
  const { h } = useHotlineWords();
  const desk = useDesk();
  const [work, setWork] = useState<Work>();
  const done = (): void => {
    setWork(undefined);
    desk.again();
  };
  const take = async (call: CallView): Promise<void> => {
    try {
      setWork({ kind: 'call', call: await answer(call.id) });
      desk.again();
    } catch (error) {
      notifyError(error);
    }
  };
  const note = (): void => void ring().then(desk.again, notifyError);
  useDeskKeys({
    n: note,
    a: () => {
      const [longest] = desk.calls.filter(({ answeredAt }) => answeredAt === undefined);
      if (longest && work?.kind !== 'call') void take(longest);
    },
  });
  if (desk.rules === undefined) return <SkeletonLines lines={8} label={h('title')} />;
  const answerWithinSeconds = desk.figures?.targets?.answerWithinSeconds;
  return (
    <>
      <Figures figures={desk.figures} />
      <div className="hotline-body" data-busy={work?.kind === 'call' || undefined}>
        <aside className="hotline-side">
          <Calls
            calls={desk.calls.filter((call) => work?.kind !== 'call' || call.id !== work.call.id)}
            answerWithinSeconds={answerWithinSeconds}
            take={(call) => void take(call)}
            ring={note}
          />
          <ToTell calls={desk.toTell} open={(call) => setWork({ kind: 'callback', call })} />
        </aside>
        {work?.kind === 'call' && (
          <OnTheLine
            key={work.call.id}
            call={work.call}
            rules={desk.rules}
            answerWithinSeconds={answerWithinSeconds}
            filed={(filed) => {
              setWork({ kind: 'filed', filed });
              desk.again();
            }}
            dropped={done}
          />
        )}
        {work?.kind === 'filed' && <Filed filed={work.filed} next={done} />}
        {work?.kind === 'callback' && <Callback key={work.call.id} call={work.call} close={done} />}
        {work === undefined && (
          <div className="hotline-idle">
            <Empty icon={<Headset size={24} aria-hidden />} title={h('idle')}>
              {h('idleWhat')}
            </Empty>
            {desk.figures && <RateTables figures={desk.figures} />}
          </div>
        )}
      </div>
    </>
  );
}

/** The form, and beside it what is known already. */
function OnTheLine(props: {
  call: CallView;
  rules: HotlineRulesView;
  answerWithinSeconds: number | undefined;
  filed: (filed: FiledView) => void;
  dropped: () => void;
}) {
  const { call, rules } = props;
  const { language } = useHotlineWords();
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const change = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const { categories, nearby } = useSuggestions(draft, language);
  const earlier = useEarlier(draft.phone);
  useEffect(() => {
    if (!call.hasNumber) return;
    getCaller(call.id).then(
      ({ phone = '', name = '' }) => setDraft((before) => ({ ...before, phone, name })),
      notifyError,
    );
  }, [call.id, call.hasNumber]);
  return (
    <>
      <CallForm {...props} draft={draft} change={change} suggestions={categories} />
      <aside className="hotline-side">
        <Context rules={rules} draft={draft} change={change} earlier={earlier} nearby={nearby} />
      </aside>
    </>
  );
}

function Filed({ filed, next }: { filed: FiledView; next: () => void }) {
  const { h, when } = useHotlineWords();
  const now = useNow();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="hotline-form hotline-filed">
      <h2 ref={heading} tabIndex={-1}>
        {h(filed.merged ? 'filedMerged' : 'filed')}
      </h2>
      <p className="promise">
        {h('promise')} <strong className="figures">{h('promiseBy', { when: when(filed.promisedAt, now) })}</strong>
      </p>
      <dl>
        <dt>{h('code')}</dt>
        <dd className="code figures">{filed.code}</dd>
        <dt>{h('reference')}</dt>
        <dd className="figures">{filed.reference}</dd>
      </dl>
      <div className="footer">
        <Button look="primary" size="large" onPress={next}>
          {h('next')}
        </Button>
      </div>
    </section>
  );
}

/** Single letters, while nobody is typing. */
function useDeskKeys(keys: Readonly<Record<string, () => void>>): void {
  const newest = useRef(keys);
  newest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = (event.target as HTMLElement).closest('input, textarea, select, [role=listbox]') !== null;
      if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      const action = newest.current[event.key.toLowerCase()];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
