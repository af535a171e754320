/**
 * People who ring the hotline, and the desk that takes their calls: a telephone system tells of the ringing, somebody answers, files
 * what is said and, when it is settled, calls back. Now and then a caller gives up first.
 */
import { randomUUID } from 'node:crypto';
import type { ReportCategory } from '#kernel/reporting.ts';
import { type Instant, MINUTE, SECOND } from '#kernel/time.ts';
import type { CityHttp } from '../city-http.ts';
import { type Random, seeded } from '../random.ts';
import type { Say } from './door.ts';
import { aboutAt, type Home } from './homes.ts';
import { answersTo, inOwnWords, inventContact, THANKS } from './words.ts';

const EVERY_MINUTES = 7;
const FIRST_SECONDS = [40, 100] as const;
const RINGS_SECONDS = [3, 13] as const;
const TALKS_SECONDS = [25, 70] as const;
const CALL_BACK_SECONDS = [20, 90] as const;
const GIVES_UP_SHARE = 0.06;
const REACHED_SHARE = 0.85;
const SOLVED_SHARE = 0.9;
const LOOK_EVERY = 20 * SECOND;
const LINES = ['1', '2', '3'] as const;
const LANGUAGE = 'zh';

interface Ringing {
  readonly id: string;
  readonly category: ReportCategory;
  readonly home: Home;
  readonly name: string;
  readonly givesUp: boolean;
  /** When somebody takes it, or the caller hangs up. */
  readonly answerAt: Instant;
  readonly fileAt: Instant;
  isAnswered: boolean;
}

export interface CallersOptions {
  /** The telephone system. */
  readonly line: CityHttp;
  /** Who sits at the desk. */
  readonly desk: CityHttp;
  readonly categories: readonly ReportCategory[];
  readonly home: (random: Random) => Home | undefined;
  readonly seed: string;
  readonly speed: number;
  readonly say: Say;
}

export interface Callers {
  tick(at: Instant): Promise<void>;
}

export function createCallers({ line, desk, categories, home, seed, speed, say }: CallersOptions): Callers {
  const random = seeded(seed, 'callers');
  const seconds = ([least, most]: readonly [number, number]) => random.between(least, most) * SECOND;
  let ringing: Ringing[] = [];
  /** Filed calls and, once they are settled, when the desk calls back. */
  const waiting = new Map<string, Instant | undefined>();
  let next: Instant | undefined;
  let lookAt = 0;

  async function post(who: CityHttp, path: string, body: object = {}): Promise<unknown> {
    const answer = await who.call('POST', `/api/v1/hotline/calls${path}`, body);
    if (!answer.isOk && !answer.isAway && answer.status !== 409)
      say('the hotline was refused', { path, code: answer.code, field: answer.field });
    return answer.isOk ? answer.body : undefined;
  }

  async function ring(at: Instant): Promise<void> {
    const caller = home(random);
    if (caller === undefined) return;
    const { name, phone } = inventContact(random);
    const call = await post(line, '', { clientId: randomUUID(), line: random.pick(LINES), phone });
    if (call === undefined) return;
    const answerAt = at + seconds(RINGS_SECONDS);
    const { id } = call as { id: string };
    const givesUp = random.next() < GIVES_UP_SHARE;
    const category = random.pick(categories);
    const fileAt = answerAt + seconds(TALKS_SECONDS) / speed;
    ringing.push({ id, category, home: caller, name, givesUp, answerAt, fileAt, isAnswered: false });
    say('the hotline rings');
  }

  async function goOn(call: Ringing, at: Instant): Promise<void> {
    const isOver = () => {
      ringing = ringing.filter((each) => each !== call);
    };
    if (!call.isAnswered && at >= call.answerAt) {
      call.isAnswered = true;
      if (call.givesUp) {
        isOver();
        await post(line, `/${call.id}/end`);
      } else await post(desk, `/${call.id}/answer`);
    } else if (call.isAnswered && at >= call.fileAt) {
      isOver();
      await post(line, `/${call.id}/end`);
      if ((await post(desk, `/${call.id}/file`, formOf(call, at))) !== undefined) waiting.set(call.id, undefined);
    }
  }

  function formOf({ category, home: { place, address }, name }: Ringing, at: Instant): object {
    const example = random.pick(category.examples[LANGUAGE] ?? Object.values(category.examples)[0] ?? ['']);
    return {
      category: category.code,
      place: aboutAt(place, 15, random),
      address: address[LANGUAGE] ?? Object.values(address)[0],
      description: inOwnWords(example, LANGUAGE, random),
      answers: answersTo(category.questions, at, random),
      caller: { name },
      language: LANGUAGE,
    };
  }

  async function callBack(at: Instant): Promise<void> {
    if (at >= lookAt && waiting.size > 0) {
      lookAt = at + LOOK_EVERY;
      const answer = await desk.call('GET', '/api/v1/hotline/to-tell');
      const { calls } = (answer.isOk ? answer.body : { calls: [] }) as { calls: { id: string }[] };
      for (const { id } of calls)
        if (waiting.has(id) && waiting.get(id) === undefined) waiting.set(id, at + seconds(CALL_BACK_SECONDS) / speed);
    }
    for (const [id, due] of waiting) {
      if (due === undefined || at < due) continue;
      const reached = random.next() < REACHED_SHARE;
      if (reached) waiting.delete(id);
      else waiting.set(id, at + (10 * MINUTE) / speed);
      const solved = random.next() < SOLVED_SHARE;
      const verdict = solved
        ? { satisfied: random.next() < 0.6 ? 5 : 4, comment: random.pick(THANKS) }
        : { satisfied: 2 };
      await post(desk, `/${id}/told`, reached ? { reached, solved, ...verdict } : { reached });
    }
  }

  return {
    async tick(at) {
      next ??= at + seconds(FIRST_SECONDS) / speed;
      if (at >= next) {
        next = at + (EVERY_MINUTES * MINUTE * random.between(0.5, 1.5)) / speed;
        if (categories.length > 0) await ring(at);
      }
      for (const call of ringing) await goOn(call, at);
      await callBack(at);
    },
  };
}
