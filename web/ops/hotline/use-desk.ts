/** What the desk asks the city while somebody is at it: calls twice in five seconds, figures once a minute, the rest as they type. */
import { useCallback, useEffect, useState } from 'react';
import type {
  CallView,
  EarlierView,
  HotlineFigures,
  HotlineRulesView,
  ToTellView,
} from '#adapters/console/hotline-api.types.ts';
import type { SuggestView } from '#adapters/residents/api.types.ts';
import type { Draft } from './desk.view.ts';
import { getFigures, getRules, listCalls, listEarlier, listToTell, suggest } from './hotline-api.ts';

const CALLS_MS = 2_000;
const FIGURES_MS = 60_000;
const FIGURES_DAYS = 14;
const TYPING_MS = 350;
const SHORTEST_TEXT = 4;
const SHORTEST_NUMBER = 7;
const MOST_NEARBY = 5;

export interface Desk {
  readonly rules: HotlineRulesView | undefined;
  readonly figures: HotlineFigures | undefined;
  readonly calls: readonly CallView[];
  readonly toTell: readonly ToTellView[];
  again(): void;
}

export function useDesk(): Desk {
  const [rules, setRules] = useState<HotlineRulesView>();
  const [figures, setFigures] = useState<HotlineFigures>();
  const [calls, setCalls] = useState<readonly CallView[]>([]);
  const [toTell, setToTell] = useState<readonly ToTellView[]>([]);
  const readCalls = useCallback(() => void listCalls().then((found) => setCalls(found.calls), ignore), []);
  const readFigures = useCallback(() => {
    getFigures(FIGURES_DAYS).then(setFigures, ignore);
    listToTell().then((found) => setToTell(found.calls), ignore);
  }, []);
  useEffect(() => {
    getRules().then(setRules, ignore);
    readCalls();
    readFigures();
    const timers = [setInterval(readCalls, CALLS_MS), setInterval(readFigures, FIGURES_MS)];
    return () => timers.forEach(clearInterval);
  }, [readCalls, readFigures]);
  const again = useCallback(() => {
    readCalls();
    readFigures();
  }, [readCalls, readFigures]);
  return { rules, figures, calls, toTell, again };
}

/** The next turn asks again. */
const ignore = (): void => undefined;

const NOTHING: SuggestView = { categories: [], nearby: [] };

/** Categories and known cases for what has been typed so far. */
export function useSuggestions({ description, place, category }: Draft, language: string): SuggestView {
  const [view, setView] = useState<SuggestView>(NOTHING);
  useEffect(() => {
    const text = description.trim();
    if (text.length < SHORTEST_TEXT && place === undefined) {
      setView(NOTHING);
      return;
    }
    return later((signal) => {
      suggest({ text, language, place, category }, signal).then(
        (found) => setView({ ...found, nearby: found.nearby.slice(0, MOST_NEARBY) }),
        ignore,
      );
    });
  }, [description, place, category, language]);
  return view;
}

/** What was told from this number before; undefined while there is none. */
export function useEarlier(phone: string): readonly EarlierView[] | undefined {
  const [earlier, setEarlier] = useState<readonly EarlierView[]>();
  useEffect(() => {
    if (phone.replaceAll(/\D/g, '').length < SHORTEST_NUMBER) {
      setEarlier(undefined);
      return;
    }
    return later((signal) => {
      listEarlier(phone, signal).then((found) => setEarlier(found.earlier), ignore);
    });
  }, [phone]);
  return earlier;
}

/** Runs when typing has paused; another key stroke takes it back. */
function later(work: (signal: AbortSignal) => void): () => void {
  const abort = new AbortController();
  const timer = setTimeout(() => work(abort.signal), TYPING_MS);
  return () => {
    clearTimeout(timer);
    abort.abort();
  };
}
